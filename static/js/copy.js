// Copy buttons: <button data-copy="field-id" data-done="Copied" …>, see macros/copy.html. The outcome is said in the button
// and in #live.
(() => {
  const say = (text) => {
    const region = document.getElementById("live");
    if (region) region.textContent = text;
  };
  // navigator.clipboard is missing on plain http: select the field and use the browser's own command.
  const copySelected = (field) => {
    field.focus();
    field.select();
    return document.execCommand("copy");
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const label = button.querySelector("[data-label]");
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      done = copySelected(field);
      if (done) button.focus();
    }
    const before = label.dataset.label || label.textContent;
    label.dataset.label = before;
    label.textContent = done ? button.dataset.done : button.dataset.selected;
    say(done ? button.dataset.doneSaid : button.dataset.selectedSaid);
    setTimeout(() => { label.textContent = before; }, 2000);
  });
})();
