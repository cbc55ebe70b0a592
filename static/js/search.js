// Searches while somebody types in a form[data-search]: asks for the same page, puts its [data-live] parts in place, keeps
// the address bar in step and says the count in #live. The form itself stays, and so does the focus.
// Without this file the form's button does the same by a new page.
(() => {
  const form = document.querySelector("form[data-search]");
  if (!form) return;
  const WAIT_MS = 200;
  const unsearched = document.getElementById("unsearched"); // said and shown while the list is not what was asked for
  let waiting, running, shown = "";

  const address = () => {
    const typed = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
    const query = new URLSearchParams(typed).toString();
    return query ? `${form.action}?${query}` : form.action;
  };
  const put = (page) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(part.id);
      if (next) part.replaceWith(next);
    }
    unsearched.hidden = true;
    document.getElementById("live").textContent = document.getElementById("found").dataset.said;
    document.dispatchEvent(new CustomEvent("found"));
  };
  const look = async () => {
    const wanted = address();
    if (wanted === shown) return;
    shown = wanted;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(wanted, { signal: running.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (wanted !== shown) return;
      if (!page.getElementById("found")) return location.assign(wanted);
      put(page);
      history.replaceState(null, "", wanted);
    } catch (error) {
      if (error.name === "AbortError") return;
      shown = "";
      unsearched.hidden = false;
      document.getElementById("live").textContent = unsearched.textContent;
    }
  };

  shown = address();
  form.addEventListener("input", (event) => {
    if (event.target.name === "group") return; // a name is looked for when it is whole
    clearTimeout(waiting);
    waiting = setTimeout(look, event.target.type === "search" ? WAIT_MS : 0);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "group") look();
  });
})();
