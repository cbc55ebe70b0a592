"""The tree of a filter. Small frozen nodes; new behaviour is a new function over the same tree."""

from dataclasses import dataclass, field

OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")
OF_TEXTS = frozenset(("co", "sw", "ew"))  # operators that look for a part of a text
ORDERING = frozenset(("gt", "ge", "lt", "le"))


@dataclass(frozen=True, slots=True)
class And:
    """All of ``terms`` (two or more)."""

    terms: tuple


@dataclass(frozen=True, slots=True)
class Or:
    """Any of ``terms`` (two or more)."""

    terms: tuple


@dataclass(frozen=True, slots=True)
class Not:
    term: object


@dataclass(frozen=True, slots=True)
class Present:
    """``path pr``: the attribute has a value."""

    path: object


@dataclass(frozen=True, slots=True)
class Comparison:
    """``path operator value``; ``value`` is a JSON literal that fits the attribute, or None for null.

    ``number`` tells which of the quoted values of the filter it was, from 0, in the order of the text.
    """

    path: object
    operator: str
    value: object
    number: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ValuePath:
    """``path[filter]``: one and the same element meets ``filter``, whose paths are whole ones (``emails.type``)."""

    path: object
    filter: object
