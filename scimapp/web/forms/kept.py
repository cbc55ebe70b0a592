"""What was typed into a form that could not be taken: it goes along to the next page, secrets do not."""

from flask import request

_SECRET_WORDS = ("password", "token", "secret")
_CARRIED = frozenset(("version", "base", "back", "next", "ids", "mail", "theme"))  # inputs that nobody types into
TICKED = "y"  # what a ticked box sends


def kept():
    """``[(name, value)]`` of the form that was sent, without passwords and secrets."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in _SECRET_WORDS)
    ]


def typed_and_carried():
    """``kept()`` in two: what people typed, and what the form brought along by itself or was left empty."""
    everything = kept()
    typed = [(name, value) for name, value in everything if value and name not in _CARRIED]
    return typed, [pair for pair in everything if pair not in typed]
