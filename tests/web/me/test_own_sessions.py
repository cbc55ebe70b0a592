"""Where somebody is signed in, and ending it there."""

import pytest

from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.links import new_addresses, own_email
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions
from scimapp.web.view_models.people.devices import device_words
from tests.support.databases import on_both


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) AppleWebKit/605.1 Version/18.1 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; FreeBSD) Gecko/20100101 Firefox/133.0", "Firefox"),
        ("Reader of X (Windows)", "Windows"),
        ("x" * 50, "x" * 40),
        (None, "Unknown program"),
    ],
)
def test_a_browser_is_named_by_what_is_known_of_it(app, agent, words):
    assert device_words(agent) == words


def test_another_session_is_ended_and_this_one_goes_on(sign_in_as, scope, zoe):
    here, there = sign_in_as(zoe), sign_in_as(zoe)

    ended = here("/me").form("End").submit()

    assert "That session has ended." in ended.text
    assert there("/me").url.startswith("/sign-in")
    assert here("/me").status_code == 200
    assert "session ended" in [entry.event for entry in audit_log.find(scope, AuditSearch(target=zoe.id)).items]


@on_both
def test_everywhere_else_is_signed_out(sign_in_as, zoe):
    here, *others = [sign_in_as(zoe) for _ in range(3)]

    ended = here("/me").form("end-others").submit()

    assert "2 other sessions have ended." in ended.text
    assert all(other("/me").url.startswith("/sign-in") for other in others)
    assert "Sign out everywhere else" not in ended.text


@on_both
def test_a_new_address_that_was_asked_for_is_withdrawn_with_the_others(sign_in_as, scope, zoe):
    """Whoever had the other session may have asked for it."""
    here, there = sign_in_as(zoe), sign_in_as(zoe)
    own_email.ask(person_scope(zoe), "new@zoe.example")

    ended = here("/me").form("end-others").submit()

    assert there("/me").url.startswith("/sign-in")
    assert "the change that was asked for is withdrawn" in ended.text
    assert new_addresses.pending(scope, zoe) is None
    assert "is withdrawn" not in here("/me").text


def test_ending_one_session_withdraws_nothing(sign_in_as, scope, zoe):
    here, _there = sign_in_as(zoe), sign_in_as(zoe)
    own_email.ask(person_scope(zoe), "new@zoe.example")

    here("/me").form("End").submit()

    assert new_addresses.pending(scope, zoe).email == "new@zoe.example"


def test_a_session_that_has_ended_already_is_told(sign_in_as, zoe):
    here, there = sign_in_as(zoe), sign_in_as(zoe)
    form = here("/me").form("End")
    there("/me").form("/sign-out").submit()

    assert "That session had ended already." in form.submit().text


def test_nobody_ends_the_session_of_somebody_else(sign_in_as, page, scope, account, zoe):
    here = sign_in_as(zoe)
    page("/me")
    owners = sessions.list_open(scope, account.owner)[0].id
    token = here("/me").form("profile").values["csrf_token"][0]

    for session_id in (owners, owners[:4], "%", "_" * 16):
        here.go(f"/me/sessions/{session_id}/end", method="POST", data=f"csrf_token={token}")

    assert page("/me").url == "/me"
    assert here("/me").url == "/me"


def test_its_address_leads_to_the_card(page):
    assert page("/me/sessions").url == "/me"
