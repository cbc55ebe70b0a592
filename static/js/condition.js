// The form of one condition: choosing a field brings the conditions and the input that fit it, without a new page; inputs
// that a condition has no use for are hidden. Without this file a button does the first, and every input stays.
(() => {
  let asked = 0;
  const fit = (form) => {
    const operator = form.querySelector("[data-condition-operator]")?.value;
    const value = form.querySelector("[data-condition-value]");
    const second = form.querySelector("[data-condition-second]");
    if (value) value.hidden = operator === "empty" || operator === "filled";
    if (second) second.hidden = operator !== "between";
  };
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form#condition");
    if (!form) return;
    if (!event.target.matches("[data-condition-field]")) return fit(form);
    const wanted = new FormData(form);
    for (const name of ["op", "v"]) wanted.delete(name);
    const mine = (asked += 1);
    const answer = await fetch(`${form.action}?${new URLSearchParams(wanted)}`).catch(() => null);
    if (!answer) return; // out of reach: the button tries again
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("form#condition");
    if (!next || mine !== asked) return; // another field was chosen meanwhile
    // The select stays, and with it the focus: what follows it is exchanged.
    const field = event.target.closest("form#condition > div");
    while (field.nextSibling) field.nextSibling.remove();
    const place = next.querySelector("[data-condition-field]").closest("form#condition > div");
    while (place.nextSibling) form.append(place.nextSibling);
    fit(form);
  });
  const form = document.querySelector("form#condition");
  if (form) fit(form);
})();
