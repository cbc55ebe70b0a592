// The button of a question names to how many people it will be done, also when a box (data-meant) means more of them.
// Without this file the box itself says how many those are.
(() => {
  const box = document.querySelector("[data-meant]");
  const button = box?.form.querySelector("button[data-with]");
  if (!button) return;
  const show = () => { button.textContent = box.checked ? button.dataset.with : button.dataset.without; };
  box.addEventListener("change", show);
  addEventListener("pageshow", show); // the browser may have kept the box from before
})();
