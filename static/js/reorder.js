// The order of a table[data-reorder]: the arrow buttons without a reload, and rows dragged by their [data-grip].
// Both send the form[data-moves] of the row; the answer is the whole page, of which the table and its message are taken. One goes after
// the other, each with the order that the page shows then: the server moves nothing in an order that nobody has looked at (409).
// Without this file each arrow is a plain form that comes back to the same row.
(() => {
  const announce = () => {
    const text = document.querySelector("[data-announce]");
    if (text) document.getElementById("live").textContent = text.textContent;
  };
  let last = Promise.resolve();
  const send = (...move) => (last = last.then(() => sendNow(...move)).catch(() => location.assign(location.pathname)));
  const sendNow = async (form, values, focused) => {
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    body.set("order", document.querySelector("table[data-reorder] [name=order]").value);
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    if (!answer?.ok && answer?.status !== 409) return location.assign(location.pathname); // and not an order that nobody has saved
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const table = page.querySelector("table[data-reorder]");
    if (!table) return location.assign(location.pathname);
    document.querySelector("table[data-reorder]").replaceWith(table);
    document.querySelector("[data-announce]")?.remove();
    const text = page.querySelector("[data-announce]");
    if (text) table.closest(".wrap").before(text);
    if (focused) (table.querySelector("[autofocus]") || document.body).focus();
    announce();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-moves]");
    if (!form) return;
    event.preventDefault();
    send(form, { direction: event.submitter.value }, true);
  });
  // The row follows the pointer from place to place; nothing is sent when it ends where it began.
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const row = grip.closest("tr");
    const rows = row.parentElement;
    row.classList.add("is-held");
    const follow = (move) => {
      const over = document.elementFromPoint(move.clientX, move.clientY)?.closest("tr");
      if (!over || over === row || over.parentElement !== rows) return;
      const box = over.getBoundingClientRect();
      over[move.clientY < box.top + box.height / 2 ? "before" : "after"](row);
    };
    const drop = (end) => {
      row.classList.remove("is-held");
      removeEventListener("pointermove", follow);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
      const place = [...rows.children].indexOf(row) + 1;
      if (end.type === "pointerup" && String(place) !== row.dataset.place) send(grip.closest("form"), { place });
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  });
  announce();
})();
