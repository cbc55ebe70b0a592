"""Owed mails leave once, in any mood of the mail server, and never from a change that was rolled back."""

from itertools import pairwise

import pytest
from sqlalchemy.exc import OperationalError

from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.mail import messages
from scimapp.mail.delivery import deliver_due, pause_after
from scimapp.mail.transport import MailServer, SmtpTransport


def test_an_invitation_arrives_with_a_link_and_is_marked(make_user, deliver, mails, smtp_sink):
    make_user(state="invited", email="ann@corp.example")

    tally = deliver()

    (message,) = smtp_sink.to("ann@corp.example")
    (mail,) = mails()
    assert (tally.sent, mail.state, mail.attempts, mail.last_error) == (1, "sent", 1, None)
    assert message["To"] == "ann@corp.example"
    assert message["Message-ID"] == mail.message_id
    assert message["Reply-To"] is None
    assert "http://people.example/invitations/" in message.get_body(("plain",)).get_content()
    assert mail.sent_at is not None


def test_a_sent_mail_is_not_sent_again(make_user, deliver, smtp_sink, clock):
    make_user(state="invited", email="ann@corp.example")
    deliver()
    clock.advance(days=2)

    assert deliver().sent == 0
    assert len(smtp_sink.to("ann@corp.example")) == 1


def test_no_mail_leaves_from_a_change_that_was_rolled_back(account, deliver, smtp_sink):
    with pytest.raises(RuntimeError), unit_of_work(account.scope):
        account.make_user(state="invited", email="ann@corp.example")
        raise RuntimeError("the disk is full")

    assert deliver().sent == 0
    assert smtp_sink.messages == []


def test_a_server_that_says_later_gets_the_mail_later(make_user, deliver, mails, smtp_sink, clock):
    make_user(state="invited", email="ann@corp.example")
    smtp_sink.fail_next("451 4.3.0 try again later")

    assert deliver().postponed == 1
    (mail,) = mails()
    assert (mail.state, mail.last_error) == ("waiting", "451 4.3.0 try again later")
    clock.advance(seconds=50)
    assert deliver().sent == 0
    clock.advance(seconds=20)
    assert deliver().sent == 1

    assert len(smtp_sink.to("ann@corp.example")) == 1
    assert mails()[0].last_error is None


def test_a_mailbox_that_does_not_exist_is_not_tried_again(make_user, deliver, mails, smtp_sink, clock):
    make_user(state="invited", email="ann@corp.example")
    smtp_sink.fail_next("550 5.1.1 no such mailbox")

    assert deliver().failed == 1
    clock.advance(hours=2)
    assert deliver().sent == 0

    assert (mails()[0].state, mails()[0].last_error) == ("failed", "550 5.1.1 no such mailbox")


def test_one_refused_mail_does_not_hold_up_the_next(make_user, deliver, smtp_sink):
    make_user(state="invited", email="first@corp.example")
    make_user(state="invited", email="second@corp.example")
    smtp_sink.fail_next("451 not this one")

    tally = deliver()

    assert (tally.sent, tally.postponed, tally.is_server_away) == (1, 1, False)
    assert len(smtp_sink.to("second@corp.example")) == 1


def test_a_server_that_closes_gets_no_further_mail(make_user, deliver, mails, smtp_sink):
    for _ in range(3):
        make_user(state="invited")
    smtp_sink.fail_next("421 shutting down")

    assert deliver().is_server_away
    assert [(mail.attempts, mail.state) for mail in mails()] == [(1, "waiting"), (0, "waiting"), (0, "waiting")]


def test_a_server_that_is_away_costs_one_mail_one_try(make_user, deliver, mails, closed_port):
    for _ in range(3):
        make_user(state="invited")

    tally = deliver(SmtpTransport(MailServer("127.0.0.1", closed_port)))

    assert tally.is_server_away
    assert [mail.attempts for mail in mails()] == [1, 0, 0]
    assert mails()[0].last_error.startswith("The mail server could not be reached: ")


def test_what_waits_for_a_server_that_was_away_leaves_with_the_first_mail_that_gets_through(
    make_user, deliver, mails, closed_port, smtp_sink, clock
):
    make_user(state="invited", email="ann@corp.example")
    for _ in range(5):
        deliver(SmtpTransport(MailServer("127.0.0.1", closed_port)))
        clock.advance(minutes=8)
    make_user(state="invited", email="bo@corp.example")
    assert mails()[0].next_attempt_at > clock.now()

    assert deliver().sent == 2
    assert len(smtp_sink.to("ann@corp.example")) == 1


