"""axe-core on a page in the browser."""

from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_HAS_AXE = "() => 'axe' in window"
_RUN = """async ([leavingOut, rules]) => (await axe.run({exclude: leavingOut}, {
  resultTypes: ["violations"], preload: false, ...(rules.length ? {runOnly: rules} : {}),
})).violations"""
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
