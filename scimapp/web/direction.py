"""Removes from pages the control characters with which a name could reverse the text after it.

Unicode's embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069) are useful in long texts, not in names,
and "Ana \\u202egnp.exe" can disguise what it is. They are stored and sent to directories unchanged; only pages leave
them out. Right-to-left scripts do not need them.
"""

import re

from markupsafe import Markup, escape

_CONTROLS = "\u202a-\u202e\u2066-\u2069"
_ANY = re.compile(f"[{_CONTROLS}]")
_SPECIAL = re.compile(f"[&<>\"'{_CONTROLS}]")
_OUTSIDE_TAGS = re.compile(f"(<[^>]*>)|[{_CONTROLS}]")  # the value of an input must come back unchanged


def init_app(app):
    """Filter everything that a template writes."""
    app.jinja_env.finalize = steady  # of texts without HTML
    app.jinja_env.written = written


def written(value):
    """What a template writes into HTML: ``steady``, and escaped unless it is Markup."""
    kind = type(value)
    if kind is str:
        return value if _SPECIAL.search(value) is None else escape(steady(value))
    return steady(value) if kind is Markup else escape(steady(value))


def steady(value):
    """What a template writes, without direction controls outside of tags."""
    if not isinstance(value, str) or value.isascii() or _ANY.search(value) is None:
        return value
    if isinstance(value, Markup):
        # Use a plain str: Markup would escape what re puts together. Nothing is added.
        return Markup(_OUTSIDE_TAGS.sub(r"\1", str(value)))
    return _ANY.sub("", value)
