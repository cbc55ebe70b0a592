"""Headers of every HTML answer: a strict content policy without exceptions, no framing, no caching (security L18–L19)."""

from flask import current_app, request

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
STATIC_SECONDS = 31_536_000  # addresses of static files change with their content
HSTS_SECONDS = 31_536_000


def init_app(app):
    """Add the headers to every answer; an answer that set one itself keeps it."""

    @app.after_request
    def _add(response):
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if current_app.config["SETTINGS"].is_https:
            headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}; includeSubDomains")
        if request.endpoint == "static":
            if response.status_code == 200 and request.args.get("v"):
                response.cache_control.public, response.cache_control.max_age = True, STATIC_SECONDS
                response.cache_control.immutable, response.cache_control.no_cache = True, None
            return response
        headers.setdefault("Cache-Control", "no-store")
        if response.mimetype == "text/html":
            headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            headers.setdefault("X-Frame-Options", "DENY")
        return response
