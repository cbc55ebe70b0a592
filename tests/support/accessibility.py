"""axe-core on a page in the browser."""

from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_HAS_AXE = "() => 'axe' in window"
# A cell or an option with the elements, classes and attributes of an earlier one says other words and looks the same. Lists
# are mostly such cells, so each form is looked at once: on a full list axe takes several times what the page takes to come.
_RUN = """async ([leavingOut, rules]) => {
  const seen = new Set();
  const form = (part) => [part.tagName, part.className.baseVal ?? part.className, part.getAttribute("type"),
    part.getAttributeNames(), part.textContent.trim() === ""].join(" ");
  const repeats = (part) => seen.size === seen.add([part.parentElement.className, form(part),
    ...[...part.querySelectorAll("*")].map(form)].join()).size;
  const again = [...document.querySelectorAll("tbody > tr > *, option")].filter(repeats);
  return (await axe.run({exclude: [...leavingOut, ...again]}, {
    resultTypes: ["violations"], preload: false, ...(rules.length ? {runOnly: rules} : {}),
  })).violations;
}"""
_COLOURS = ("color-contrast", "link-in-text-block")


def violations(page, leaving_out=(), only_colours=False):
    """What axe-core finds wrong, a line for each element; ``leaving_out`` are CSS selectors of parts not looked at."""
    if not page.evaluate(_HAS_AXE):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{rule['impact']} {rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in page.evaluate(_RUN, [list(leaving_out), list(_COLOURS if only_colours else ())])
        for node in rule["nodes"]
    ]
