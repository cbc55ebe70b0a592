"""Cheap checks of answers, so that a wrong answer never counts as fast. ``truth`` compares whole resources afterwards."""

import re

from .load import Wrong

_TOTAL = re.compile(rb'"totalResults":\s*(\d+)')
_ID = re.compile(rb'"id":\s*"([^"]+)"')


def expect(answer, *statuses):
    """Raise Wrong if the status is another one."""
    if answer.status not in statuses:
        raise Wrong(f"answered {answer.status}: {answer.body[:200].decode(errors='replace')}")


def holds(answer, *texts):
    """Raise Wrong unless the answer is 200 and contains every text."""
    expect(answer, 200)
    body = answer.text()
    for text in texts:
        if text.encode() not in body:
            raise Wrong(f"{text!r} is not in {body[:200].decode(errors='replace')}")


def total(answer):
    """``totalResults`` of a list."""
    expect(answer, 200)
    found = _TOTAL.search(answer.text())
    if not found:
        raise Wrong("a list without totalResults")
    return int(found[1])


def counts(answer, wanted, *texts):
    """Raise Wrong unless a list reports ``wanted`` results and contains every text."""
    found = total(answer)
    if found != wanted:
        raise Wrong(f"found {found}, wanted {wanted}")
    if texts:
        holds(answer, *texts)


def shows(answer, wanted, marker=b'"userName"'):
    """Raise Wrong unless the page holds ``wanted`` resources, counted by an attribute that each has once."""
    expect(answer, 200)
    found = answer.text().count(marker)
    if found != wanted:
        raise Wrong(f"a page of {found}, wanted {wanted}")


def new_id(answer):
    """The id of what was created."""
    expect(answer, 201)
    found = _ID.search(answer.text())
    if not found:
        raise Wrong("a created resource without an id")
    return found[1].decode()
