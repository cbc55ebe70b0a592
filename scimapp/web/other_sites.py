"""Forms that a page of another site sends: refused, and not kept to be sent again (security L14).

The proof in each form is what protects it. This is the second lock, and it closes a gap beside the first: the page that
keeps what was typed into a form that was open too long would offer a forged one, filled in, to be sent with one press.
"""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import BadRequest

from .blueprint import web

_SAFE = ("GET", "HEAD", "OPTIONS")
_OURS = ("same-origin", "none")  # "none": no page sent it, such as a reload


@web.before_request
def _refuse():
    if is_from_elsewhere():
        raise BadRequest


def is_from_elsewhere():
    """Whether the browser says that a page of another site sent this form.

    Current browsers say so in Sec-Fetch-Site, older ones and those without TLS in Origin. "null" is what they say for pages
    without a referrer, ours behind mailed links included.
    """
    if request.method in _SAFE:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OURS
    origin = request.origin or "null"
    ours = (request.host, urlsplit(current_app.config["SETTINGS"].external_url).netloc)
    return origin != "null" and origin.partition("://")[2] not in ours  # it has no path, and may be anything at all
