"""The way out: an SMTP server with a time-out and a checked certificate, or the console."""

import smtplib
import ssl
import sys
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_mail import BadHeaderError, Connection

from .messages import to_message

TIMEOUT_SECONDS = 10
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What a server says about one message; everything else is about the server and worth another try.
_PERMANENT = range(500, 600)


class MailRefused(Exception):
    """The server will not take this message, now or later; the text is its own words."""


class MailFailed(Exception):
    """The message did not leave this time."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails go, read from ``smtp://user:password@host:port`` or ``smtps://…``."""

    host: str
    port: int
    is_tls: bool
    user: str | None
    password: str | None

    @classmethod
    def from_url(cls, url):
        parts = urlsplit(url)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


class SmtpConnection(Connection):
    """Flask-Mail's connection with a time-out, STARTTLS wherever it is offered, and certificates checked."""

    def __init__(self, state, server, timeout):
        super().__init__(state)
        self._server, self._timeout = server, timeout

    def __enter__(self):
        self.host = self.configure_host()
        return self

    def __exit__(self, *_):
        try:
            self.host.quit()
        except (smtplib.SMTPException, OSError):
            self.host.close()  # the answer to the message counts, not the farewell

    def configure_host(self):
        server = self._server
        if server.is_tls:
            host = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            host = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
            host.ehlo()
            if host.has_extn("starttls"):
                host.starttls(context=ssl.create_default_context())
            elif server.user and server.host not in _LOOPBACK:
                host.close()
                raise MailFailed("the mail server offers no STARTTLS, and a password is not sent in the clear")
        if server.user:
            host.login(server.user, server.password or "")
        return host


def deliver(mail, rendered, settings, timeout=TIMEOUT_SECONDS):
    """Hand one mail to the server, or print it. Raises MailRefused, MailFailed with the server's words."""
    if not settings.sends_mail:
        print_mail(rendered)
        return
    server = SmtpServer.from_url(settings.mail_url)
    try:
        with SmtpConnection(current_app.extensions["mail"], server, timeout) as connection:
            connection.send(to_message(mail, rendered))
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _failure(code, answer) from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailFailed(_words(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, error.smtp_error) from error
    except BadHeaderError as error:
        raise MailRefused("the message has a line break in a header") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(f"{type(error).__name__}: {error}"[:300]) from error


def print_mail(rendered):
    """Without a mail server a mail is read on the console (and in the app)."""
    rule = "-" * 72
    print(
        f"{rule}\nTo: {rendered.to}\nSubject: {rendered.subject}\n\n{rendered.text}\n{rule}",
        file=sys.stderr,
        flush=True,
    )


def _failure(code, answer):
    return (MailRefused if code in _PERMANENT else MailFailed)(_words(code, answer))


def _words(code, answer):
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {text}"[:300]
