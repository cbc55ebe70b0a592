"""The tiles above a list: each a count, and a link to the rows that it counts."""

from msgspec import Struct


class Tile(Struct, frozen=True):
    """``dot`` is the colour of the dot before the label, a kind as in macros/badge.html, "" for none."""

    label: str
    count: int
    href: str
    is_current: bool
    dot: str = ""
    note: str = ""
