// Small helps: show a password, focus the summary of a failed form, mark a pressed button as busy, and show what has the
// focus and the tab that is open.
(() => {
  // <html data-sent> answers a form itself. Nothing is kept of such a page, so Back would end on the browser's own error
  // page, and a reload would send the form again (a secret is shown once): both ask for the address instead.
  if ("sent" in document.documentElement.dataset) history.replaceState(null, "", location.href);
  for (const button of document.querySelectorAll("[data-reveal]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.reveal);
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      button.setAttribute("aria-pressed", String(hidden));
      const label = button.querySelector("[data-other]");
      [label.textContent, label.dataset.other] = [label.dataset.other, label.textContent];
    });
  }
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  const tab = document.querySelector(".tabs a[aria-current]"), row = tab && tab.closest(".tabs");
  if (row) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented || event.target.method === "get") return;
    button.setAttribute("aria-busy", "true");
    // Disabled only after the form has been sent, or the button's own value would be left out.
    setTimeout(() => { button.disabled = true; }, 0);
  });
  // By itself the browser leaves it behind what sticks to an edge: scroll-padding says how much room that takes.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(":focus-visible")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[aria-busy=true]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
})();
