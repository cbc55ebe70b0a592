"""Headers of every HTML answer: a strict content policy without exceptions, no framing, no caching (security L18–L19)."""

from flask import request

from ..common_headers import common_headers

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
STATIC_SECONDS = 31_536_000  # for a year: the address of a static file changes with its content


def init_app(app):
    """Add the headers to every answer, but keep those that the answer sets itself."""
    always = common_headers(app.config["SETTINGS"])
    private = always | {"Cache-Control": "no-store"}
    page = private | {
        "Content-Security-Policy": CONTENT_POLICY,
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }

    @app.after_request
    def _add(response):
        if request.endpoint == "static":
            if response.status_code == 200 and request.args.get("v"):
                response.cache_control.public, response.cache_control.max_age = True, STATIC_SECONDS
                response.cache_control.immutable, response.cache_control.no_cache = True, None
            wanted = always
        else:
            wanted = page if response.mimetype == "text/html" else private
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        return response
