"""What every list has in common: its whole state stands in the query string, so a view can be kept and shared."""

from dataclasses import dataclass

from flask import url_for

PER_PAGE = (25, 50, 100)


class ListAddress:
    """The address of a list in its present state. ``to`` gives the address of another state of it."""

    def __init__(self, endpoint, state, **fixed):
        self._endpoint, self._fixed = endpoint, fixed
        self.state = {name: value for name, value in state.items() if value}

    def to(self, **changes):
        """The address with some parts changed; None leaves a part out. Another state begins at its first page."""
        state = {name: value for name, value in self.state.items() if name != "page"} | changes
        kept = {name: value for name, value in state.items() if value}
        return url_for(self._endpoint, **self._fixed, **kept)

    def hidden(self, *visible):
        """The parts that a search form carries along: all but those it shows, the page and the rows per page."""
        return {name: value for name, value in self.state.items() if name not in (*visible, "page")}


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column. ``direction`` is what ``aria-sort`` says; ``spoken`` is read out after the label."""

    label: str
    href: str | None = None
    direction: str | None = None
    spoken: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A chosen filter and the address without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Walk:
    """The foot of a list: where it stands and where it goes on."""

    text: str
    previous: str | None
    next: str | None
    sizes: tuple  # (rows per page, address, whether this is the present one)

    @classmethod
    def of(cls, page, address):
        sizes = tuple((size, address.to(per=None if size == PER_PAGE[0] else size), size == page.per_page)
                      for size in PER_PAGE)  # fmt: skip
        return cls(
            f"{page.first:,}–{page.last:,} of {page.total:,}",
            address.to(page=page.page - 1 if page.page > 2 else None) if page.has_prev else None,
            address.to(page=page.page + 1) if page.has_next else None,
            sizes if page.total > PER_PAGE[0] else (),
        )


def read_sort(text, sorts, default="name"):
    """``(key, descending)`` from ``name`` or ``-name``; anything unknown is the default."""
    key = text.removeprefix("-")
    return (key, text.startswith("-")) if key in sorts else (default, False)


def read_number(text, default, allowed=None):
    """A whole number of at least 1, or the default for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    return number if number > 0 and (allowed is None or number in allowed) else default


def heading(address, label, key, sort, descending, words=("A to Z", "Z to A"), is_number=False):
    """The head of a sortable column; a click on the present one turns the order round."""
    is_present = key == sort
    target = f"-{key}" if is_present and not descending else key
    now, then = (words[1], words[0]) if descending else words
    spoken = f", sorted {now}; sort {then}" if is_present else f", sort {words[0]}"
    direction = ("descending" if descending else "ascending") if is_present else None
    return Heading(label, address.to(sort=None if target == "name" else target), direction, spoken, is_number)
