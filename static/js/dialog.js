// Native dialogs, <details> menus, and the sidebar of narrow screens. Without this file an open dialog is a card in the page and links lead to pages.
// <dialog open data-modal> opens as a modal; data-guard on it asks (dialog #leave) before it is left.
(() => {
  for (const dialog of document.querySelectorAll("dialog[open][data-modal]")) {
    dialog.close();
    dialog.showModal();
    // What is said outside a modal dialog is not heard.
    const live = document.getElementById("live");
    if (live) {
      dialog.append(live);
      dialog.addEventListener("close", () => { if (!dialog.open) document.body.append(live); });
    }
    (dialog.querySelector("[data-first-focus]") || dialog).focus();
  }
  // A dialog is a page of its own, so the page below it learns here which of its links had opened the one just left.
  const OPENER = "opener";
  const remember = () => sessionStorage.setItem(OPENER, location.href);
  const opened = sessionStorage.getItem(OPENER);
  sessionStorage.removeItem(OPENER);
  const opener = opened && [...document.querySelectorAll("main a[href]")].find((link) => link.href === opened);
  if (opener && !document.querySelector("dialog[open]")) {
    const menu = opener.closest("details.menu:not([open])");
    (menu ? menu.querySelector("summary") : opener).focus();
  }
  const guarded = document.querySelector("dialog[data-guard][open]");
  let mayLeave = false;
  const ask = () => document.getElementById("leave").showModal();

  document.addEventListener("click", (event) => {
    const way = event.target.closest("dialog[data-modal] a[href]");
    if (way && way.getAttribute("href") === way.closest("dialog").dataset.modal) remember();
    const closer = event.target.closest("[data-closes]");
    if (closer) {
      const dialog = closer.closest("dialog");
      if (dialog.hasAttribute("data-guard")) {
        event.preventDefault();
        ask();
      } else if (!closer.href) {
        event.preventDefault();
        dialog.close();
      }
      return;
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // Where there is no room for it, the sidebar is opened by a link to it and covers the page: the focus goes into it, Escape
  // or a step of the focus out of it closes it.
  const side = document.querySelector("a[href='#nav']") && document.getElementById("nav");
  const covers = () => side.matches(":target") && getComputedStyle(side).position === "fixed";
  const close = (then) => {
    location.hash = "main";
    then.focus();
  };
  if (side) {
    const enter = () => { if (covers()) side.querySelector(".close").focus(); };
    addEventListener("hashchange", enter);
    addEventListener("load", enter); // opened before this file was there; until then the browser goes to the target itself
    document.addEventListener("focusin", (event) => { if (covers() && !side.contains(event.target)) close(event.target); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && covers()) close(document.querySelector("a[href='#nav']"));
    });
  }
  for (const dialog of document.querySelectorAll("dialog[data-modal]")) {
    dialog.addEventListener("cancel", (event) => {
      if (event.target !== dialog) return;
      event.preventDefault();
      if (dialog === guarded) ask();
      else if (dialog.dataset.modal) {
        remember();
        location.assign(dialog.dataset.modal);
      }
      else dialog.close();
    });
  }
  if (guarded) {
    // At the window, because offline.js may keep a form: then nothing was saved or dropped.
    addEventListener("submit", (event) => { mayLeave = !event.defaultPrevented; });
    addEventListener("beforeunload", (event) => { if (!mayLeave) event.preventDefault(); });
  }
})();
