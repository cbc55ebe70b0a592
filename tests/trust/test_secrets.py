"""Every secret that the product makes or is told stays where it belongs (security T1–T4, V1, L24, O9).

A story uses each of them once, as people and directories do. Then everything that stayed behind is searched for each of
them: every row of the database and its file, the log, the record, the mails, and every page.
"""

import base64
import io
import logging

import pytest
from sqlalchemy import select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.accounts import accounts
from scimapp.directory.calls import call_log
from scimapp.directory.connection import scim_tokens, token_secrets
from scimapp.directory.links import invitations, one_time_links, own_email, password_resets
from scimapp.directory.scope import person_scope
from scimapp.mail.messages import render
from scimapp.request_log import JsonLines
from tests.scim_api.bodies import create, person
from tests.support import authenticator
from tests.support.doors import Screens
from tests.support.mails import newest_mails
from tests.support.people import PASSWORD

from .ground import Ground
from .routes import routes

LINKS = {"invitation": "/invitations/", "reset": "/password/reset/", "address": "/email/confirm/", "setup": "/setup/"}


class Story:
    """``secrets`` is ``{what it is: secret}``; ``log`` what was logged while they were used."""

    def __init__(self, app, account):
        self.app, self.account, self.secrets, self._written = app, account, {}, io.StringIO()
        handler = logging.StreamHandler(self._written)
        handler.setFormatter(JsonLines())
        watched = (logging.getLogger(), logging.getLogger("scimapp"))
        before = [logger.level for logger in watched]
        for logger in watched:
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
        try:
            self._tell()
        finally:
            for logger, level in zip(watched, before, strict=True):
                logger.removeHandler(handler)
                logger.setLevel(level)
        call_log.flush()

    @property
    def log(self):
        return self._written.getvalue()

    def _tell(self):
        account, keep = self.account, self.secrets
        window = account.screens()
        keep["password"] = PASSWORD
        keep["session"] = session_secret(self.app, window)
        shown = window("/provisioning/configure").form("generate").fill(label="Shown once").submit()
        keep["draft token"] = shown.tree.find("textarea", id="token").text
        _, keep["live token"] = scim_tokens.generate(account.scope, "Live", "okta", activate=True)
        scim = account.scim("okta").with_token(keep["live token"])
        made = create(scim, person("Ana", "Ruiz", password="Pa55-from-the-directory"))
        keep["password over SCIM"] = "Pa55-from-the-directory"
        keep["wrong token"] = token_secrets.new_secret()
        scim.with_token(keep["wrong token"]).get("/Users", token=keep["wrong token"])
        scim.get("/Users", filter='password eq "Pa55-from-the-directory"', access_token=keep["live token"])
        self._open_links(made)
        keep["mistyped password"] = "a long walk over the hall"
        Screens(self.app).sign_in(account.owner.email, keep["mistyped password"])
        window.go("/users/new", method="POST", data=f"given_name=x&password={keep['mistyped password']}&csrf_token=old")
        careful = account.make_user()
        app, codes, _ = authenticator.set_up(account.screens(careful))
        keep["key of a second step"], keep["recovery code"], keep["used recovery code"] = app.key, codes[0], codes[1]
        asked = Screens(self.app).sign_in(careful.email, PASSWORD)
        asked.form("code-form").fill(code=codes[0]).submit()
        used = asked.follow("Use a recovery code").form("recovery-form").fill(code=codes[1]).submit()
        assert used.url == "/me"
        keep["server key"] = self.app.config["SETTINGS"].secret_key

    def _open_links(self, made):
        account, keep = self.account, self.secrets
        somebody, forgetful, moving = account.make_user(state="invited"), account.make_user(), account.make_user()
        keep["invitation"] = invitations.link_token(invitations.latest(account.scope, somebody))
        password_resets.request_for(account.scope, forgetful.id)
        keep["reset"] = one_time_links.link_token(one_time_links.newest(account.scope, forgetful, "password"))
        own_email.ask(person_scope(moving), "moved@acme.example")
        keep["address"] = one_time_links.link_token(one_time_links.newest(account.scope, moving, "email"))
        keep["setup"] = accounts.issue_setup_link()
        keep["new password"] = "six green kettles on a shelf"
        for name, path in LINKS.items():
            stranger = Screens(self.app)
            shown = stranger(f"{path}{keep[name]}")
            assert shown.status_code == 200, name
            assert stranger(f"{path}{keep[name][:-1]}").status_code == 410, name
            if name in ("invitation", "reset"):
                form = next(form for form in shown.forms if "password" in form.values)
                assert form.fill(password=keep["new password"]).submit().status_code == 200, name


