"""Browser sessions, which a call with a token has no use for: none is opened for it, so none is looked for or kept."""

from flask.sessions import SecureCookieSessionInterface

from .paths import is_ours


class BrowserSessions(SecureCookieSessionInterface):
    """Flask's own sessions for everything but SCIM calls that come with an Authorization header."""

    def open_session(self, app, request):
        if "HTTP_AUTHORIZATION" in request.environ and is_ours(request.environ.get("PATH_INFO", "")):
            return None  # Flask gives such a request a session that cannot be written
        return super().open_session(app, request)
