"""The results, on the console and as one JSON value."""

import platform
import sqlite3
import time

from .servers import every_core


def table(figures, floors):
    """Print the figures of one size; ``floors`` come from ``figures.of_floors``."""
    first = figures[0]
    print(f"\n{first.target}, {first.people:,} people, {first.database}")
    print(
        f"{'operation':<38}{'µs CPU':>9}{'× F':>8}{'× W':>8}{'× fixed':>9}{'goal':>10}{'':>8}{'req/s':>8}{'p50':>9}{'p95':>9}{'p99':>9} ms"
    )
    for one in figures:
        print(_line(one))
    for floor in floors:
        print(f"{floor['title']:<38}{floor['processor']:>9.0f}{'':>43}{floor['per_second']:>8.0f}", flush=True)


def _line(one):
    title = one.title + (f" ({one.clients} clients)" if one.clients > 1 else "")
    if one.complaint:
        return f"{title:<38}  wrong: {one.complaint}"
    goal = f"≤ {one.limit} {one.floor}" if one.limit else ""
    ratios = "".join(f"{value:>{width}.2f}" if value is not None else " " * width
                     for value, width in ((one.of_read, 8), (one.of_write, 8), (one.of_fixed, 9)))  # fmt: skip
    return (
        f"{title:<38}{one.processor:>9.0f}{ratios}{goal:>10}{one.verdict:>8}{one.per_second:>8.0f}"
        f"{one.p50:>9.2f}{one.p95:>9.2f}{one.p99:>9.2f}"
    )


def looked_again(figure):
    """Print what both looks found of a Figure."""
    if figure.looks:
        looks = ", then ".join(f"{one:.2f}" for one in figure.looks)
        where = f"{figure.database}, {figure.people:,} people, {figure.clients} at once"
        print(
            f"{figure.title:<38}{looks:>16} {figure.floor}: {figure.times:.2f} {figure.verdict:<8}{where}", flush=True
        )


def findings(outcome):
    """Print the Findings, then the complaints."""
    for one in outcome.findings:
        goal = f"{one.goal} {one.unit}" if one.goal else ""
        looks = f" (looks: {', then '.join(f'{value:.2f}' for value in one.looks)})" if one.looks else ""
        print(f"{one.name:<66}{one.value:>9.2f} {one.unit:<9}{goal:<17}{one.verdict:<8}{one.where}  {one.note}{looks}")
    for complaint in outcome.complaints:
        print(f"WRONG: {complaint}")
    judged = [one.verdict for one in (*outcome.figures, *outcome.findings) if one.verdict]
    print(f"\n{judged.count('met')} goals met, {judged.count('missed')} missed, {judged.count('wrong')} operations with wrong answers,"
          f" {len(outcome.complaints)} complaints", flush=True)  # fmt: skip


def told(outcome, load):
    """Everything as a JSON value; ``load`` is how busy the machine was."""
    return {
        "when": time.strftime("%Y-%m-%d"), "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
        "cores": len(every_core()), "load": round(load, 1),
        "figures": [one.told() for one in outcome.figures], "floors": outcome.floors,
        "findings": [one.told() for one in outcome.findings], "complaints": outcome.complaints,
    }  # fmt: skip
