// Keeps [data-progress="address"] up to date: asks every second while the tab is visible and puts the answer in its place.
// Where no worker does the work, the answer holds a form that does the next part: it is sent. At the end the page is
// loaded again and shows the result. Without this file the Refresh link and the button do the same.
(() => {
  const EVERY_MS = 1000;
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const form = box.querySelector("form");
        if (form) await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
        const answer = await fetch(box.dataset.progress, { redirect: "error" });
        if (answer.ok) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const next = page.querySelector("[data-part]");
          if (next && next.hasAttribute("data-is-finished")) {
            document.getElementById("live").textContent = box.dataset.finished;
            return location.reload();
          }
          if (next && !box.contains(document.activeElement)) box.replaceChildren(next);
          else if (next) {
            box.querySelector("#so-far").textContent = next.querySelector("#so-far").textContent;
            box.querySelector("progress").value = next.querySelector("progress").value;
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
