// Completes what is typed into an <input list data-suggest="address">: asks the server and fills the <datalist>.
// Without this file the form's own search page does the same work.
(() => {
  let waiting, asked = 0;
  document.addEventListener("input", (event) => {
    const input = event.target.closest("input[data-suggest]");
    if (!input) return;
    clearTimeout(waiting);
    if (input.value.trim().length < 2) return;
    waiting = setTimeout(async () => {
      const mine = (asked += 1);
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`).catch(() => null);
      if (!answer?.ok || mine !== asked) return;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      input.list?.replaceChildren(...parsed.querySelectorAll("option"));
    }, 150);
  });
})();
