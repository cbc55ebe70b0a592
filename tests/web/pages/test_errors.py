"""Error pages: each triggered for real, each with its words and one way on."""

import http.client
import sqlite3
from urllib.parse import urlsplit

import pytest
from psycopg.errors import DiskFull, LockNotAvailable, QueryCanceled
from sqlalchemy.exc import OperationalError, TimeoutError

from scimapp.database import db
from scimapp.database.postgres import refusals
from scimapp.directory.availability import is_busy
from scimapp.directory.groups import groups
from scimapp.directory.model import User
from tests.support import databases as made
from tests.support.databases import on_both
from tests.support.doors import Screens

OVER_ONE_MIB = "given_name=" + "a" * 1_100_000
MANY_INPUTS = "&".join(f"k{number}=v" for number in range(5_001))


@pytest.fixture
def database_away(tmp_path, monkeypatch):
    """Screens of an application whose database does not answer, and is asked once."""
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)
    away = made.build_app("postgresql://nobody@127.0.0.1:9/none", tmp_path)
    yield Screens(away)
    made.dispose(away)


def facts(screen):
    """Status, heading, first paragraph, and the one button with where it leads."""
    main = screen.tree.find("main")
    (button,) = [link for link in main.find_all("a") if "btn-primary" in link.get("class", "")]
    heading, text = main.find("h1").text, main.find_all("p")[0].text
    return screen.status_code, heading, text, button.text, button.get("href")


@pytest.mark.parametrize(
    ("address", "purpose"), [("/settings", "Account settings are for"), ("/groups", "Groups are for")]
)
def test_what_is_refused_goes_by_the_name_of_its_page(sign_in_as, make_user, address, purpose):
    assert facts(sign_in_as(make_user())(address))[2].startswith(purpose)


def test_a_member_is_told_who_may_and_whom_to_ask(sign_in_as, make_user):
    assert facts(sign_in_as(make_user())("/provisioning/configure")) == (
        403,
        "You need another role for this page",
        "Configure SCIM is for User Admins, Super Admins and the Account Owner. You are signed in as a Member. "
        "Ask Olive Owner (Account Owner) if you need it.",
        "Go to my profile",
        "/me",
    )


@pytest.mark.parametrize("address, purpose", [
    ("/users", "User management is for User Admins, Super Admins and the Account Owner."),
    ("/groups", "Groups are for User Admins, Super Admins and the Account Owner."),
    ("/fields", "Custom fields are for User Admins, Super Admins and the Account Owner."),
    ("/audit", "The audit log is for User Admins, Super Admins and the Account Owner."),
    ("/outbox", "The mail outbox is for User Admins, Super Admins and the Account Owner."),
    ("/provisioning/log", "The provisioning log is for User Admins, Super Admins and the Account Owner."),
    ("/settings/rules", "Group rules are for Super Admins and the Account Owner."),
])  # fmt: skip
def test_every_refused_page_says_whom_it_is_for(sign_in_as, make_user, address, purpose):
    assert purpose in sign_in_as(make_user())(address).text


def test_a_role_that_is_too_weak_for_the_person_is_told_like_a_page(sign_in_as, make_user):
    admin, chief = make_user(role="user_admin"), make_user(role="super_admin")
    screens = sign_in_as(admin)
    token = screens("/users").form("/sign-out").values["csrf_token"][0]

    refused = screens.go(f"/users/{chief.id}/sign-out", method="POST", data=f"csrf_token={token}")

    assert refused.status_code == 403
    assert "You are signed in as a User Admin. Ask Olive Owner (Account Owner) if you need it." in refused.text


def test_a_rule_that_no_role_would_help_with_says_the_rule_alone(page, account):
    token = page("/users").form("/sign-out").values["csrf_token"][0]

    refused = page.go(f"/users/{account.owner.id}/deactivate", method="POST", data=f"csrf_token={token}")

    assert (refused.status_code, refused.tree.find("h1").text) == (403, "This cannot be done")
    assert "keeps at least one active owner" in refused.text
    assert "another role" not in refused.text


