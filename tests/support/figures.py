"""Figures that tests count while they run, added up and told at the end of the run: "crashes survived: 12"."""

from collections import Counter

PREFIX = "figure: "


def lines(reports):
    """A line for each figure of all ``reports``."""
    total = Counter()
    for report in reports:
        for name, number in getattr(report, "user_properties", ()):
            if name.startswith(PREFIX):
                total[name.removeprefix(PREFIX)] += number
    return [f"{name}: {number:,}" for name, number in total.items()]
