// The live line of the connection: asks data-url every 3 seconds while the tab is visible, for at most 10 minutes, and
// puts the answer in its place, with all else in the answer that the page shows (data-fresh: pills, the card of the health).
// A changed state is announced once in #live. At the end "Check again" takes over.
(() => {
  const EVERY_MS = 3000;
  const LONGEST_MS = 600000;
  const began = Date.now();
  const stop = (box) => {
    for (const text of box.querySelectorAll("[data-watched]")) text.hidden = true;
    for (const link of box.querySelectorAll("[data-again]")) {
      link.href = location.href;
      link.classList.remove("no-js");
    }
  };
  const look = async () => {
    const box = document.querySelector("[data-waiting]");
    if (!box) return;
    if (Date.now() - began > LONGEST_MS) return stop(box);
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(box.dataset.url, { headers: { Accept: "text/html" }, redirect: "error" });
        if (answer.ok) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const next = page.querySelector("[data-status]");
          if (next && next.dataset.status !== box.dataset.status) {
            box.replaceWith(next);
            for (const part of page.querySelectorAll("[data-fresh]")) {
              document.querySelector(`[data-fresh="${part.dataset.fresh}"]`)?.replaceWith(part);
            }
            document.getElementById("live").textContent = next.dataset.spoken || next.innerText.trim();
          }
        }
      } catch {
        // The server may be restarting: look again next time.
      }
    }
    setTimeout(look, EVERY_MS);
  };
  setTimeout(look, EVERY_MS);
})();
