"""The blueprint that every screen belongs to."""

from flask import Blueprint, abort, request
from werkzeug.datastructures import ImmutableMultiDict

web = Blueprint("web", __name__)


@web.before_request
def _look():
    """Treat HEAD as GET: the server leaves the body out (RFC 9110, section 9.3.2), and no view needs to know."""
    if request.method == "HEAD":
        request.method = "GET"


@web.url_value_preprocessor
def _refuse_unkeepable(_endpoint, values):
    """Answer 404 to an id with NUL: none exists, and Postgres would reject the query."""
    if any("\0" in value for value in (values or {}).values() if isinstance(value, str)):
        abort(404)


@web.before_request
def _replace_unkeepable():
    """Replace NUL in queries and forms by the character for what cannot be shown, as for bytes that are not text.

    Passwords stay as typed, because they are never stored. Redirect targets and filters are refused elsewhere.
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
