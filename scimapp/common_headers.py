"""The headers of every answer, page or SCIM."""

HSTS_SECONDS = 31_536_000


def common_headers(settings):
    """``{name: value}`` for this deployment."""
    always = {"X-Content-Type-Options": "nosniff"}
    if settings.is_https:
        always["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    return always
