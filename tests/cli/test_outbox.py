"""``flask outbox run --once`` and ``flask invitations deliver``: send what is due, say what happened."""

import pytest

from scimapp.directory.connection import scim_tokens
from scimapp.directory.outbox import outbox_list
from tests.support.databases import on_both
from tests.support.mail_sink import SmtpSink
from tests.support.mails import newest_mails

COMMANDS = (("outbox", "run", "--once"), ("invitations", "deliver"))


@pytest.fixture
def sending(app_with, smtp_sink):
    return app_with(mail_url=smtp_sink.url)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_due_is_sent(flask, sending, make_user, smtp_sink, command):
    make_user(state="invited", email="ann@corp.example")

    done = flask(*command, "--json", on=sending)

    assert (done.code, done.json) == (0, {"sent": 1, "postponed": 0, "failed": 0})
    assert len(smtp_sink.to("ann@corp.example")) == 1


@on_both
def test_tokens_that_end_soon_are_told_of(flask, sending, account, smtp_sink, clock):
    scim_tokens.generate(account.scope, "Okta production", "okta", 30, activate=True)
    clock.advance(days=23)

    assert flask("outbox", "run", "--once", on=sending).code == 0

    (message,) = smtp_sink.to(account.owner.email)
    assert message["Subject"] == "The SCIM token “Okta production” ends in 7 days"


def test_nothing_due_is_no_failure(flask):
    done = flask("outbox", "run", "--once")

    assert (done.code, done.out) == (0, "0 sent, 0 postponed, 0 failed\n")


def test_what_did_not_leave_is_counted(flask, sending, account, make_user, smtp_sink):
    for _ in range(3):
        make_user(state="invited")
    smtp_sink.fail_next("451 not now", "550 no such mailbox")

    assert flask("outbox", "run", "--once", "--json", on=sending).json == {"sent": 1, "postponed": 1, "failed": 1}
    assert outbox_list.waiting_count(account.scope) == {"waiting": 1, "failed": 1}


def test_a_server_that_is_away_is_said_so(flask, app_with, make_user):
    make_user(state="invited")
    gone = SmtpSink()
    gone.stop()
    away = app_with(mail_url=gone.url)

    done = flask("outbox", "run", "--once", on=away)

    assert "0 sent, 1 postponed, 0 failed\n" in done.out
    assert "The mail server did not answer; the rest is tried later.\n" in done.out


@on_both
def test_mails_on_the_console_leave_the_json_alone(flask, make_user):
    make_user(state="invited", email="ann@corp.example")

    done = flask("invitations", "deliver", "--json")

    assert done.json == {"sent": 1, "postponed": 0, "failed": 0}
    assert "To: ann@corp.example" in done.err


@on_both
def test_old_mails_are_pruned(flask, account, make_user, clock):
    make_user(state="invited")
    (mail,) = newest_mails(account.scope).items
    outbox_list.cancel(account.scope, mail.id)
    clock.advance(days=31)

    done = flask("outbox", "prune", "--json")

    assert done.json["mails"] >= 1
    assert newest_mails(account.scope).items == []
