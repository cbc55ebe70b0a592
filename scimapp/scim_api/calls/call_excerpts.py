"""What the log keeps of an answer made of resources, worked out while the answer is made: there the texts are at hand."""

from typing import NamedTuple

import orjson

from ...scim import urns
from ...scim.listing import listed
from .call_lists import LONGEST_PAGE, LONGEST_WHOLE, MEMBERS_KEPT, left_out_of

_GROUP, _MEMBERS, _NEXT_MEMBER = f'{{"schemas":["{urns.CORE_GROUP}"]'.encode(), b',"members":[', b'},{"value":"'


class Excerpt(NamedTuple):
    """The ``text`` that the log keeps of an answer made of resources, and facts that spare the log parsing it.

    ``only`` is the resource if it is a single one, ``scim_id`` its id if known; ``total`` and ``shown`` are the numbers of a
    list, None for a resource. ``is_clean``: ``text`` was masked and cut already, for all calls answered with it.
    """

    text: bytes
    has_long_lists: bool
    only: bytes | None = None
    scim_id: str | None = None
    total: int | None = None
    shown: int | None = None
    is_clean: bool = False


def excerpt_of(document):
    """The Excerpt of one resource."""
    members = document.members
    kept, has_long_lists = _shortened(document.text) if members is None else _first(document.text, *members[:2])
    return Excerpt(kept, has_long_lists, kept, document.id)


def excerpt_of_page(begin, texts, total, whole):
    """The Excerpt of a page: ``texts`` are its resources, ``whole`` is the page, which starts with ``begin``."""
    kept, text, has_long_lists = texts[:LONGEST_PAGE], whole, False
    if len(texts) > LONGEST_PAGE or max(map(len, kept), default=0) > LONGEST_WHOLE:
        shortened = [*map(_shortened, kept)]
        kept, has_long_lists = [text for text, _ in shortened], any(is_long for _, is_long in shortened)
        left_out = [orjson.dumps(left_out_of(len(texts) - LONGEST_PAGE))] if len(texts) > LONGEST_PAGE else []
        text = listed(begin, kept + left_out)
    only = kept[0] if kept and total == 1 else None
    return Excerpt(text, has_long_lists, only, None, total, len(texts))


def _shortened(text):
    """``(a resource as the log keeps it, whether it may hold long lists)``. Of a group whose members come last, the first
    members are kept.

    Quotes inside strings are escaped, so these patterns never match inside a string.
    """
    begin = text.find(_MEMBERS) if len(text) > LONGEST_WHOLE and text.startswith(_GROUP) else -1
    if begin < 0 or not text.endswith(b"}]}"):
        return text, len(text) > LONGEST_WHOLE
    return _first(b"", text, text.count(_NEXT_MEMBER, begin) + 1, begin + len(_MEMBERS))


def _first(head, members, count, begin=0):
    """The same for a group in two texts: ``head``, and ``members``, which holds ``count`` members from ``begin`` on."""
    if count <= MEMBERS_KEPT:
        return head + members, False
    end = begin
    for _ in range(MEMBERS_KEPT):
        end = members.find(_NEXT_MEMBER, end + 1)
        if end < 0:
            return head + members, True
    left_out = orjson.dumps(left_out_of(count - MEMBERS_KEPT))
    return b"".join((head, members[: end + 1], b",", left_out, b"]}")), False
