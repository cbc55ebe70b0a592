// The form of a custom field shows the inputs that its type has a use for, and sends no others. The page begins so; without
// scripts all of them are shown, each saying which types it is for.
(() => {
  const type = document.querySelector("form#field select[name=type]");
  if (!type) return;
  const fit = () => {
    for (const part of document.querySelectorAll("fieldset[data-of-types]")) {
      part.disabled = !part.dataset.ofTypes.split(" ").includes(type.value);
      part.classList.toggle("no-js", part.disabled);
    }
  };
  type.addEventListener("change", fit);
  addEventListener("pageshow", fit);  // a browser that goes back may have filled the form again
  fit();
})();
