"""Where mails go: a mail server, or the console of somebody who tries scimapp out.

Flask-Mail speaks SMTP; its connection is subclassed because as it stands a silent server blocks it for ever, STARTTLS
takes any certificate, and saying goodbye to a broken connection hides what broke it.
"""

import ipaddress
import smtplib
import ssl
import sys
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_mail import Connection

from .whole_answers import Smtp, SmtpOverTls

TIMEOUT_SECONDS = 10  # for each answer of the mail server, as a whole, but for that to the mail itself
MAILS_PER_CONNECTION = 20  # servers drop clients that send more over one
PLAIN, IF_OFFERED, STARTTLS, TLS = "plain", "starttls if offered", "starttls", "tls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and how to speak to it; ``security`` is one of PLAIN, IF_OFFERED, STARTTLS and TLS."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    security: str = PLAIN

    @classmethod
    def from_url(cls, url):
        """From ``smtp://user:password@host:port`` or ``smtps://…`` (user and password percent-encoded).

        What leaves this machine is encrypted: mails carry links that open accounts. ``?tls=optional`` takes a server
        that offers no STARTTLS; with a password it changes nothing. A server on this machine is spoken to plainly.
        """
        parts = urlsplit(url)
        username, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        if parts.scheme == "smtps":
            return cls(parts.hostname, parts.port or 465, username, password, TLS)
        if _is_this_machine(parts.hostname):
            return cls(parts.hostname, parts.port or 25, username, password, PLAIN)
        is_optional = parts.query == "tls=optional" and not password
        return cls(parts.hostname, parts.port or 587, username, password, IF_OFFERED if is_optional else STARTTLS)


class CheckedConnection(Connection):
    """Flask-Mail's connection with a time-out, a checked certificate and a goodbye that cannot fail."""

    def __init__(self, mail, server, timeout_seconds):
        super().__init__(mail)
        self.server, self.timeout_seconds = server, timeout_seconds

    def configure_host(self):
        """Connect, encrypt and sign in. Raises SMTPException, OSError; nothing is left open then."""
        server, context = self.server, ssl.create_default_context()
        if server.security == TLS:
            host = SmtpOverTls(server.host, server.port, timeout=self.timeout_seconds, context=context)
        else:
            host = Smtp(server.host, server.port, timeout=self.timeout_seconds)
        try:
            self._encrypt(host, context)
            if server.username and server.password:
                host.login(server.username, server.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *failure):
        if self.host is None:
            return
        try:
            self.host.quit()
        except (smtplib.SMTPException, OSError):
            self.host.close()  # it has gone already; what was sent is sent

    def _encrypt(self, host, context):
        host.ehlo_or_helo_if_needed()
        security = self.server.security
        if security == STARTTLS or (security == IF_OFFERED and host.has_extn("starttls")):
            host.starttls(context=context)  # refuses a certificate that is not this host's


class SmtpTransport:
    """Hands mails to a mail server over one connection, made when it is needed and dropped when anything goes wrong."""

    def __init__(self, server, timeout_seconds=TIMEOUT_SECONDS):
        self.server, self.timeout_seconds = server, timeout_seconds
        self._connection = None

    def send(self, message):
        """Send an OutgoingMail. Raises SMTPException, OSError."""
        try:
            if self._connection is None:
                connection = CheckedConnection(current_app.extensions["mail"], self.server, self.timeout_seconds)
                self._connection = connection.__enter__()
            self._connection.send(message)
        except BaseException:
            self.close()
            raise
        if self._connection.num_emails >= MAILS_PER_CONNECTION:
            self.close()

    def close(self):
        """Say goodbye to the server, if there is a connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.__exit__(None, None, None)


class ConsoleTransport:
    """Prints mails for somebody without a mail server, so that a link can be followed from the terminal."""

    def __init__(self, stream=None):
        self._stream = stream

    def send(self, message):
        """Print an OutgoingMail to standard error, where the log goes: standard output belongs to commands."""
        rendered = message.rendered
        head = f"To: {rendered.to}\nFrom: {rendered.sender}\nSubject: {rendered.subject}"
        rule = "-" * 72
        mail = f"\n{rule}\n{head}\n\n{rendered.text.strip()}\n{rule}\n"
        print(mail, file=self._stream or sys.stderr, flush=True)

    def close(self):
        """Nothing is open."""


def make_transport(settings):
    """The transport that SCIMAPP_MAIL_URL names."""
    if not settings.sends_mail:
        return ConsoleTransport()
    return SmtpTransport(MailServer.from_url(settings.mail_url))


def _is_this_machine(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
