"""Sentences with links or quotes inside: a translated template and its values, as parts for a template to render."""

import re

from msgspec import Struct

from ...languages import mark_after

_NAMES = re.compile(r"%\((\w+)\)s")


class Link(Struct, frozen=True):
    """A part of a sentence that is a link."""

    text: str
    href: str

    def __str__(self):
        return self.text


class Quote(Struct, frozen=True):
    """A part of a sentence quoted as programs receive it: in English in every language, and marked as such."""

    text: str
    lang = "en"

    def __str__(self):
        return self.text


def woven(template, values):
    """The parts of a sentence in order: texts, Links and Quotes. Names without a value are left out.

    A value may be a function, called only if the sentence uses it.
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
    """The parts as one text."""
    return "".join(str(part) for part in parts)
