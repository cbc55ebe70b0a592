"""The table on the console."""

import statistics


def table(figures, floors, seconds):
    """Print the figures of one size; ``floors`` are the dicts of Slices that ran beside them."""
    first = figures[0]
    print(f"\n{first.target}, {first.people:,} people, {first.database}, {first.clients} client(s); {seconds:.0f} s")
    print(
        f"{'operation':<34}{'µs CPU':>9}{'× F':>7}{'× W':>7}{'×fixed':>8}{'goal':>9}{'':>8}{'req/s':>8}{'p50':>8}{'p95':>8}{'p99':>8} ms"
    )
    for one in figures:
        print(_line(one))
    for name, label in (
        ("F", "F: Flask, SQLite read"),
        ("W", "W: Flask, SQLite UPDATE + commit"),
        ("fixed", "Flask, fixed bytes"),
    ):
        slices = [beside[name] for beside in floors if beside[name].requests]
        if slices:
            cost = statistics.median(1e6 * one.processor / one.requests for one in slices)
            rate = statistics.median(one.requests / one.seconds for one in slices)
            print(f"{label:<34}{cost:>9.0f}{'':>39}{rate:>8.0f}", flush=True)


def _line(one):
    if one.complaint:
        return f"{one.title:<34}  wrong: {one.complaint}"
    goal = f"≤ {one.limit} {one.floor}" if one.limit else ""
    ratios = "".join(f"{value:>{width}.2f}" if value is not None else " " * width
                     for value, width in ((one.of_read, 7), (one.of_write, 7), (one.of_fixed, 8)))  # fmt: skip
    return (
        f"{one.title:<34}{one.processor:>9.0f}{ratios}{goal:>9}{one.verdict:>8}{one.per_second:>8.0f}"
        f"{one.p50:>8.2f}{one.p95:>8.2f}{one.p99:>8.2f}"
    )
