// A form that is sent without a network would end on the browser's own error page, and what was typed would be gone: the
// form stays and #unsent says so. A browser may be wrong about that, of a server on the same machine above all, so the
// server is asked first; until it answers, nothing else is sent. Without this file the form is sent as ever.
(() => {
  const LONGEST_MS = 10000;
  const unsent = document.getElementById("unsent");
  let asks = false;
  let answered = false;
  const say = (form) => {
    (form.closest("dialog") || document.body).append(unsent); // what lies behind an open dialog is neither seen nor heard
    unsent.hidden = false;
  };
  const isReached = async () => {
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) });
      return true;
    } catch {
      return false;
    }
  };
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (!unsent || (navigator.onLine && !asks) || answered || event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    if (asks) return; // pressed twice: once is sent
    unsent.hidden = true; // so that it is said again
    asks = true;
    answered = await isReached();
    asks = false;
    if (!answered) return say(form);
    form.requestSubmit(submitter);
    answered = false;
  });
  addEventListener("online", () => { if (unsent) unsent.hidden = true; });
})();