def test_whatever_is_not_here_is_told_alike(page, sign_in_as, visitor, make_user, other_account):
    strange = other_account.make_user()
    text = "The address may be mistyped, or the person or group was removed, or it belongs to another account."
    for address in ("/nothing/here", f"/users/{strange.id}", "/groups/none", "/outbox/none", "/fields/none"):
        assert facts(page(address)) == (404, "This page does not exist here", text, "User management", "/users")

    assert facts(sign_in_as(make_user())("/nothing/here"))[3:] == ("Go to my profile", "/me")
    assert facts(visitor("/nothing/here"))[3:] == ("Sign in", "/sign-in")


@on_both
def test_a_group_that_vanished_meanwhile_is_not_here(page, scope, make_group):
    group = make_group("Sales")
    form = page(f"/groups/{group.id}/rename").form("rename")
    groups.remove(scope, group.id)

    assert form.fill(name="Sales world").submit().status_code == 404


def test_an_address_that_only_takes_forms_says_so(page):
    shown = page("/users/none/invite")

    assert facts(shown)[:2] == (405, "This page does not exist here")
    assert shown.headers["Allow"]


@pytest.mark.parametrize("sent", [OVER_ONE_MIB, MANY_INPUTS], ids=["long", "many inputs"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_form_that_is_too_large_is_refused_with_its_limit(page, visitor, is_signed_in, sent):
    """In bytes or in inputs: one of 90,000 kept a thread for minutes, and what gave it back had 13 MB."""
    screens, address = (page, "/users/new") if is_signed_in else (visitor, "/sign-in")

    refused = screens.go(address, method="POST", data=sent)

    assert facts(refused) == (
        413,
        "This is too large",
        "A form may send 1 MiB and 5,000 inputs here at most. Nothing was saved.",
        "Start over",
        address,
    )
    assert bool(refused.tree.find_all("nav")) is is_signed_in


def test_a_server_answers_a_form_that_is_too_large(live_server):
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=20)
    connection.request("POST", "/sign-in", OVER_ONE_MIB, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()

    assert (answer.status, b"This is too large" in answer.read()) == (413, True)
    connection.close()


def test_who_is_too_fast_is_told_when_to_go_on(visitor, clock):
    token = visitor("/sign-in").form("/sign-in").values["csrf_token"][0]
    for _ in range(20):
        assert visitor.go("/sign-in/send-again", method="POST", data=f"csrf_token={token}").status_code == 200

    stopped = visitor.go("/sign-in/send-again", method="POST", data=f"csrf_token={token}")

    status, heading, text, button, _ = facts(stopped)
    assert (status, heading, button) == (429, "A little too fast", "Try again")
    assert text.startswith("You can go on at ")
    assert text.endswith(" UTC.")
    seconds = int(stopped.headers["Retry-After"])
    assert 800 < seconds <= 900
    clock.advance(seconds=seconds)
    assert visitor.go("/sign-in/send-again", method="POST", data=f"csrf_token={token}").status_code == 200


def test_a_fault_of_ours_tells_its_number_inside_the_shell(page, monkeypatch):
    monkeypatch.setattr("scimapp.web.views.outbox.mail_list", _break)

    shown = page("/outbox")

    number = shown.headers["X-Request-ID"]
    assert facts(shown) == (
        500,
        "We could not finish this",
        f"Nothing was saved. The problem is recorded as request {number}; tell your operator this number.",
        "Reload",
        "/outbox",
    )
    assert shown.tree.find_all("nav")
    assert "secret of the house" not in shown.html


def test_a_fault_in_the_shell_itself_is_told_without_it(page, monkeypatch):
    monkeypatch.setattr("scimapp.web.sidebar.connection.overview", _break)

    shown = page("/users")

    assert facts(shown)[:2] == (500, "We could not finish this")
    assert not shown.tree.find_all("nav")
    assert shown.headers["Content-Security-Policy"]


def test_a_fault_that_no_page_can_tell_names_no_link_in_the_log(app, caplog):
    with app.test_request_context("/invitations/" + "x" * 43):
        app.log_exception((None, None, None))

    assert "the page about a fault failed" in caplog.text
    assert "xxx" not in caplog.text


@on_both
def test_a_fault_that_leaves_a_broken_transaction_is_told_all_the_same(page, monkeypatch):
    def insert_half(scope, _args):
        db.session.add(User(account_id=scope.account_id))
        db.session.flush()

    monkeypatch.setattr("scimapp.web.views.outbox.mail_list", insert_half)

    assert facts(page("/outbox"))[:2] == (500, "We could not finish this")


def test_a_database_that_is_away_is_told_to_everybody(database_away):
    shown = database_away("/", headers={"Accept-Language": "de"})

    assert (shown.status_code, shown.headers["Retry-After"]) == (503, "5")
    assert shown.tree.find("html").get("lang") == "de"
    assert facts(database_away("/invitations/" + "x" * 43)) == (
        503,
        "Back in a moment",
        "The server is being updated. Nothing was saved.",
        "Reload",
        "/invitations/" + "x" * 43,
    )


def test_a_session_does_not_hinder_the_page_of_a_database_that_is_away(page, database_away):
    name = page.visitor.app.config["SESSION_COOKIE_NAME"]

    database_away.visitor.give_cookie(name, page.visitor.cookie(name).value)

    shown = database_away("/me")

    assert facts(shown)[:2] == (503, "Back in a moment")


def of_sqlite(code):
    error = sqlite3.OperationalError("told by SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("error, busy", [
    (OperationalError("SELECT 1", {}, of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT)), True),
    (OperationalError("SELECT 1", {}, LockNotAvailable("storniere Anfrage wegen Zeitüberschreitung einer Sperre")), True),
    (OperationalError("SELECT 1", {}, QueryCanceled("storniere Anfrage wegen Zeitüberschreitung der Anfrage")), True),
    (TimeoutError("QueuePool limit of size 8 overflow 8 reached"), True),
    (OperationalError("SELECT 1", {}, Exception("connection refused")), False),
])  # fmt: skip
def test_a_busy_database_is_told_from_one_that_is_gone(error, busy):
    assert is_busy(error) is busy


