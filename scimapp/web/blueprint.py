"""The blueprint that every screen belongs to."""

from flask import Blueprint, request

web = Blueprint("web", __name__)


@web.before_request
def _look():
    """HEAD is GET without the body (RFC 9110, section 9.3.2), which the server leaves out; no view acts on it."""
    if request.method == "HEAD":
        request.method = "GET"
