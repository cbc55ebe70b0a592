"""axe-core on a page in the browser."""

from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = """async leavingOut => (await axe.run({exclude: leavingOut}, {resultTypes: ["violations"]})).violations"""


def violations(page, leaving_out=()):
    """What axe-core finds wrong, a line for each element; ``leaving_out`` are CSS selectors of parts not looked at."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{rule['impact']} {rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in page.evaluate(_RUN, list(leaving_out))
        for node in rule["nodes"]
    ]
