"""What was typed into a form that could not be taken: it goes along to the next page, secrets do not."""

from flask import request

SECRET = frozenset(
    ("csrf_token", "password", "confirm_password", "present_password", "code")
)  # inputs, by their whole name
_CARRIED = frozenset(("version", "base", "back", "next", "ids", "mail", "theme"))  # inputs that nobody types into
_WAITING, WAITS_AT = "waiting-", "waits_at"
TICKED = "y"  # what a ticked box sends


def kept():
    """``[(name, value)]`` of the form that was sent, without passwords and secrets."""
    return [
        (name, value) for name, value in request.form.items(multi=True) if name.removeprefix(_WAITING) not in SECRET
    ]


def waiting():
    """``(address, [(name, value)])`` of a form that the sign-in form brings along; the address is None without one."""
    pairs = [(name, value) for name, value in kept() if name.startswith(_WAITING)]
    return request.form.get(WAITS_AT), [(name.removeprefix(_WAITING), value) for name, value in pairs]


def put_aside(address, pairs):
    """The hidden inputs that bring a form along, as ``waiting`` reads them."""
    return [(WAITS_AT, address), *((_WAITING + name, value) for name, value in pairs)] if address else []


def in_two(everything):
    """``kept()`` in two: what people typed, and what the form brought along by itself or was left empty."""
    typed, brought = [], []
    for name, value in everything:
        (typed if value and name not in _CARRIED else brought).append((name, value))
    return typed, brought
