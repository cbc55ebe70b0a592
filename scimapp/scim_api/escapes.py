"""Escapes of URLs, read at half the price."""

from urllib.parse import unquote_plus, unquote_to_bytes


def unescaped(text, errors="replace"):
    """What ``unquote_plus`` gives, which takes each text apart at letters beyond ASCII first; most have none."""
    if text.isascii():
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", errors)
    return unquote_plus(text, errors=errors)
