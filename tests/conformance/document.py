"""Runs the tests of the rules and writes ``docs/conformance.md``: ``python -m tests.conformance.document``.

What a rule says is the docstring of its test. A rule holds when its test passes on every database it runs on.
"""

import ast
import sys
from pathlib import Path

import pytest

from tests.conformance.rules import SECTIONS

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "conformance.md"
_INTRODUCTION = """\
# Conformance

What RFC 7642, RFC 7643, RFC 7644 and RFC 9865 ask of a service provider, rule by rule, and whether this server does it. Each
rule has a test of the same number in `tests/conformance`, which asks the real application; `make conformance` runs them and
writes this page. *goal* marks a rule that is our own wish. Where the standard leaves a choice, [scim.md](scim.md) says what
this server does.

**{holding} of {total} rules hold.**
"""


class Results:
    """A plugin that keeps how each rule fared: ``{"R-001": {"sqlite": True}}``."""

    def __init__(self):
        self.by_rule = {}

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.rpartition("::")[2]
        rule = number_of(name)
        if rule is None:
            return
        database = "Postgres" if "postgres" in name else "SQLite"
        before = self.by_rule.setdefault(rule, {}).get(database, True)
        self.by_rule[rule][database] = before and report.passed


def number_of(test_name):
    """``R-001`` of ``test_R_001_only_over_tls``; None for a test of no rule."""
    if not test_name.startswith("test_R_"):
        return None
    return f"R-{test_name[len('test_R_') :][:3]}"


def rules_tested():
    """``{number: (file, docstring)}`` as the files say it, without running anything. Raises ValueError for a second test."""
    found = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            number = number_of(node.name) if isinstance(node, ast.FunctionDef) else None
            if number is None:
                continue
            if number in found:
                raise ValueError(f"{number} has two tests")
            found[number] = (path.name, " ".join((ast.get_docstring(node) or "").split()))
    return found


def row(number, level, source, says, result):
    """One line of the table."""
    return f"| {number} | {level} | {source} | {says.replace('|', '&#124;')} | {result} |"


def page(by_rule):
    """The whole document from the results of a run."""
    tests, lines = rules_tested(), []
    for title, rules in SECTIONS.values():
        lines += [f"\n## {title}\n", "| rule | level | source | what it says | result |", "|---|---|---|---|---|"]
        for number, level, source in rules:
            lines.append(row(number, level, source, tests[number][1], _result(by_rule.get(number, {}))))
    holding = sum(all(by_rule.get(number, {"": False}).values()) for number in tests)
    return _INTRODUCTION.format(holding=holding, total=len(tests)) + "\n".join(lines) + "\n"


def _result(by_database):
    if not by_database:
        return "not run"
    failed = sorted(name for name, passed in by_database.items() if not passed)
    return f"**fails** on {' and '.join(failed)}" if failed else "holds"


def main():
    results = Results()
    code = pytest.main(["--quiet", "-p", "no:cacheprovider", str(HERE)], plugins=[results])
    DOCUMENT.write_text(page(results.by_rule))
    return code


if __name__ == "__main__":
    sys.exit(main())
