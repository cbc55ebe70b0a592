"""The blueprint that every screen belongs to."""

from flask import Blueprint, abort, request
from werkzeug.datastructures import ImmutableMultiDict

web = Blueprint("web", __name__)


@web.before_request
def _look():
    """HEAD is GET without the body (RFC 9110, section 9.3.2), which the server leaves out; no view acts on it."""
    if request.method == "HEAD":
        request.method = "GET"


@web.url_value_preprocessor
def _refuse_unkeepable(_endpoint, values):
    """Nothing has an id with NUL in it, and Postgres would refuse the question."""
    if any("\0" in value for value in (values or {}).values() if isinstance(value, str)):
        abort(404)


@web.before_request
def _replace_unkeepable():
    """The same in what is asked and typed: it stands for what cannot be shown, like bytes that are no text.

    Passwords stay as they were typed; they are never stored. Where to go next, and filters, are refused elsewhere.
    """
    if b"%00" in request.query_string:
        request.args = _without_nul(request.args)
    if any("\0" in value for value in request.form.values()):
        request.form = _without_nul(request.form)


def _without_nul(pairs):
    return ImmutableMultiDict(
        (name, value if "password" in name or name in ("next", "f") else value.replace("\0", "\ufffd"))
        for name, value in pairs.items(multi=True)
    )
