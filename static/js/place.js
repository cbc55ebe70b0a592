// Keeps the place in a list: who sorts it, takes a filter away or turns its pages by keyboard goes on there on the page that
// comes, not at its top. Without this file the browser starts at the top.
(() => {
  const KEY = "place";
  const PARTS = ["main thead a", "main .chosen a", "main .chosen ~ a", "main nav.foot a"];
  const followed = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const { href, part, at } = JSON.parse(followed) ?? {};
  if (href === location.href) {
    const links = document.querySelectorAll(part);
    // Pages are turned to read the rows. Where the last filter has gone, another one may be wanted.
    const place = part === PARTS[3] ? document.querySelector("main .wrap[tabindex]") : links[Math.min(at, links.length - 1)];
    (place ?? document.querySelector("main input[type=search]"))?.focus();
  }
  document.addEventListener("click", (event) => {
    const link = event.detail === 0 && event.target.closest("a[href]"); // 0: no pointer was used
    const from = link && PARTS.find((selector) => link.matches(selector));
    if (!from) return;
    const at = [...document.querySelectorAll(from)].indexOf(link);
    sessionStorage.setItem(KEY, JSON.stringify({ href: link.href, part: from, at }));
  });
})();
