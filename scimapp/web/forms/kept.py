"""What was typed into a form that could not be processed: the next page gets it, without secrets."""

from flask import request

from ...auth import form_owners

SECRET = frozenset(
    ("csrf_token", "password", "confirm_password", "present_password", "code")
)  # inputs, by their whole name
_WAITING, WAITS_AT = "waiting-", "waits_at"
MADE_FOR = "made_for"  # beside the inputs of a form that waits: the mark of the person whose page it was
# Inputs and buttons that nobody types into.
_CARRIED = frozenset(("version", "base", "back", "next", "ids", "mail", "theme", "preview", WAITS_AT))
TICKED = "y"  # what a ticked box sends
# Beside the inputs of a form that waits: a file was sent, or a password or code, which are not kept.
FILE_LEFT_OUT, SECRET_LEFT_OUT = ("file_left_out", TICKED), ("secret_left_out", TICKED)


def kept():
    """``[(name, value)]`` of the sent form, without passwords and secrets."""
    return [
        (name, value) for name, value in request.form.items(multi=True) if name.removeprefix(_WAITING) not in SECRET
    ]


def kept_to_wait():
    """``kept()``, with FILE_LEFT_OUT where a file was sent, SECRET_LEFT_OUT where somebody typed a password or code, and
    MADE_FOR where the form's token tells for whom it was made.
    """
    has_file = any(file.filename for file in request.files.values())
    has_secret = any(request.form.get(name) for name in SECRET - {"csrf_token"})
    made_for = form_owners.of_sent_form()
    marks = [(MADE_FOR, made_for)] if made_for else []
    return [*kept(), *[FILE_LEFT_OUT] * has_file, *[SECRET_LEFT_OUT] * has_secret, *marks]


def waiting():
    """``(address, [(name, value)])`` of the form carried along by the sign-in form; the address is None without one."""
    pairs = [(name, value) for name, value in kept() if name.startswith(_WAITING)]
    return request.form.get(WAITS_AT), [(name.removeprefix(_WAITING), value) for name, value in pairs]


def put_aside(address, pairs):
    """The hidden inputs that carry a form along, as ``waiting`` reads them."""
    return [(WAITS_AT, address), *((_WAITING + name, value) for name, value in pairs)] if address else []


def in_two(everything):
    """``kept()`` in two lists: what people typed, and what was hidden or empty."""
    typed, brought = [], []
    for name, value in everything:
        is_carried = name in _CARRIED or name.startswith(_WAITING)
        (typed if value and not is_carried else brought).append((name, value))
    return typed, brought
