"""axe-core on a page in the browser."""

from pathlib import Path
from weakref import WeakSet

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# Sent to a page once: the documents that follow in it bring the function along, and only those looked at call it.
_AT_HAND = f"window.bringAxe = function () {{{AXE.read_text(encoding='utf-8')}\n}};"
_BRING = "() => 'axe' in window || ('bringAxe' in window && (bringAxe(), true))"
_knowing = WeakSet()  # pages whose documents have the function
# A cell or an option with the elements, classes and attributes of an earlier one says other words and looks the same. Lists
# are mostly such cells, so each form is looked at once: on a full list axe takes several times what the page takes to come.
# Rows of nothing else are taken out meanwhile, for axe walks also over what it is to leave aside; so are such options that are
# not chosen, and the strokes of icons that say nothing.
_RUN = """async (rules) => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = new Set();
  const form = (part) => [part.tagName, part.className.baseVal ?? part.className, part.getAttribute("type"),
    part.getAttributeNames(), part.textContent.trim() === ""].join(" ");
  const repeats = (part) => seen.size === seen.add([part.parentElement.className, form(part),
    ...[...part.querySelectorAll("*")].map(form)].join()).size;
  const again = new Set(all("tbody > tr > *, option").filter(repeats));
  const rows = all("tbody > tr:not(:first-child, :has(:focus, [open]))")
    .filter((row) => [...row.children].every((cell) => again.has(cell)));
  const options = all("option:not(:checked)").filter((option) => again.has(option));
  const places = [...rows, ...options, ...all("svg[aria-hidden=true] > :is(path, circle, rect)")]
    .map((part) => [part, document.createComment("")]);
  const at = document.scrollingElement.scrollTop;
  places.forEach(([part, place]) => part.replaceWith(place));
  try {
    return (await axe.run({exclude: [...again].filter((part) => part.isConnected)}, {
      resultTypes: ["violations"], preload: false, ...(rules.length ? {runOnly: rules} : {}),
    })).violations;
  } finally {
    places.forEach(([part, place]) => place.replaceWith(part));
    document.scrollingElement.scrollTop = at;
  }
}"""
_COLOURS = ("color-contrast", "link-in-text-block")


def violations(page, only_colours=False):
    """What axe-core finds wrong, a line for each element."""
    if page not in _knowing:
        page.add_init_script(_AT_HAND)
        _knowing.add(page)
    if not page.evaluate(_BRING):  # the document that was there already, or one whose scripts are off
        page.evaluate(_AT_HAND)
        page.evaluate(_BRING)
    return [
        f"{rule['impact']} {rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in page.evaluate(_RUN, list(_COLOURS if only_colours else ()))
        for node in rule["nodes"]
    ]
