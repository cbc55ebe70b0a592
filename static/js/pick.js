// Boxes that choose rows of a form[data-picks]: [data-pick-all] in the head chooses every row of the page, [data-picked]
// says how many are chosen (its data-words holds a %), chosen rows are marked.
// [data-pick-everybody] means the people on other pages too. Without this file each box stands for itself.
(() => {
  const show = (form) => {
    const boxes = [...form.querySelectorAll("tbody .pick input")];
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr").classList.toggle("is-on", box.checked);
    const all = form.querySelector("[data-pick-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const words = form.querySelector("[data-picked]");
    const everybody = form.querySelector("[data-pick-everybody]");
    // The browser asks for the action that is missing: an answer by the server would forget who is chosen.
    const action = form.querySelector("select[name=action]");
    if (action) action.required = chosen > 0 || Boolean(everybody?.checked);
    if (words && everybody?.checked) words.textContent = everybody.dataset.words;
    else if (words) words.textContent = chosen ? words.dataset.words.replace("%", String(chosen)) : words.dataset.none;
  };
  const forms = () => document.querySelectorAll("form[data-picks]");
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-picks]");
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      for (const box of form.querySelectorAll("tbody .pick input")) box.checked = event.target.checked;
    }
    show(form);
  });
  // The browser may have kept boxes from before; a search brings a new table.
  for (const event of ["pageshow", "found"]) (event === "found" ? document : window).addEventListener(event, () => forms().forEach(show));
})();
