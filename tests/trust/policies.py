"""What every answer says to the browser that gets it."""

CONTENT_POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "font-src": "'self'", "connect-src": "'self'",
    "img-src": "'self' data:", "form-action": "'self'", "frame-src": "'self'", "frame-ancestors": "'none'",
    "base-uri": "'none'",
}  # fmt: skip
# The HTML of a mail in its frame: nothing loads and nothing runs, its inline styles apply, our own page may frame it.
OF_A_MAIL = {"default-src": "'none'", "style-src": "'unsafe-inline'", "frame-ancestors": "'self'", "sandbox": ""}


def assert_guarded(answer, what, policy=None):
    """The headers of a page or a file. ``policy`` is another one than that of pages."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff", what
    assert headers["Cache-Control"] == "no-store", what
    assert "Access-Control-Allow-Origin" not in headers, what
    assert "Server" not in headers or "Python" not in headers["Server"], what
    if answer.mimetype == "text/html":
        parts = (part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";"))
        assert {name: value for name, _, value in parts} == (policy or CONTENT_POLICY), what
        assert headers["X-Frame-Options"] == ("SAMEORIGIN" if policy else "DENY"), what
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), what
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
        assert "camera=()" in headers["Permissions-Policy"], what
