"""docs/security.md is true: every promise is kept by tests, every test it names exists, and every number stands once."""

import re

from scimapp.directory.roles import Role
from tests.trust.who_may import WEAKEST, may

from .source import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROMISE = re.compile(r"^\| ([TIRMVLHCOS]\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)")
FILE = re.compile(r"\[`(tests/[\w/]+\.py)`\]\(\.\./(tests/[\w/]+\.py)\)")
# How many rows the yardstick of each letter has; numbers run from 1.
NUMBERS = {"T": 14, "I": 10, "R": 10, "M": 14, "V": 16, "L": 24, "H": 23, "C": 16, "O": 17, "S": 6}


def section(title):
    return DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def promises():
    return PROMISE.findall(section("Promises"))


def test_every_promise_is_kept_by_tests_that_exist():
    assert len(promises()) > 120
    for number, _, kept_by in promises():
        tests, files = TEST.findall(kept_by), FILE.findall(kept_by)
        assert tests or files, f"{number} names no test"
    for name, path in TEST.findall(DOCUMENT):
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), f"{path}: {name}"
    for shown, path in FILE.findall(DOCUMENT):
        assert (
            shown == path and "\ndef test_" in (ROOT / path).read_text(encoding="utf-8") or path.endswith("who_may.py")
        ), path


def test_every_number_stands_once_and_what_a_story_names_is_promised():
    numbers = [number for number, _, _ in promises()]
    assert len(set(numbers)) == len(numbers)
    for letter, last in NUMBERS.items():
        mine = [int(number[1:]) for number in numbers if number[0] == letter]
        assert mine == sorted(mine) and mine[-1] <= last, letter
    answered = re.findall(r"\b([TIRMVLHCOS]\d+)\b", section("What is at stake").partition("| Story |")[2])
    assert set(answered) - set(numbers) == set()


def test_the_table_of_roles_has_an_address_for_each_of_its_columns():
    """A role without an address of its own would stand in the table for nothing."""
    reached = {role: sum(may(role, endpoint) for endpoint in WEAKEST) for role in Role}
    assert reached[Role.MEMBER] < reached[Role.USER_ADMIN] < reached[Role.SUPER_ADMIN] < reached[Role.OWNER]
    for role in Role:
        assert str(role.label) in section("Who may what")


def test_how_to_report_a_hole_is_told():
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for title in ("Report a hole", "Supported versions", "Severity", "What is not a flaw"):
        assert f"\n## {title}\n" in policy
    for anchor in re.findall(r"docs/security\.md#([\w-]+)", policy):
        assert anchor in {
            heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE)
        }
    assert "SECURITY.md" in (ROOT / "README.md").read_text(encoding="utf-8")
