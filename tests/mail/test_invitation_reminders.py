"""Two days before an invitation ends: whoever got it and has not accepted is reminded, once, with the same link."""

from datetime import timedelta

import pytest

from scimapp.directory import secrets
from scimapp.directory.accounts import account_settings
from scimapp.directory.changes import UserChanges
from scimapp.directory.links import invitation_reminders, invitations
from scimapp.directory.outbox import outbox, outbox_limits, outbox_list
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.directory.upkeep import restored
from scimapp.mail.delivery import INVITATION_ENDED
from scimapp.mail.worker import Worker
from tests.support.at_once import at_once
from tests.support.databases import on_both

# Who is to be reminded is looked for account after account: those of the tests before would cost each test more.
pytestmark = pytest.mark.usefixtures("empty_database")


@pytest.fixture
def ann(make_user, deliver):
    """Somebody whose invitation has left."""
    row = make_user(state="invited", email="ann@corp.example", given_name="Ann")
    deliver()
    return row


@pytest.fixture
def before_end(scope, clock):
    """``before_end(row, days=2)`` sets the clock to so many days before the end of a person's invitation."""

    def go(row, days=2, **late):
        clock.advance_to(invitations.latest(scope, row).expires_at - timedelta(days=days) + timedelta(**late))

    return go


@pytest.fixture
def told(mails):
    """``told()`` looks who is to be reminded, and reads who is, ever: ``[(address, state)]``."""

    def look():
        invitation_reminders.tell()
        return [(mail.to_address, mail.state) for mail in mails() if mail.kind == invitations.REMINDER]

    return look


def test_a_reminder_leaves_two_days_before_the_end_once_with_the_same_link(ann, before_end, told, deliver, smtp_sink):
    before_end(ann, seconds=-1)
    assert told() == []
    before_end(ann)
    assert told() == [("ann@corp.example", "waiting")]
    deliver()
    before_end(ann, hours=23)
    assert told() == [("ann@corp.example", "sent")]

    invitation, reminder = smtp_sink.to("ann@corp.example")
    assert reminder["Subject"] == "Your invitation to Acme ends in 2 days"
    texts = [mail.get_body(("plain",)).get_content() for mail in (invitation, reminder)]
    links = [[line for line in text.splitlines() if "/invitations/" in line] for text in texts]
    assert links[0] == links[1] and len(links[1]) == 1


@on_both
def test_an_account_may_do_without_reminders_and_those_that_wait_are_withdrawn(scope, ann, before_end, told):
    account_settings.change_account(scope, remind_invited=False)
    before_end(ann)
    assert told() == []
    account_settings.change_account(scope, remind_invited=True)
    assert told() == [("ann@corp.example", "waiting")]
    account_settings.change_account(scope, remind_invited=True, language="de")  # as the form sends what stays as it is
    assert told() == [("ann@corp.example", "waiting")]

    account_settings.change_account(scope, remind_invited=False)

    assert told() == [("ann@corp.example", "cancelled")]


def test_a_server_that_was_away_until_the_last_day_is_silent(ann, before_end, told):
    before_end(ann, days=1)

    assert told() == []


def test_a_reminder_that_leaves_late_says_how_many_days_are_left(ann, before_end, told, deliver, smtp_sink, mails):
    before_end(ann)
    told()
    before_end(ann, hours=25)
    deliver()

    assert (
        smtp_sink.to("ann@corp.example")[1]["Subject"] == mails()[-1].subject == "Your invitation to Acme ends in 1 day"
    )


@on_both
@pytest.mark.parametrize(("days", "reminders"), [(2, 0), (3, 1)])
def test_somebody_who_has_just_been_invited_is_not_reminded(scope, make_user, deliver, clock, told, days, reminders):
    account_settings.change_account(scope, invitation_days=days)
    make_user(state="invited")
    deliver()

    seen = 0
    for _ in range(days * 4 + 1):
        seen = max(seen, len(told()))
        clock.advance(hours=6)

    assert seen == reminders


def _accepts(scope, row):
    invitations.accept(invitations.link_token(invitations.latest(scope, row)), "hash")


def _deactivated(scope, row):
    users.deactivate(scope, row.id)


def _moves(scope, row):
    users.update(scope, row.id, UserChanges(email="new@corp.example"))


def _invited_again(scope, row):
    invitations.resend(scope, row.id)


ENDINGS = (_accepts, _deactivated, _moves, _invited_again)


