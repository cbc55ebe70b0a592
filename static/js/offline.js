// A form that is sent without a network would end on the browser's own error page, and what was typed would be gone: the
// form stays and #unsent says so. A browser may be wrong about that, of a server on the same machine above all, so the
// server is asked first. Without this file the form is sent as ever.
(() => {
  const unsent = document.getElementById("unsent");
  let answered = false;
  const say = (form) => {
    (form.closest("dialog") || document.body).append(unsent); // what lies behind an open dialog is neither seen nor heard
    unsent.hidden = false;
  };
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (!unsent || navigator.onLine || answered || event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    unsent.hidden = true; // so that it is said again
    try {
      await fetch("/healthz", { cache: "no-store" });
    } catch {
      return say(form);
    }
    answered = true;
    form.requestSubmit(submitter);
    answered = false;
  });
  addEventListener("online", () => { if (unsent) unsent.hidden = true; });
})();
