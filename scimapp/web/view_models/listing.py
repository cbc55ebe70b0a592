"""What all lists share: their whole state is in the query string, so a view can be bookmarked and shared."""

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ..template_helpers import number

PER_PAGE = (25, 50, 100)
A_TO_Z = (_l("A to Z"), _l("Z to A"))


class ListAddress:
    """The address of a list in its present state. ``to`` gives the address of another state."""

    def __init__(self, endpoint, state, **fixed):
        self._endpoint, self._fixed = endpoint, fixed
        self.state = {name: value for name, value in state.items() if value}

    def to(self, **changes):
        """The address with some parts changed; None removes a part. Another state starts at its first page."""
        state = {name: value for name, value in self.state.items() if name != "page"} | changes
        kept = {name: value for name, value in state.items() if value}  # url_for repeats a part for each item of a list
        return url_for(self._endpoint, **self._fixed, **kept)

    def hidden(self, *visible):
        """The parts that a search form carries as hidden inputs: all but its visible ones and the page."""
        return {name: value for name, value in self.state.items() if name not in (*visible, "page")}

    def elsewhere(self, endpoint, **more):
        """The same state, without its page, at another address, such as that of the list as a file."""
        return url_for(endpoint, **{name: value for name, value in self.state.items() if name != "page"} | more)

    def pairs(self, *visible):
        """As ``hidden``, also for parts with several values: ``[(name, value)]``."""
        pairs = []
        for name, value in self.hidden(*visible).items():
            pairs += [(name, item) for item in (value if isinstance(value, list) else [value])]
        return pairs


class Heading(Struct, frozen=True):
    """The head of a column. ``direction`` is the value of ``aria-sort``; ``spoken`` is read out after the label."""

    label: str
    href: str | None = None
    direction: str | None = None
    spoken: str = ""
    is_number: bool = False


class Filter(Struct, frozen=True):
    """A chosen filter, and the address without it."""

    text: str
    without: str


class Pager(Struct, frozen=True):
    """The foot of a list: the present place, and the pages before and after."""

    text: str
    previous: str | None
    next: str | None
    sizes: tuple  # (rows per page, address, whether this is the present one)

    @classmethod
    def of(cls, page, address, ahead=0):
        """``ahead`` is the number of rows before the first page; they count too."""
        sizes = tuple((size, address.to(per=None if size == PER_PAGE[0] else size), size == page.per_page)
                      for size in PER_PAGE)  # fmt: skip
        return cls(
            gettext(
                "%(first)s–%(last)s of %(total)s",
                first=number(page.first + (ahead if page.has_prev else 0)),
                last=number(page.last + ahead),
                total=number(page.total + ahead),
            ),
            address.to(page=page.page - 1 if page.page > 2 else None) if page.has_prev else None,
            address.to(page=page.page + 1) if page.has_next else None,
            sizes if page.total > PER_PAGE[0] else (),
        )


def read_sort(text, sorts):
    """``(key, descending)`` from ``name`` or ``-name``; by name for anything unknown."""
    key = text.removeprefix("-")
    return (key, text.startswith("-")) if key in sorts else ("name", False)


def read_number(text, default, allowed=None):
    """A whole number of at least 1, or the default for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    return number if number > 0 and (allowed is None or number in allowed) else default


def read_seq(text):
    """The row number to continue from, None for anything else. Logs outgrow the limit of page numbers."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else None


def heading(address, label, key, sort, descending, words=A_TO_Z, is_number=False):
    """The head of a sortable column; a click on the present one reverses the order."""
    is_present = key == sort
    target = f"-{key}" if is_present and not descending else key
    now, then = (words[1], words[0]) if descending else words
    if is_present:
        spoken = gettext(", sorted %(now)s; sort %(then)s", now=str(now), then=str(then))
    else:
        spoken = gettext(", sort %(then)s", then=str(words[0]))
    direction = ("descending" if descending else "ascending") if is_present else None
    return Heading(label, address.to(sort=None if target == "name" else target), direction, spoken, is_number)
