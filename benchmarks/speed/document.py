"""``docs/performance/figures.md`` and its pictures, from the JSON value of a run (``report.told``).

python -m benchmarks.speed.document figures.json    rewrites it from a saved file
"""

import json
import sys
from pathlib import Path

from . import plots
from .figures import OURS
from .floors_beside import GOALS_F
from .servers import ROOT

FOLDER = ROOT / "docs" / "performance"
GROWING = ("get", "find", "first-page", "last-page", "patch-active", "put", "post", "group-10-add")
_WRITTEN = "<!-- Written by `make bench-full ARGS=--write`; changes here are lost. -->"


def write(told, folder=FOLDER):
    """Write the document and its pictures into ``folder``."""
    folder.mkdir(exist_ok=True)
    pictures = {}
    sections = [_head(told), _goals(told)]
    for database in dict.fromkeys(one["database"] for one in _ours(told)):
        sections += _costs(told, database, pictures)
    sections += [_growth(told, pictures), _findings(told), _peers(told)]
    for name, picture in pictures.items():
        (folder / name).write_text(picture, encoding="utf-8")
    text = "\n\n".join(section for section in sections if section)
    (folder / "figures.md").write_text(text + "\n", encoding="utf-8")


def _ours(told):
    return [one for one in told["figures"] if one["target"] == OURS]


def _head(told):
    return f"""{_WRITTEN}

# Figures

{told["when"]}, Python {told["python"]}, SQLite {told["sqlite"]}, {told["cores"]} cores, load of the machine {told["load"]} at the end. *CPU* is
what the server computed for a request, all of its processes and the provisioning log included; *× F* is that against Flask with one
SQLite read, *× W* against Flask with one UPDATE and commit, both asked beside it in the same run. On a busy machine
these multiples say more than requests a second and waiting times, and flatter: those of reads come out a seventh to a third lower than at a load of 2. Every answer was looked at, and afterwards totals, people and memberships were held
against what was written: {len(told["complaints"]) or "no"} complaint{"" if len(told["complaints"]) == 1 else "s"}.

What missed its goal, or met it by less than a twentieth, was measured again at the end, beside what it is compared with; both looks are
told where there were two, and the figure is the median over the turns of both. Seconds that have a goal are told at the speed of the machine
on which the goal was set, where F took {1e6 * GOALS_F:.0f} µs ([0136](../decisions/0136-a-second-look-at-goals.md))."""


def _goals(told):
    judged = [one["verdict"] for one in (*told["figures"], *told["findings"]) if one["verdict"]]
    return (f"Of {len(judged)} goals {judged.count('met')} are met, {judged.count('missed')} missed, "
            f"{judged.count('wrong')} could not be judged because an answer was wrong.")  # fmt: skip


def _costs(told, database, pictures):
    ours = [one for one in _ours(told) if one["database"] == database]
    for people in sorted({one["people"] for one in ours}):
        figures = [one for one in ours if one["people"] == people]
        floors = [one for one in told["floors"] if one["database"] == database and one["people"] == people]
        rows = [
            f"| {one['title']} | {one['processor']:.0f} | | | | | {one['per_second']:.0f} | | | |" for one in floors[:3]
        ]
        rows += [_row(one) for one in figures]
        yield "\n".join([
            f"## {people:,} people, {database.title() if database == 'postgres' else 'SQLite'}", "",
            "| call | CPU µs | × F | × W | × fixed | goal | req/s | p50 ms | p95 ms | p99 ms |",
            "|---|--:|--:|--:|--:|---|--:|--:|--:|--:|", *rows,
        ])  # fmt: skip
        for floor, words in (("F", "reads, multiples of F"), ("W", "writes, multiples of W")):
            shown = [(one["title"], one["times"], one["limit"], "") for one in figures
                     if one["floor"] == floor and one["limit"] and one["times"] and one["clients"] == 1 and not one["complaint"]]  # fmt: skip
            if shown and database == "sqlite" and people == max(one["people"] for one in ours):
                name = f"{floor.lower()}-{database}.svg"
                pictures[name] = plots.bars(f"{people:,} people, {words}; the mark is the goal", shown)
                yield f"![{words.capitalize()} at {people:,} people]({name})"


def _row(one):
    title = one["title"] + (f", {one['clients']} clients" if one["clients"] > 1 else "")
    if one["complaint"]:
        return f"| {title} | wrong: {one['complaint'][:80]} | | | | | | | | |".replace("\n", " ")
    ratios = " | ".join(f"{one[name]:.2f}" if one[name] else "" for name in ("of_read", "of_write", "of_fixed"))
    goal = f"≤ {one['limit']:g} {one['floor']}, {one['verdict']}{_looks(one)}" if one["limit"] else ""
    waits = " | ".join(f"{one[name]:.1f}" for name in ("p50", "p95", "p99"))
    return f"| {title} | {one['processor']:.0f} | {ratios} | {goal} | {one['per_second']:.0f} | {waits} |"


def _looks(one):
    """What both looks found, "" if there was one alone."""
    return f" ({', then '.join(f'{value:.2f}' for value in one['looks'])})" if one.get("looks") else ""


def _growth(told, pictures):
    series = {}
    for one in _ours(told):
        if one["name"] in GROWING and one["database"] == "sqlite" and one["clients"] == 1 and not one["complaint"]:
            series.setdefault(one["title"], {})[one["people"]] = one["processor"]
    sizes = sorted({size for points in series.values() for size in points})
    if len(sizes) < 2:
        return ""
    pictures["growth.svg"] = plots.lines("CPU of a call by the number of people, SQLite", sizes, series, "µs")
    return "## Growth\n\n![CPU of a call by the number of people](growth.svg)"


def _findings(told):
    rows = [one for one in told["findings"] if f" ÷ {OURS}: " not in one["name"]]
    if not rows:
        return ""
    lines = ["## What else was measured", "", "| | found | goal | where | |", "|---|--:|---|---|---|"]
    lines += [_finding(one) for one in rows]
    return "\n".join(lines)


def _finding(one):
    goal = ""
    if one["limit"] is not None:
        goal = f"{'≥' if one['is_floor'] else '≤'} {one['limit']:g}" + (f", {one['verdict']}" if one["verdict"] else "")
    goal += _looks(one)
    return f"| {one['name']} | {one['value']:.2f} {one['unit']} | {goal} | {one['where']} | {one['note']} |"


def _peers(told):
    peers = list(dict.fromkeys(one["target"] for one in told["figures"] if one["target"] != OURS))
    if not peers:
        return ""
    people = max(one["people"] for one in told["figures"] if one["target"] in peers)
    costs = {(one["target"], one["name"]): one for one in told["figures"] if one["people"] == people
             and one["clients"] == 1 and one["database"] == "sqlite"}  # fmt: skip
    names = [one["name"] for one in _ours(told) if any((peer, one["name"]) in costs for peer in peers)]
    lines = [f"## Beside other servers, {people:,} people", "", f"| CPU µs a call | scimapp | {' | '.join(peers)} |",
             "|---|--:|" + "--:|" * len(peers)]  # fmt: skip
    for name in dict.fromkeys(names):
        ours = costs.get((OURS, name))
        if ours:
            cells = [_cell(costs.get((target, name))) for target in (OURS, *peers)]
            lines.append(f"| {ours['title']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(one):
    if one is None:
        return ""
    return "wrong" if one["complaint"] else f"{one['processor']:,.0f}"


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text()))
