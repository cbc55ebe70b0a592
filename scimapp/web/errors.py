"""Error pages, each with one way on (screens, section 9), and the page for a form that was open too long.

SCIM paths answer JSON instead: their blueprint has a table of its own.
"""

import logging

from flask import render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ..directory.availability import UNAVAILABLE
from ..directory.errors import DirectoryError, NotAllowed, NotInAccount, StaleVersion
from ..languages import spoken
from ..request_log import request_id
from .forms.kept import kept

_log = logging.getLogger("scimapp.web")
_RETRY_SECONDS = 5
_TEXTS = {
    400: ("This request cannot be read", "The browser sent something that no form here sends. Go back and try again."),
    403: ("You need another role for this page", None),
    404: (
        "This page does not exist here",
        "The address may be mistyped, or the person or group was removed, or it belongs to another account.",
    ),
    405: ("This page does not exist here", "This address only takes what its form sends. Go back and use the button."),
    409: ("Somebody changed this in the meantime", "Nothing was saved. Reload the page and make your change again."),
    413: ("This is too large", "A form may send 1 MiB at most. Nothing was saved."),
    429: ("A little too fast", "Wait a moment and try again."),
    500: ("We could not finish this", "Nothing was saved. The problem is recorded; tell your operator this number."),
    503: ("Back in a moment", "The server is busy or being updated. Nothing was saved."),
}


def init_app(app):
    """Handlers for the whole application; more special ones of a blueprint come first."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NotInAccount, lambda error: page(404))
    app.register_error_handler(StaleVersion, lambda error: page(409))
    app.register_error_handler(NotAllowed, lambda error: page(403, spoken(error.message)))
    app.register_error_handler(DirectoryError, lambda error: page(409, spoken(error.message)))
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(status, text=None, headers=()):
    """An error page in the shell of who is looking."""
    title, usual = _TEXTS.get(status, _TEXTS[400])
    if status == 403:
        usual = f"You are signed in as {_who()}. Ask the Account Owner if you need it."
    layout = "layouts/app.html" if current_user.is_authenticated else "layouts/plain.html"
    body = render_template(
        "errors/page.html", layout=layout, status=status, heading=title, text=text, usual=usual, request_id=request_id()
    )
    return body, status, dict(headers)


def _who():
    return f"{current_user.display_name}, {current_user.role.label}" if current_user.is_authenticated else "nobody"


def _http(error):
    if error.code is None or error.code < 400:
        return error
    if error.code == 429:
        return page(429, headers={"Retry-After": str(_RETRY_SECONDS)})
    allow = {"Allow": ", ".join(sorted(error.valid_methods or ()))} if error.code == 405 else {}
    return page(error.code if error.code in _TEXTS else 400, headers=allow)


def _stale_form(_error):
    """What was typed comes back in a form that works; passwords and secrets do not."""
    layout = "layouts/app.html" if current_user.is_authenticated else "layouts/plain.html"
    return render_template("errors/stale_form.html", layout=layout, typed=kept(), target=request.full_path), 403


def _unavailable(error):
    _log.warning("database unavailable, request %s: %s", request_id(), type(error).__name__)
    return render_template("errors/bare.html", status=503, text=_TEXTS[503][1]), 503, {"Retry-After": "5"}


def _unexpected(error):
    """Logged whole under the request id; the page tells the id and nothing else."""
    _log.error("unexpected error, request %s", request_id(), exc_info=error)
    return render_template("errors/bare.html", status=500, text=_TEXTS[500][1]), 500
