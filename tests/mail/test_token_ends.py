"""Before a token ends: those who may configure SCIM get one mail at each threshold, and none about a token that is gone.

When one that has ended is still used, they get one more.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from scimapp.database import writing
from scimapp.directory.accounts import account_settings
from scimapp.directory.clock import Every
from scimapp.directory.connection import live_tokens, scim_tokens, token_changes, token_ends
from scimapp.directory.model import ScimToken
from scimapp.directory.upkeep import restored
from scimapp.mail.worker import Worker
from tests.support.at_once import at_once
from tests.support.databases import on_both

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def only_ours(app):
    """No token of an account that another test left."""
    with writing() as session:
        session.execute(update(ScimToken).values(state="revoked"))


@pytest.fixture
def token(scope):
    row, _ = scim_tokens.generate(scope, "Okta production", "okta", 365, activate=True)
    return row


@pytest.fixture
def told(mails):
    """``told()`` → the subjects of the mails about tokens, oldest first."""
    return lambda: [mail.subject for mail in mails() if mail.kind == "token_ends"]


def said(*days):
    return [f"The SCIM token “Okta production” ends in {num} {'day' if num == 1 else 'days'}" for num in days]


def test_a_mail_is_owed_from_the_second_of_each_threshold_and_once(token, clock, told):
    ends, sofar = token.expires_at, []
    for days in (30, 7, 1):
        threshold = ends - timedelta(days=days)
        clock.advance_to(threshold - SECOND)
        token_ends.tell()
        assert told() == said(*sofar)
        sofar.append(days)
        clock.advance_to(threshold)
        token_ends.tell()
        assert told() == said(*sofar)
        clock.advance_to(threshold + SECOND)
        token_ends.tell()
        assert told() == said(*sofar)
    clock.advance_to(ends)
    token_ends.tell()
    assert told() == said(30, 7, 1)


def test_a_server_that_was_away_tells_the_nearest_threshold_alone(token, clock, told):
    clock.advance_to(token.expires_at - timedelta(days=5, hours=1))

    token_ends.tell()
    token_ends.tell()

    assert told() == said(6)


def test_a_clock_that_was_wrong_costs_no_threshold_and_doubles_none(token, clock, told):
    right, ends = clock.now(), token.expires_at
    clock.advance_to(ends - timedelta(hours=3))
    token_ends.tell()
    clock.advance_to(ends + SECOND)
    token_ends.tell()
    clock.advance_to(right)
    token_ends.tell()
    assert told() == said(1)

    for days in (30, 7, 1):
        clock.advance_to(ends - timedelta(days=days))
        token_ends.tell()

    assert told() == said(1, 30, 7)


def test_many_processes_tell_once(app, token, clock, told):
    clock.advance_to(token.expires_at - timedelta(days=7))

    done = at_once(app, *[token_ends.tell] * 4)

    assert sorted(done) == [0, 0, 0, 1]
    assert told() == said(7)


def test_a_token_that_is_replaced_while_somebody_looks_is_not_told_of(scope, token, clock, told):
    clock.advance_to(token.expires_at - timedelta(days=7))
    ((account_id, token_id),) = token_ends._due()
    token_changes.rotate(scope, token.id, "week")

    assert not token_ends._tell(account_id, token_id)
    assert told() == []


@pytest.mark.parametrize("gone", ["revoked", "rotated", "paused for a while"])
def test_nobody_hears_of_a_token_that_is_gone(scope, token, clock, told, mails, gone):
    clock.advance_to(token.expires_at - timedelta(days=7))
    token_ends.tell()
    if gone == "revoked":
        scim_tokens.revoke(scope, token.id)
    elif gone == "rotated":
        token_changes.rotate(scope, token.id, "week")
    state = "waiting" if gone == "paused for a while" else "cancelled"
    assert [mail.state for mail in mails() if mail.kind == "token_ends"] == [state]

    clock.advance_to(token.expires_at - timedelta(days=1))
    token_ends.tell()

    assert len(told()) == (2 if state == "waiting" else 1)


def test_whoever_makes_a_token_of_thirty_days_is_told_from_seven_days_on(scope, clock, told):
    row, _ = scim_tokens.generate(scope, "Okta production", "okta", 30, activate=True)
    token_ends.tell()
    assert told() == []

    clock.advance_to(row.expires_at - timedelta(days=7))
    token_ends.tell()

    assert told() == said(7)


def test_a_draft_tells_nobody(scope, clock, told):
    row, _ = scim_tokens.generate(scope, "Okta production", "okta", 30)
    clock.advance_to(row.expires_at - timedelta(days=7))

    token_ends.tell()

    assert told() == []


def test_those_who_may_configure_scim_read_where_to_go(
    account, make_user, make_account, token, clock, deliver, smtp_sink
):
    for role in ("user_admin", "super_admin", "member"):
        make_user(role=role, email=f"{role}@acme.example")
    make_user(role="super_admin", email="gone@acme.example", state="inactive")
    make_account("Other").make_user(role="super_admin", email="other@acme.example")
    clock.advance_to(token.expires_at - timedelta(days=7))
    token_ends.tell()

    deliver()

    assert {message["To"] for message in smtp_sink.messages} == {
        account.owner.email, "user_admin@acme.example", "super_admin@acme.example",
    }  # fmt: skip
    text = smtp_sink.to("user_admin@acme.example")[0].get_body(("plain",)).get_content()
    assert text.splitlines()[-3] == "http://people.example/provisioning"
    assert f"ends on {token.expires_at:%A} {token.expires_at.day} " in text


@on_both
def test_a_token_without_a_label_is_called_in_the_language_of_the_mail(account, scope, clock, deliver, smtp_sink):
    account_settings.change_account(scope, language="de")
    token, _ = scim_tokens.generate(scope, "", "generic", activate=True)
    clock.advance_to(token.expires_at - timedelta(days=7))
    token_ends.tell()

    deliver()

    assert "„Anderes Verzeichnis“" in smtp_sink.to(account.owner.email)[0].get_body(("plain",)).get_content()


@on_both
def test_it_stands_in_the_audit_log_and_in_the_outbox(account, token, clock):
    clock.advance_to(token.expires_at - timedelta(days=7))
    token_ends.tell()

    page = account.screens()

    sentence = "told the administrators that the token Okta production ends soon"
    assert f"Scheduled check {sentence}" in page("/audit?what=token").text
    assert "The SCIM token “Okta production” ends in 7 days" in page("/outbox?kind=token_ends").text


@on_both
def test_a_copy_that_was_put_back_tells_of_no_threshold_again(token, clock, told):
    clock.advance_to(token.expires_at - timedelta(days=7))
    restored.settle()
    token_ends.tell()
    assert told() == []

    clock.advance_to(token.expires_at - timedelta(days=1))
    token_ends.tell()

    assert told() == said(1)


@pytest.fixture
def still_using(scope, clock):
    """A token that has ended, and a directory that calls with it: ``still_using()``."""
    row, secret = scim_tokens.generate(scope, "Okta production", "okta", 8, activate=True)
    clock.advance_to(row.expires_at)
    return lambda: live_tokens.authenticate(secret)


def test_the_first_use_after_the_end_is_told_of_once(account, still_using, mails):
    token_ends.tell()
    assert mails() == []

    for _ in range(2):
        assert still_using() is None
        token_ends.tell()

    assert [(mail.kind, mail.subject) for mail in mails()] == [
        ("token_used_after_end", "The SCIM token “Okta production” has ended and is still used")
    ]
    sentence = "told the administrators that the token Okta production is used after its end"
    assert f"Scheduled check {sentence}" in account.screens()("/audit?what=token").text


@on_both
def test_a_token_that_was_replaced_is_told_of_too_when_it_is_used_after_its_end(scope, clock, mails):
    row, secret = scim_tokens.generate(scope, "Okta production", "okta", 365, activate=True)
    token_changes.rotate(scope, row.id, "week")
    clock.advance_to(scim_tokens.get(scope, row.id).expires_at)
    live_tokens.authenticate(secret)

    token_ends.tell()

    assert [mail.kind for mail in mails()] == ["token_used_after_end"]


def test_a_revoked_token_is_not_told_of_whoever_uses_it(scope, still_using, mails):
    still_using()
    scim_tokens.revoke(scope, scim_tokens.list_tokens(scope)[0].id)

    token_ends.tell()

    assert mails() == []


def test_a_copy_that_was_put_back_does_not_tell_of_old_uses(still_using, mails):
    still_using()
    restored.settle()

    token_ends.tell()

    assert mails() == []


def test_what_is_done_once_in_a_while_does_not_wait_for_a_clock_that_was_set_back(clock):
    hourly = Every(timedelta(hours=1))
    assert [hourly.is_due(), hourly.is_due()] == [True, False]

    clock.advance(days=-300)

    assert [hourly.is_due(), hourly.is_due()] == [True, False]


@on_both
def test_a_worker_tells_by_itself_and_the_next_one_does_not_again(sending, token, clock, smtp_sink, account, told):
    clock.advance_to(token.expires_at - timedelta(days=7))

    for _ in range(2):
        worker = Worker(sending)
        worker.work()

    assert len(smtp_sink.to(account.owner.email)) == 1
    assert told() == said(7)
