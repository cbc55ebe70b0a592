"""Browser sessions: Flask-Login over the directory's session rows (security L10–L13).

The signed cookie carries the session's random secret and nothing else of value; every request asks the directory whether
the session, the person and the account may still act.
"""

from datetime import timedelta

from flask import current_app, g, redirect, request, session, url_for
from flask_login import UserMixin, login_user, logout_user

from ..directory.roles import Role
from ..directory.scope import own_scope, person_scope
from ..directory.sign_in import second_step, sessions
from ..directory.sign_in.sessions import CUT, PAUSE, SECOND_STEP
from ..extensions import login_manager
from ..request_log import request_id
from . import form_owners, known_browsers

__all__ = [
    "CUT", "PAUSE", "SECOND_STEP", "Person", "SignInNeeded", "begin", "configure_cookie", "end", "renew", "scope_of",
]  # fmt: skip


class SignInNeeded(Exception):
    """A form was sent without being signed in, or its session ended meanwhile; the screens keep what was typed. ``ended`` as
    ``why_ended``.
    """

    def __init__(self, ended):
        super().__init__("sign in first")
        self.ended = ended


class Person(UserMixin):
    """The signed-in person of this request; ``facts`` is a ``directory.sign_in.sessions.SignedIn``."""

    def __init__(self, secret, facts):
        self._secret, self.facts = secret, facts

    def get_id(self):
        return self._secret

    @property
    def role(self):
        return Role(self.facts.role)

    def __getattr__(self, name):
        return getattr(self.facts, name)


def configure_cookie(app):
    """Set the cookie flags. Over https the prefix of the name binds the cookie to this host."""
    settings = app.config["SETTINGS"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-scimapp_session" if settings.is_https else "scimapp_session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; a stale token means another session
        WTF_CSRF_SSL_STRICT=False,  # our own policy may withhold the Referer; the browser checks Origin
    )


def begin(user):
    """Sign a person in on this browser, which is known for them from now on. Signs out any other person first.

    Raises SignInNeeded if something has ended the person's sessions since the row ``user`` was read.
    """
    end()
    settings = current_app.config["SETTINGS"]
    lifetime = timedelta(hours=settings.session_hours)
    secret = sessions.start(user, request.remote_addr, request.user_agent.string, lifetime)
    _go_on(secret)
    form_owners.begin(user.id)
    step = second_step.find(own_scope(user), user.seq)
    code = [known_browsers.by_code(user.id, step.nonce)] if step else []
    known_browsers.remember([known_browsers.by_password(user.email), *code])


def renew(person):
    """Continue the session under a new secret after its password was typed; the old secret is invalid (security L10).

    Raises SignInNeeded if the session has ended meanwhile, or goes on in another request that was sent at the same time.
    """
    _go_on(sessions.confirm(person.facts))


def _go_on(secret):
    facts = sessions.find(secret)
    if facts is None:
        raise SignInNeeded(sessions.why_ended(secret))
    login_user(Person(secret, facts))


def end():
    """Sign out: end the server's row and empty the cookie."""
    secret = session.get("_user_id")
    person = sessions.find(secret) if secret else None
    if person is not None:
        sessions.end(person)
    logout_user()
    session.clear()
    g.pop("csrf_token", None)  # it belonged to the ended session; forms of this answer get one of the next


def scope_of(person):
    """The Scope of a signed-in person in this request."""
    return person_scope(
        person.facts, request_id=request_id(), address=request.remote_addr, agent=request.user_agent.string
    )


@login_manager.user_loader
def _load(secret):
    idle = timedelta(minutes=current_app.config["SETTINGS"].session_idle_minutes)
    facts = sessions.find(secret, idle)
    if facts is None:
        g.session_ended = sessions.why_ended(secret)  # a cookie that was valid once: the sign-in page says so
        return None
    g.actor_label, g.account_id = facts.id, facts.account_id
    return Person(secret, facts)


@login_manager.unauthorized_handler
def _ask_to_sign_in():
    if request.method != "GET":
        raise SignInNeeded(g.get("session_ended"))
    target = request.full_path.rstrip("?")
    return redirect(url_for("web.sign_in", next=target, ended=g.get("session_ended")), 303)