def test_a_silent_server_is_left_after_the_time_out(make_user, deliver, mails, silent_port):
    make_user(state="invited")

    tally = deliver(SmtpTransport(MailServer("127.0.0.1", silent_port), timeout_seconds=0.2))

    assert tally.is_server_away
    assert "timed out" in mails()[0].last_error


def test_an_error_names_no_password(make_user, deliver, mails, smtp_sink):
    make_user(state="invited")

    deliver(SmtpTransport(MailServer("127.0.0.1", smtp_sink.port, "mailer", "not-to-be-told")))

    assert mails()[0].state == "waiting"
    assert "not-to-be-told" not in mails()[0].last_error


def test_tries_end_after_a_day(make_user, deliver, mails, silent_port, clock):
    make_user(state="invited")
    away = SmtpTransport(MailServer("127.0.0.1", silent_port), timeout_seconds=0.02)
    tries = 0
    while mails()[0].state == "waiting":
        tries += 1
        deliver(away)
        due = mails()[0].next_attempt_at
        clock.advance(seconds=max(1, (due - clock.now()).total_seconds() + 1))

    mail = mails()[0]
    assert mail.state == "failed"
    assert mail.attempts == tries == 12
    assert 24 <= (clock.now() - mail.created_at).total_seconds() / 3600 < 25


def test_a_mail_that_was_held_back_for_days_is_tried_more_than_once(make_user, deliver, mails, silent_port, clock):
    """Most invitations of a large directory are: a thousand an hour may leave."""
    make_user(state="invited")
    clock.advance(days=2)
    away, moments = SmtpTransport(MailServer("127.0.0.1", silent_port), timeout_seconds=0.02), []
    while mails()[0].state == "waiting":
        moments.append(clock.now())
        deliver(away)
        clock.advance(seconds=max(1, (mails()[0].next_attempt_at - clock.now()).total_seconds() + 1))

    assert mails()[0].state == "failed"
    assert [round((later - earlier).total_seconds() / 60) for earlier, later in pairwise(moments)] == [1, 2, 4, 8, 16]


def test_pauses_double(make_user, mails):
    make_user(state="invited")
    (mail,) = mails()

    pauses = []
    for mail.attempts in range(1, 6):
        pauses.append(round(pause_after(mail)))

    assert pauses == [60, 120, 240, 480, 960]


def test_a_link_that_has_ended_is_not_sent(make_user, deliver, mails, smtp_sink, account, clock):
    make_user(state="invited")
    clock.advance(days=8)

    assert deliver().failed == 1

    assert smtp_sink.messages == []
    assert "The invitation has ended" in mails()[0].last_error


def test_a_mail_to_somebody_deactivated_meanwhile_does_not_leave(account, deliver, mails, smtp_sink):
    user = account.make_user(state="invited")
    users.deactivate(account.scope, user.id)

    assert deliver().sent == 0
    assert mails()[0].state == "cancelled"
    assert smtp_sink.messages == []


def test_an_address_that_no_mail_can_be_sent_to_is_said_so(scim, deliver, mails):
    created = scim.post("/Users", {"userName": "x", "emails": [{"value": "<ann>@corp.example", "primary": True}]})
    assert created.status_code == 201

    assert deliver().failed == 1
    assert mails()[0].last_error == "'<ann>@corp.example' is not an address that mail can be sent to."


@pytest.mark.parametrize(
    "fault, told, says_where",
    [
        (ZeroDivisionError("a fault of ours"), "The mail could not be written (ZeroDivisionError).", True),
        (
            OperationalError("SELECT …", {}, Exception("lock timeout\nLINE 6")),
            "The database did not answer: lock timeout",
            False,
        ),
    ],
)
def test_a_mail_that_cannot_be_written_is_tried_later_and_the_next_one_leaves(
    make_user, deliver, mails, smtp_sink, monkeypatch, caplog, fault, told, says_where
):
    make_user(state="invited", given_name="Broken")
    make_user(state="invited", email="ann@corp.example")
    write = messages.write

    def stumble(mail, material, settings, **options):
        if material.given_name == "Broken":
            raise fault
        return write(mail, material, settings, **options)

    monkeypatch.setattr(messages, "write", stumble)

    tally = deliver()

    assert (tally.sent, tally.postponed) == (1, 1)
    assert mails()[0].last_error == told
    assert any(record.exc_info for record in caplog.records) == says_where
    assert len(smtp_sink.to("ann@corp.example")) == 1


def test_without_a_mail_server_mails_go_to_the_console(app, make_user, mails, capsys):
    make_user(state="invited", email="ann@corp.example")

    assert deliver_due(app).sent == 1

    printed = capsys.readouterr().err
    assert "To: ann@corp.example" in printed
    assert "http://people.example/invitations/" in printed
    assert mails()[0].state == "sent"