@pytest.mark.parametrize("told, stuck", [
    (of_sqlite(sqlite3.SQLITE_FULL), True),
    (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), True),
    (of_sqlite(sqlite3.SQLITE_CANTOPEN), True),
    (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), False),
    (DiskFull("kein Platz mehr"), True),
    (LockNotAvailable("gesperrt"), False),
    (Exception("connection refused"), False),
])  # fmt: skip
def test_a_database_that_takes_no_changes_is_told_from_one_that_is_back_in_a_moment(page, monkeypatch, told, stuck):
    def fail(*_arguments, **_named):
        raise OperationalError("INSERT", {}, told)

    monkeypatch.setattr("scimapp.web.views.outbox.mail_list", fail)

    shown = page("/outbox")

    title = "The server needs its operator" if stuck else "Back in a moment"
    assert facts(shown)[:2] == (503, title)
    assert (shown.headers["X-Request-ID"] in facts(shown)[2]) is stuck


def _break(*_arguments, **_named):
    raise RuntimeError("the secret of the house")


@pytest.mark.parametrize("host", ["a..b", "a" * 4_000, ".."])
def test_a_host_header_that_names_no_host_is_no_fault_of_ours(page, scim, host):
    token = {"Authorization": f"Bearer {scim.token}"}
    for path in ("/users", "/nowhere", "/sign-in", "/healthz", f"{scim.base_path}/Users"):
        answer = page.visitor.open(path, headers=token | {"Host": host})

        assert answer.status_code in (400, 404), path
        assert host[:5] not in answer.get_data(as_text=True)
