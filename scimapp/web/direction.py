"""Names that turn the writing direction round stay harmless: what they would do to the text after them is left out.

Unicode's embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069) have a use in long texts, none in a name,
and "Ana \\u202egnp.exe" can pass a thing off as another. They are stored and sent to directories as they came; only
pages leave them out. Right-to-left scripts need none of them.
"""

import re

from markupsafe import Markup

_CONTROLS = "\u202a-\u202e\u2066-\u2069"
_ANY = re.compile(f"[{_CONTROLS}]")
_OUTSIDE_TAGS = re.compile(f"(<[^>]*>)|[{_CONTROLS}]")  # the value of an input comes back as it was


def init_app(app):
    """Look at everything that a template writes."""
    app.jinja_env.finalize = steady


def steady(value):
    """What a template writes, without direction controls; inside of tags they stay."""
    if not isinstance(value, str) or value.isascii() or _ANY.search(value) is None:
        return value
    if isinstance(value, Markup):
        # A plain text: Markup would escape what re puts together again. Nothing is added.
        return Markup(_OUTSIDE_TAGS.sub(r"\1", str(value)))
    return _ANY.sub("", value)
