"""What was typed into a form that could not be taken: it goes along to the next page, secrets do not."""

from flask import request

_SECRET_WORDS = ("password", "token", "secret")


def kept():
    """``[(name, value)]`` of the form that was sent, without passwords and secrets."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in _SECRET_WORDS)
    ]
