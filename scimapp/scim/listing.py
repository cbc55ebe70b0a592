"""Paging by index or cursor, and the list response (RFC 7644 §3.4.2, RFC 9865)."""

import json
import re

from msgspec import Struct

from . import urns
from .errors import InvalidValue
from .values import shown

DEFAULT_COUNT = 100
MAXIMUM_COUNT = 500
_WHOLE = re.compile(r"[+-]?[0-9]{1,100}")
_FAR = 10**18  # beyond every list
_END = b"]}"  # of a list
AT_HAND = 3  # texts of a page that is kept: as many as the log keeps


class Paging(Struct, frozen=True):
    """Which part of a list is asked for. ``start_index`` is 1-based, ``count`` 0 asks for the total only.

    ``cursor`` is None for paging by index, "" for the first page by cursor.
    """

    start_index: int = 1
    count: int = DEFAULT_COUNT
    cursor: str | None = None


def parse_paging(start_index=None, count=None, cursor=None):
    """A Paging from texts or numbers; None and "" mean "not given", but an empty cursor asks for paging by cursor.

    Below 1 is 1, a negative count is 0 (RFC 7644 §3.4.2.4). Raises InvalidValue for what is no whole number, and where
    both ways of paging are asked for.
    """
    start = _whole("startIndex", start_index, 1)
    wanted = _whole("count", count, DEFAULT_COUNT)
    if cursor is not None and start_index not in (None, ""):
        raise InvalidValue("startIndex and cursor are two ways of paging: give one of them")
    return Paging(max(1, start), max(0, min(wanted, MAXIMUM_COUNT)), cursor)


def list_begin(total, shown, start_index=None, next_cursor=None):
    """The beginning of a ListResponse of ``shown`` resources, JSON in bytes; the resources and ``]}`` follow.

    ``Resources`` is there even when it is empty, because Okta looks for it. ``start_index`` belongs to paging by index;
    ``next_cursor`` to every page by cursor but the last.
    """
    place = "" if start_index is None else f'"startIndex":{start_index},'
    place += f'"nextCursor":{json.dumps(next_cursor)},' if next_cursor else ""
    head = f'{{"schemas":["{urns.LIST_RESPONSE}"],"totalResults":{total},{place}"itemsPerPage":{shown},"Resources":['
    return head.encode()


class Pieces:
    """``count`` resources of a list, at least one, in one list of pieces of JSON in bytes. Each has as many, and its first
    piece begins with a comma. Iterating and slicing give the texts, each joined on the spot.

    A page is joined of its pieces at once: the texts of its people would be a second page in memory.
    """

    __slots__ = ("_count", "_pieces")

    def __init__(self, pieces, count):
        self._pieces, self._count = pieces, count

    def __len__(self):
        return self._count

    def __iter__(self):
        return iter(self[:])

    def __getitem__(self, places):
        """The texts at a slice of places."""
        width = len(self._pieces) // self._count
        begins = range(0, len(self._pieces), width)[places]
        return [b"".join(self._pieces[begin : begin + width])[1:] for begin in begins]

    def listed(self, begin):
        """See ``listed``."""
        pieces, first = self._pieces, self._pieces[0]
        pieces[0] = begin + first[1:]  # for a moment, because a copy would touch each piece once more
        pieces.append(_END)
        whole = b"".join(pieces)
        pieces.pop()
        pieces[0] = first
        return whole

    def joined(self):
        """The same as Joined."""
        return Joined(self.listed(b""), self[:AT_HAND], self._count)


class Joined:
    """``count`` resources of a list in one ``text`` that ends it, for pages that are kept: as long as the page, and no
    pieces beside it. Slicing gives texts from the beginning, no more than AT_HAND.
    """

    __slots__ = ("_count", "_first", "text")

    def __init__(self, text, first, count):
        self.text, self._first, self._count = text, first, count

    def __len__(self):
        return self._count

    def __getitem__(self, places):
        """The texts at a slice of places."""
        return self._first[places]

    def listed(self, begin):
        """See ``listed``."""
        return begin + self.text


def listed(begin, texts):
    """A ListResponse of resources that are JSON in bytes already, each of which is copied once; ``begin`` is its beginning.
    ``texts`` are Pieces, Joined or a list.
    """
    if isinstance(texts, Pieces | Joined):
        return texts.listed(begin)
    pieces = [b","] * max(2 * len(texts) - 1, 0)
    pieces[::2] = texts
    return b"".join((begin, *pieces, _END))


def _whole(name, value, default):
    if value is None or value == "":
        return default
    if isinstance(value, float) and abs(value) >= _FAR:
        value = int(value)  # the parser reads whole numbers of more than 64 bits as floats
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-_FAR, min(value, _FAR))
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return max(-_FAR, min(int(value), _FAR))
    raise InvalidValue(f"{name} must be a whole number, not {shown(value)}")