def session_secret(app, window):
    """The random secret of a session, as the cookie carries it."""
    cookie = window.visitor.cookie("scimapp_session").value
    return app.session_interface.get_signing_serializer(app).loads(cookie)["_user_id"]


def spellings(secret):
    """A secret as it may have been written down."""
    raw = secret.encode()
    return {
        secret,
        raw.hex(),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        secret[4:-4],
    }


@pytest.fixture
def story(app, account):
    return Story(app, account)


def found(secrets, text):
    return [name for name, secret in secrets.items() for spelling in spellings(secret) if spelling in text]


def test_no_secret_stays_in_the_database_or_in_the_log(app, story):
    everything = []
    for table in (*db.metadata.sorted_tables, AuditEntry.__table__):
        everything.extend(repr(tuple(row)) for row in db.session.execute(select(table)))
    assert len(everything) > 50
    assert found(story.secrets, "\n".join(everything)) == []
    assert len(story.secrets) == 16

    assert "scim_api" in story.log or "/scim/" in story.log
    assert found(story.secrets, story.log) == []
    if db.engine.dialect.name == "sqlite":
        path = app.config["SETTINGS"].database_url.removeprefix("sqlite:///")
        for name in (path, f"{path}-wal"):
            with open(name, "rb") as file:
                content = file.read().decode("latin-1")
            assert found(story.secrets, content) == [], name


def test_a_link_stands_in_its_own_mail_and_no_secret_in_any_other(app, story):
    settings, seen = app.config["SETTINGS"], set()
    for mail in newest_mails(story.account.scope, per_page=100).items:
        masked, sent = (render(mail, settings, masked=is_masked) for is_masked in (True, False))
        assert found(story.secrets, f"{masked.subject}{masked.text}{masked.html}{masked.link}") == [], mail.kind
        in_this = set(found(story.secrets, f"{sent.subject}{sent.text}{sent.html}"))
        assert len(in_this) <= 1 and in_this <= {"invitation", "reset", "address"}, mail.kind
        seen |= in_this
    assert seen == {"invitation", "reset", "address"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_secret_is_shown_again_on_any_page(app, account, story):
    """Every page of the URL map to the owner, and what it answers to a wrong one."""
    window = account.screens()
    ground = Ground(account)
    for route in routes(app, "web"):
        if route.method == "GET":
            answer = window.visitor.open(route.address(ground.one(route.kind) if route.kind else None))
            assert found(story.secrets, answer.get_data(as_text=True) + str(answer.headers)) == [], route
    for name, path in LINKS.items():
        answer = Screens(app)(f"{path}{story.secrets[name]}x")
        assert found(story.secrets, answer.html) == [], name


def test_ten_thousand_tokens_have_the_published_shape_and_a_checksum():
    """So that scanners of published code know one, and a typo costs no query (security T3)."""
    secrets = {token_secrets.new_secret() for _ in range(10_000)}

    assert len(secrets) == 10_000
    for secret in secrets:
        assert token_secrets.is_well_formed(secret)
        body = secret[4:]
        assert secret.startswith("scim") and len(body) == 49 and body.isascii() and body.isalnum()
    wrong = [secret[:20] + ("a" if secret[20] != "a" else "b") + secret[21:] for secret in list(secrets)[:500]]
    assert not [secret for secret in wrong if token_secrets.is_well_formed(secret)]


def test_a_token_or_link_of_the_wrong_shape_reaches_no_query(account, scim, visitor, statements):
    """Empty, short, long, bent, with NUL and as a list (security T3, V5)."""
    shapes = ("", "x", "null", "None", "undefined", "[]", "x" * 42, "x" * 44, "x" * 5000, "é" * 43, "\x01" + "x" * 42,
              "' or 1=1 --" + "x" * 32, "%", "_" * 42, "0" * 42, "*", "true")  # fmt: skip
    for shape in shapes:
        for path in ("/invitations/", "/password/reset/", "/email/confirm/"):
            with statements() as log:
                answer = visitor.visitor.open(path + shape.replace("%", "%25"))
            assert answer.status_code in (410, 404, 405), (path, shape)
            assert [line for line in log if "invitations" in line or "one_time_links" in line] == [], (path, shape)
        stranger = scim.with_token(shape.encode("ascii", "ignore").decode().replace("\x01", ""))
        with statements() as log:
            assert stranger.get("/Users").status_code == 401, shape
        assert [line for line in log if "scim_tokens" in line] == [], shape
