// <div data-newer="/provisioning/log/newer?…" hidden>: asks now and then whether newer rows came, and shows the link to
// them. They are never put into the list by themselves. Without this file a reload shows them.
(() => {
  const line = document.querySelector("[data-newer]");
  if (!line) return;
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(line.dataset.newer).catch(() => null);
    if (!answer || answer.status !== 200 || answer.redirected) return;
    const link = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("a");
    if (!link || link.textContent === line.textContent) return;
    if (line.hidden) document.getElementById("live").textContent = link.textContent;
    line.replaceChildren(link);
    line.hidden = false;
  };
  setInterval(ask, 15_000);
  document.addEventListener("visibilitychange", ask);
})();
