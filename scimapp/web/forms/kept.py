"""What was typed into a form that could not be taken: it goes along to the next page, secrets do not."""

from flask import request

_SECRET_WORDS = ("password", "token", "secret")
_CARRIED = frozenset(("version", "base", "back", "next", "ids", "mail", "theme"))  # inputs that nobody types into


def kept():
    """``[(name, value)]`` of the form that was sent, without passwords and secrets."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in _SECRET_WORDS)
    ]


def typed_and_carried():
    """``kept()`` in two: what people typed, and what the form brought along by itself."""
    everything = kept()
    typed = [(name, value) for name, value in everything if name not in _CARRIED]
    return typed, [(name, value) for name, value in everything if name in _CARRIED]
