"""How much of a list the provisioning log keeps: the first elements, and a text that tells how many more there were."""

import re

LONGEST_LIST = 50  # elements kept of a list
LONGEST_PAGE = 3  # resources kept of a list response
MEMBERS_KEPT = 3  # of a group in an answer: who came or left stands in the request
LONGEST_WHOLE = 8_192  # bytes; lists of a shorter resource are not cut
DEEPEST = 40  # levels kept
_LEFT_OUT = re.compile(r"… ([\d,]+) more")


def most_of(name):
    """How many elements are kept of the list of an attribute; its name is in lower case."""
    return LONGEST_PAGE if name == "resources" else LONGEST_LIST


def left_out_of(count):
    """The text that stands in the log for so many elements left out of a list."""
    return f"… {count:,} more"


def length(items):
    """How long a list was before it was cut."""
    cut = _LEFT_OUT.fullmatch(items[-1]) if items and isinstance(items[-1], str) else None
    return len(items) - 1 + int(cut[1].replace(",", "")) if cut else len(items)


def is_short(lowered, value):
    """Whether no list in a body is long or nested too deep."""
    most = LONGEST_PAGE if b'"resources"' in lowered else LONGEST_LIST
    if lowered.count(b",") < most and lowered.count(b"{") + lowered.count(b"[") <= DEEPEST:
        return True
    level = [("", value)]
    for _ in range(DEEPEST):
        below = []
        for name, item in level:
            if isinstance(item, dict):
                below += [(key.lower(), inner) for key, inner in item.items() if isinstance(inner, dict | list)]
            elif len(item) <= most_of(name) or is_cut(item, name):
                below += [("", inner) for inner in item if isinstance(inner, dict | list)]
            else:
                return False
        if not below:
            return True
        level = below
    return False


def is_cut(items, name):
    """Whether a list already ends by saying how many elements are left out."""
    return len(items) == most_of(name) + 1 and isinstance(items[-1], str) and _LEFT_OUT.fullmatch(items[-1])
