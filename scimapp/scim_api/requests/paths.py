"""Normalises every SCIM path before routing, so that all spellings of an address meet the same checks.

Clients append to a base URL with and without a slash at its end, and may add ``.scim`` (RFC 7644 §3.8). An escaped slash
is a character of the part it stands in and separates nothing (RFC 3986 §2.2): ``/Users/%2F`` names a person, whom nobody
knows, and not the list.
"""

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

PREFIX = "/scim"
VERSION = "v2"
_BELOW = f"{PREFIX}/"
_DOUBLED = "//"
_UNTIDY_ENDS = ("/", ".scim")
_AFTER_PATH = re.compile("[?#]")
_ESCAPED_SLASH = re.compile("%2F", re.IGNORECASE)


class TidyPaths:
    """WSGI middleware: below ``/scim/`` no doubled slash, no trailing slash and no ``.scim`` suffix reaches routing.

    An escaped slash reaches it as ``%2F``.
    """

    def __init__(self, application):
        self._application = application

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith(_BELOW):
            sent = _AFTER_PATH.split(environ.get("RAW_URI", ""), maxsplit=1)[0]
            if "%2" in sent:
                environ["PATH_INFO"] = path = _with_slashes_escaped(path, sent, environ.get("SCRIPT_NAME", ""))
            if _DOUBLED in path or path.endswith(_UNTIDY_ENDS):
                environ["PATH_INFO"] = tidy(path)
        return self._application(environ, start_response)


def _with_slashes_escaped(path, sent, prefix):
    """``path`` with the escaped slashes of the target as it was sent, without its query, as ``%2F``.

    A server or another middleware has cut off ``prefix``. A ``path`` that is not the one sent stays as it is.
    """
    target = sent if sent.startswith("/") else urlsplit(sent).path
    known = unquote_to_bytes(_ESCAPED_SLASH.sub("%252F", target)).decode("latin-1").removeprefix(prefix)
    return known if known.replace("%2F", "/") == path.replace("%2F", "/") else path


def escaped(path):
    """A path as it stands in a URL; the reverse of decoding it."""
    return "%2F".join(quote(part, safe="/:") for part in path.split("%2F"))


def tidy(path):
    """``/scim//Ac1/v2/Users.scim/`` becomes ``/scim/Ac1/v2/Users``."""
    return "/" + "/".join(part for part in path.split("/") if part).removesuffix(".scim")


def is_ours(path):
    """Whether a path is at or below ``/scim``."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def account_in(path):
    """The Account ID that a path names, "" for a path too short to name one."""
    parts = path.split("/")
    return parts[2] if len(parts) > 2 else ""


def with_version(path):
    """``/scim/Ac1/Users`` as ``/scim/Ac1/v2/Users``; None for a path that has the version, or no account."""
    _, prefix, account_id, *rest = [*path.split("/"), "", ""][: max(3, path.count("/") + 1)]
    if not account_id or rest[:1] == [VERSION]:
        return None
    return "/".join(("", prefix, account_id, VERSION, *rest))
