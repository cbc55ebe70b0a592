"""Sentences with links or quotes inside: a translated template and what fills it, as parts that a template writes out."""

import re
from dataclasses import dataclass

from ...languages import mark_after

_NAMES = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a sentence that leads somewhere."""

    text: str
    href: str

    def __str__(self):
        return self.text


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a sentence as programs are told it: in English, whatever the screen speaks, and marked as such."""

    text: str
    lang = "en"

    def __str__(self):
        return self.text


def woven(template, values):
    """The parts of a sentence, texts, Links and Quotes in their order. A name without a value is left out.

    A value may be a function that gives it, so that what a sentence does not say is not worked out.
    """
    parts = []
    for place, piece in enumerate(_NAMES.split(str(template))):
        if place % 2:
            part = _value(values.get(piece, ""))
            parts += (part, mark_after(str(part)))
        else:
            parts.append(piece)
    return [part for part in parts if str(part)]


def _value(value):
    return value() if callable(value) else value


def plain(parts):
    """The same as one text."""
    return "".join(str(part) for part in parts)
