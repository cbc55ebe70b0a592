"""A real server whose commands run in this process: the same ones with the same settings, without a Python for each."""

import contextvars

from scimapp import create_app
from scimapp.directory.sign_in import sign_in
from scimapp.settings import Settings

from .databases import dispose, hurry_not_to_disk
from .entering import session_cookie
from .live_account import LiveAccount
from .server import ForkedServer


class NearServer(ForkedServer):
    """A ``ForkedServer`` that also has an application of its own on the same database."""

    _app = None

    @property
    def app(self):
        if self._app is None:
            self._app = create_app(Settings.from_environment(self.environment))
            hurry_not_to_disk(self._app)
        return self._app

    def flask(self, *arguments, typed=""):
        runner = self.app.test_cli_runner()
        done = contextvars.Context().run(runner.invoke, args=arguments, input=typed)
        assert done.exit_code == 0, f"flask {' '.join(arguments)}: {done.output}{done.exception!r}"
        return done.stdout

    def stop(self):
        self._let_go()
        return super().stop()

    def end(self):
        self._let_go()
        super().end()

    def _let_go(self):
        if self._app is not None:
            contextvars.Context().run(dispose, self._app)
            self._app = None


class NearAccount(LiveAccount):
    """A ``LiveAccount`` on a ``NearServer``, whose people get in without the sign-in page."""

    def enter(self, page, email=None):
        """Sign a browser page in that shows nothing yet; the owner by default. The form has tests of its own."""
        agent = page.evaluate("navigator.userAgent")
        name, value = contextvars.Context().run(self._session_cookie, email or self.email, agent)
        page.context.add_cookies([{"name": name, "value": value, "url": self.server.url}])
        return page

    def _session_cookie(self, email, agent):
        with self.server.app.app_context():
            (person,) = [user for user, _ in sign_in.candidates(email) if user.account_id == self.id]
            return session_cookie(self.server.app, person, agent=agent)
