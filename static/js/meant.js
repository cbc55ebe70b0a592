// The title and the button of a question name to how many people it will be done, also when a box (data-meant) means more of them; what the
// page says of those who are skipped (data-unmeant) goes then. Without this file the box itself says how many more those are.
(() => {
  const box = document.querySelector("[data-meant]");
  if (!box) return;
  const show = () => {
    for (const words of document.querySelectorAll("[data-with]")) words.textContent = box.checked ? words.dataset.with : words.dataset.without;
    for (const part of document.querySelectorAll("[data-unmeant]")) part.hidden = box.checked !== box.defaultChecked;
  };
  box.addEventListener("change", show);
  addEventListener("pageshow", show); // the browser may have kept the box from before
})();