@on_both
@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ends_an_invitation_withdraws_a_reminder_that_waits(scope, ann, before_end, told, ending):
    before_end(ann)
    told()

    ending(scope, ann)

    assert told() == [("ann@corp.example", "cancelled")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_invitation_that_has_ended_is_not_reminded_of(scope, ann, before_end, told, ending):
    before_end(ann)
    (user_seq,) = invitation_reminders._due(scope, invitations.latest(scope, ann).expires_at - timedelta(days=2))
    ending(scope, ann)

    assert not invitation_reminders._remind(scope, user_seq)  # it ended after the look
    assert told() == []


@on_both
def test_a_mail_that_did_not_leave_brings_no_reminder(scope, make_user, mails, before_end, told):
    people = [
        make_user(state="invited", email=f"{name}@corp.example") for name in ("bounced", "cancelled", "waits", "demo")
    ]
    with unit_of_work(scope) as work:
        outbox.pretend_sent(work, people[-1])
    for mail in outbox.lease(10):
        if mail.to_address.startswith("bounced"):
            outbox.mark_failed(mail, "550 no such mailbox", None)
        else:
            outbox.mark_failed(mail, "421 later", 60 * 60 * 24)
    outbox_list.cancel(scope, next(mail.id for mail in mails() if mail.to_address.startswith("cancelled")))
    before_end(people[0])

    assert told() == []


def test_many_processes_remind_once(app, ann, before_end, told):
    before_end(ann)

    done = at_once(app, *[invitation_reminders.tell] * 4)

    assert sorted(done) == [0, 0, 0, 1]
    assert told() == [("ann@corp.example", "waiting")]


def test_reminders_keep_the_pace_of_invitations(account, deliver, clock, told, monkeypatch):
    for number in range(4):
        account.make_user(state="invited", email=f"p{number}@corp.example")
    deliver()
    clock.advance(days=5)
    assert len(told()) == 4
    monkeypatch.setattr(outbox_limits, "PER_ACCOUNT", ((3, timedelta(minutes=1)),))

    assert [deliver().sent, deliver().sent] == [3, 0]
    clock.advance(minutes=1, seconds=1)
    assert deliver().sent == 1


def test_a_look_owes_a_part_of_many_and_the_next_one_the_rest(account, deliver, clock, told, monkeypatch):
    monkeypatch.setattr(invitation_reminders, "AT_ONCE", 2)
    for number in range(3):
        account.make_user(state="invited", email=f"p{number}@corp.example")
    deliver()
    clock.advance(days=5)

    assert [len(told()), len(told()), len(told())] == [2, 3, 3]


def test_it_stands_in_the_audit_log_in_the_outbox_and_on_the_page_of_the_person(
    account, ann, before_end, told, deliver
):
    before_end(ann)
    told()
    page = account.screens()
    assert "Reminder waiting to send" in page(f"/users/{ann.id}").text
    deliver()

    assert f"Scheduled check reminded {ann.display_name} of the invitation" in page("/audit?what=person").text
    assert "Your invitation to Acme ends in 2 days" in page("/outbox?kind=invitation_reminder").text
    assert "Reminder printed in the server’s log" in page(f"/users/{ann.id}").text


@on_both
def test_a_reminder_that_bounced_is_told_of_and_its_invitation_still_counts_as_sent(account, ann, before_end, told):
    before_end(ann)
    told()
    (mail,) = outbox.lease(10)
    outbox.mark_failed(mail, "552 mailbox full", None)

    person = account.screens()(f"/users/{ann.id}").text

    assert "Reminder not delivered: The mailbox is full. (552)" in person
    assert "Printed in the server’s log: no mail server is set" in person


def test_a_link_that_the_key_of_the_server_no_longer_opens_is_not_sent(
    app, ann, before_end, told, deliver, smtp_sink, mails
):
    before_end(ann)
    settings = app.config["SETTINGS"]
    secrets.install("another key of this server, long enough")
    try:
        told()
        deliver()
    finally:
        secrets.install(settings.secret_key)

    assert len(smtp_sink.to("ann@corp.example")) == 1
    assert (mails()[-1].state, mails()[-1].last_error) == ("failed", INVITATION_ENDED)


def test_a_copy_that_was_put_back_does_not_remind_again(ann, before_end, told):
    before_end(ann)
    restored.settle()

    assert told() == [("ann@corp.example", "cancelled")]


def test_a_worker_reminds_by_itself(sending, ann, before_end, smtp_sink):
    before_end(ann)

    for _ in range(2):
        Worker(sending).work()

    assert len(smtp_sink.to("ann@corp.example")) == 2
