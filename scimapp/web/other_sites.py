"""Forms sent by a page of another site are refused, and not kept to be sent again (security L14).

The CSRF token in each form protects it. This second check closes a gap beside it: the page that keeps what was typed into
an expired form would otherwise offer a forged form, filled in, to be sent with one press.
"""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import BadRequest

from .blueprint import web

_SAFE = ("GET", "HEAD", "OPTIONS")
_OURS = ("same-origin", "none")  # "none": sent by no page, for example a reload


@web.before_request
def _refuse():
    if is_from_elsewhere():
        raise BadRequest


def is_from_elsewhere():
    """Whether the browser says that a page of another site sent this form.

    Current browsers say so in Sec-Fetch-Site, older ones and those without TLS in Origin. Pages without a referrer,
    such as ours behind mailed links, send the Origin "null".
    """
    if request.method in _SAFE:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OURS
    origin = request.origin or "null"
    ours = (request.host, urlsplit(current_app.config["SETTINGS"].external_url).netloc)
    return origin != "null" and origin.partition("://")[2] not in ours  # without a path, but may hold anything
