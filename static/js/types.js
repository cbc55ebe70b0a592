// The form of a custom field shows the inputs that its type has a use for, and sends no others. Without this file all of
// them are shown, each saying which types it is for.
(() => {
  const type = document.querySelector("form#field select[name=type]");
  if (!type) return;
  const fit = () => {
    for (const part of document.querySelectorAll("fieldset[data-of-types]")) {
      part.hidden = part.disabled = !part.dataset.ofTypes.split(" ").includes(type.value);
    }
  };
  type.addEventListener("change", fit);
  addEventListener("pageshow", fit);  // a browser that goes back may have filled the form again
  fit();
})();
