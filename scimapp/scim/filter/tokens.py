"""Cutting a filter into tokens: one pass, no backtracking, positions kept for messages (1-based)."""

import json

from msgspec import Struct

from ..errors import InvalidFilter

_PUNCTUATION = "()[]"


class Token(Struct, frozen=True):
    """``kind`` is "word", "text" (a quoted string, ``value`` decoded), one of ``()[]``, or "end".

    ``number`` counts quoted strings from 0.
    """

    kind: str
    value: str
    position: int
    number: int | None = None


def tokenize(text):
    """The tokens of a filter, an "end" token last. Raises InvalidFilter with the position."""
    tokens, at, end, quoted = [], 0, len(text), 0
    while at < end:
        character = text[at]
        if character.isspace():
            at += 1
        elif character in _PUNCTUATION:
            tokens.append(Token(character, character, at + 1))
            at += 1
        elif character == '"':
            closing = _closing_quote(text, at)
            tokens.append(Token("text", _decoded(text[at : closing + 1], at), at + 1, quoted))
            at, quoted = closing + 1, quoted + 1
        else:
            start = at
            while at < end and not text[at].isspace() and text[at] not in '()[]"':
                at += 1
            tokens.append(Token("word", text[start:at], start + 1))
    tokens.append(Token("end", "", end + 1))
    return tokens


def _closing_quote(text, opening):
    at = opening + 1
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text[at] == '"':
            return at
        else:
            at += 1
    raise InvalidFilter(f"the text that begins at position {opening + 1} has no closing quote")


def _decoded(quoted, at):
    try:
        return json.loads(quoted, strict=False)
    except ValueError as error:
        raise InvalidFilter(f"the text at position {at + 1} is not a JSON string") from error
