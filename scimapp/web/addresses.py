"""Addresses sent back by a browser: the server follows only a path of this site (security L20)."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException


def local_path(text):
    """``text`` if it is a path of this site, else None."""
    is_local = bool(text) and text.startswith("/") and not text.startswith("//") and text.isprintable()
    return text if is_local and "\\" not in text and "%5c" not in text.lower() else None


def way_back():
    """The target of *Cancel* for a form sent to this address: its page, or None where it has none."""
    address = request.full_path.rstrip("?")
    return address if request.method != "GET" and has_page(address) else None


def has_page(address):
    """Whether a path of this site can be asked for, and not only be sent a form."""
    try:
        current_app.create_url_adapter(request).match(address.partition("?")[0], method="GET")
    except HTTPException:
        return False
    return True
