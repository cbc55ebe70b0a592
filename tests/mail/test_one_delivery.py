"""A mail is sent and marked by one process, whatever dies, waits or works beside it."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from scimapp.directory.outbox import outbox
from scimapp.mail import delivery
from scimapp.mail.delivery import LEASE_SECONDS, deliver_due
from scimapp.mail.transport import MailServer, SmtpTransport
from scimapp.mail.whole_answers import TIMES_FOR_A_MAIL
from scimapp.mail.worker import Worker


class Dying(SmtpTransport):
    """A process that is killed after the server took the mail and before it could be marked."""

    def send(self, message):
        super().send(message)
        raise SystemExit("killed")


def test_a_crash_between_sending_and_marking_sends_the_same_mail_again(make_user, deliver, smtp_sink, clock):
    make_user(state="invited", email="ann@corp.example")

    with pytest.raises(SystemExit):
        deliver(Dying(MailServer("127.0.0.1", smtp_sink.port)))
    assert deliver().sent == 0
    clock.advance(seconds=LEASE_SECONDS + 1)
    assert deliver().sent == 1

    first, second = smtp_sink.to("ann@corp.example")
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_body(("plain",)).get_content() == second.get_body(("plain",)).get_content()


def test_a_mail_that_left_while_the_database_went_away_does_not_leave_again(
    make_user, sending, mails, smtp_sink, clock, monkeypatch
):
    make_user(state="invited", email="ann@corp.example")
    worker = Worker(sending)

    def is_away(*_):
        raise OperationalError("UPDATE …", {}, Exception("connection refused"))

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(outbox, "mark_sent", is_away)
        worker.work()
    clock.advance(seconds=LEASE_SECONDS + 1)
    worker.work()

    assert [mail.state for mail in mails()] == ["sent"]
    assert len(smtp_sink.to("ann@corp.example")) == 1


def test_workers_side_by_side_send_every_mail_once(account, sending, mails, smtp_sink):
    addresses = [f"person{number}@corp.example" for number in range(20)]
    for address in addresses:
        account.make_user(state="invited", email=address)
    together = threading.Barrier(4)

    def work():
        together.wait(10)
        deliver_due(sending)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert sorted(message["To"] for message in smtp_sink.messages) == sorted(addresses)
    assert {mail.state for mail in mails()} == {"sent"}


def test_nothing_is_locked_while_the_mail_server_thinks(account, sending, smtp_sink):
    account.make_user(state="invited", email="ann@corp.example")
    inside = []

    class Watching(SmtpTransport):
        def send(self, message):
            inside.append(account.make_user().state)  # a write while the mail is under way
            super().send(message)

    deliver_due(sending, Watching(MailServer("127.0.0.1", smtp_sink.port)))

    assert inside == ["active"]
    assert len(smtp_sink.to("ann@corp.example")) == 1


def test_a_round_ends_when_it_is_told_to(make_user, deliver, mails):
    make_user(state="invited")
    make_user(state="invited")
    answers = iter((False, True))

    deliver(is_stopping=lambda: next(answers))

    assert [mail.state for mail in mails()] == ["sent", "waiting"]


def test_a_lease_outlives_the_slowest_delivery():
    answers = 12  # connect, greeting, EHLO, STARTTLS, EHLO, AUTH ×2, MAIL, RCPT, DATA, end of data, QUIT

    assert (answers - 1 + TIMES_FOR_A_MAIL) * 10 < delivery.LEASE_SECONDS
