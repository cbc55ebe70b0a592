"""The way to a mail server: time-outs, checked certificates, no password in the clear; or the console."""

import io
import smtplib
import ssl

import pytest
from aiosmtpd.smtp import AuthResult

from scimapp.mail import transport
from scimapp.mail.transport import IF_OFFERED, PLAIN, STARTTLS, TLS, ConsoleTransport, MailServer, SmtpTransport
from tests.mail.conftest import outgoing
from tests.support.databases import only_sqlite


@pytest.mark.parametrize("url, server", [
    ("smtp://mail.corp.example", MailServer("mail.corp.example", 587, security=STARTTLS)),
    ("smtp://mail.corp.example:2525?tls=optional", MailServer("mail.corp.example", 2525, security=IF_OFFERED)),
    ("smtp://u:p@mail.corp.example?tls=optional", MailServer("mail.corp.example", 587, "u", "p", STARTTLS)),
    ("smtp://u:p@mail.corp.example:587", MailServer("mail.corp.example", 587, "u", "p", STARTTLS)),
    ("smtp://u%40corp:p%2F%3A@mail.corp.example", MailServer("mail.corp.example", 587, "u@corp", "p/:", STARTTLS)),
    ("smtps://u:p@mail.corp.example", MailServer("mail.corp.example", 465, "u", "p", TLS)),
    ("smtps://127.0.0.1:4650", MailServer("127.0.0.1", 4650, security=TLS)),
    ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, security=PLAIN)),
    ("smtp://u:p@localhost:1025", MailServer("localhost", 1025, "u", "p", PLAIN)),
    ("smtp://[::1]:1025", MailServer("::1", 1025, security=PLAIN)),
    ("smtp://10.0.0.5", MailServer("10.0.0.5", 587, security=STARTTLS)),
])  # fmt: skip
def test_how_a_server_is_spoken_to(url, server):
    assert MailServer.from_url(url) == server


@only_sqlite
def test_a_mail_reaches_its_one_recipient(send, smtp_sink):
    send(outgoing(to="ann@corp.example"), MailServer("127.0.0.1", smtp_sink.port))

    (message,) = smtp_sink.to("ann@corp.example")
    assert message["Subject"] == "Acme invites you"


@only_sqlite
def test_a_silent_server_is_given_up_soon(send, silent_port):
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(outgoing(), MailServer("127.0.0.1", silent_port), 0.2)


@pytest.mark.parametrize(
    "part, pause, complaint",
    [(b"2", 0.02, "timed out"), (b"220-wait\r\n", 0.02, "timed out"), (b"220-x\r\n" * 1000, 0, "does not end")],
)
@only_sqlite
def test_an_answer_that_does_not_end_is_given_up(send, endless, part, pause, complaint):
    with pytest.raises(smtplib.SMTPServerDisconnected, match=complaint):
        send(outgoing(), MailServer("127.0.0.1", endless(part, pause)), 0.2)


@only_sqlite
def test_a_server_that_asks_rubbish_at_the_sign_in_is_a_server_that_is_away(send, endless):
    port = endless(b"220 mail\r\n250-mail\r\n250 AUTH CRAM-MD5\r\n334 ?rubbish\r\n", 60)

    with pytest.raises(smtplib.SMTPException, match="asks something at the sign-in"):
        send(outgoing(), MailServer("127.0.0.1", port, "me", "secret"), 5)


@only_sqlite
def test_a_server_may_think_about_a_mail(send, make_sink):
    """Who leaves before it has said yes sends the mail again, and again."""
    slow = make_sink()
    slow.thinks_for = 1.2

    send(outgoing(to="ann@corp.example"), MailServer("127.0.0.1", slow.port), 1)

    assert len(slow.to("ann@corp.example")) == 1


def test_nobody_waits_longer_than_ten_seconds_for_an_answer():
    assert transport.TIMEOUT_SECONDS == 10
    assert SmtpTransport(MailServer("localhost", 25)).timeout_seconds == 10


@only_sqlite
def test_starttls_is_used_where_it_is_offered(send, make_sink, tls_context, trusted):
    sink = make_sink(tls_context=tls_context, require_starttls=True)

    send(outgoing(), MailServer("localhost", sink.port, security=IF_OFFERED))

    assert len(sink.to("ann@corp.example")) == 1


@only_sqlite
def test_a_certificate_nobody_signed_is_refused(send, make_sink, tls_context):
    sink = make_sink(tls_context=tls_context)

    with pytest.raises(ssl.SSLCertVerificationError):
        send(outgoing(), MailServer("localhost", sink.port, security=IF_OFFERED))

    assert sink.messages == []


@only_sqlite
def test_a_certificate_of_another_host_is_refused(send, make_sink, tls_context, trusted):
    sink = make_sink(tls_context=tls_context)

    with pytest.raises(ssl.SSLCertVerificationError, match="127.0.0.1"):
        send(outgoing(), MailServer("127.0.0.1", sink.port, security=STARTTLS))


@only_sqlite
def test_a_password_is_not_sent_to_a_server_without_encryption(send, smtp_sink):
    with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
        send(outgoing(), MailServer("localhost", smtp_sink.port, "user", "secret", STARTTLS))

    assert smtp_sink.messages == []


@only_sqlite
def test_a_server_that_asks_for_a_password_gets_it_encrypted(send, make_sink, tls_context, trusted):
    asked = []

    def authenticator(_server, session, _envelope, _mechanism, login):
        asked.append((login.login, login.password, session.ssl is not None))
        return AuthResult(success=True)

    sink = make_sink(tls_context=tls_context, authenticator=authenticator, auth_required=True)

    send(outgoing(), MailServer("localhost", sink.port, "user", "secret", STARTTLS))

    assert asked == [(b"user", b"secret", True)]
    assert len(sink.messages) == 1


@only_sqlite
def test_a_connection_carries_a_bounded_number_of_mails(sending, smtp_sink, monkeypatch):
    monkeypatch.setattr(transport, "MAILS_PER_CONNECTION", 2)
    opened = []
    configure_host = transport.CheckedConnection.configure_host
    monkeypatch.setattr(
        transport.CheckedConnection, "configure_host", lambda self: opened.append(self) or configure_host(self)
    )
    way = SmtpTransport(MailServer("127.0.0.1", smtp_sink.port))

    with sending.app_context():
        for _ in range(5):
            way.send(outgoing())
        way.close()

    assert len(smtp_sink.messages) == 5
    assert len(opened) == 3


@only_sqlite
def test_a_connection_that_broke_is_made_anew(sending, smtp_sink):
    way = SmtpTransport(MailServer("127.0.0.1", smtp_sink.port))
    smtp_sink.fail_next("451 not now")

    with sending.app_context():
        with pytest.raises(smtplib.SMTPDataError):
            way.send(outgoing())
        way.send(outgoing())
        way.close()

    assert len(smtp_sink.messages) == 1


def test_the_console_shows_the_mail_with_its_link():
    stream = io.StringIO()

    ConsoleTransport(stream).send(outgoing(text="Hello Ann,\nhttp://people.example/invitations/x\n"))

    printed = stream.getvalue()
    assert "To: ann@corp.example\n" in printed
    assert "From: Acme <no-reply@people.example>\n" in printed
    assert "Subject: Acme invites you\n" in printed
    assert "http://people.example/invitations/x" in printed


def test_the_console_leaves_standard_output_to_commands(capsys):
    ConsoleTransport().send(outgoing())

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Acme invites you" in printed.err
