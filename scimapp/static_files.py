"""Static files, packed with gzip for browsers that take it: the stylesheets of a first page have 95 kB instead of 680.

Nothing of a request and no secret stands in them, so their packed length tells nothing. Pages stay unpacked.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import current_app, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.security import safe_join

_WORTH_PACKING = frozenset(("text/css", "text/javascript", "image/svg+xml"))  # fonts are packed already


class Sessions(SecureCookieSessionInterface):
    """Flask's, but for static files, which are the same whoever asks: with "Vary: Cookie" Firefox asks for all of them again
    after each form, and no cache between may keep them.
    """

    def save_session(self, app, session, response):
        if request.endpoint != "static":
            super().save_session(app, session, response)


def packed(response, filename):
    """The answer with a static file, packed if the browser takes that."""
    if response.mimetype not in _WORTH_PACKING:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    body = _packed(safe_join(current_app.static_folder, filename), response.last_modified)
    response.response.close()
    response.direct_passthrough = False
    response.set_data(body)
    response.content_encoding = "gzip"
    response.set_etag(response.get_etag()[0], weak=True)  # the same content in another form
    return response


@lru_cache(maxsize=128)
def _packed(path, _last_modified):
    return gzip.compress(Path(path).read_bytes(), mtime=0)
