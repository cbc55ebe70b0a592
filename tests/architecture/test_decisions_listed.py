"""Every decision is found in the list of decisions, by its number and by what it is about."""

import re

from .source import ROOT

_DECISIONS = ROOT / "docs" / "decisions"
_LIST = (_DECISIONS / "README.md").read_text(encoding="utf-8")
_PAGES = sorted(page.name for page in _DECISIONS.glob("[0-9]*.md"))


def test_every_decision_stands_in_the_list_once_in_the_order_of_numbers():
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \|", _LIST, re.MULTILINE)

    assert [page for _number, page in listed] == _PAGES
    assert [number for number, _page in listed] == [page[:4] for page in _PAGES]


def test_every_decision_stands_under_one_subject():
    subjects = re.findall(r"^\| [^|\[]+ \| ((?:\d{4} ?)+) \|$", _LIST, re.MULTILINE)

    assert sorted(" ".join(subjects).split()) == [page[:4] for page in _PAGES]
