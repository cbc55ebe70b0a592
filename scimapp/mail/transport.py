"""Where mails go: to a mail server, or to the console for somebody who tries scimapp out.

Flask-Mail speaks SMTP. Its connection is subclassed because, as it is, a silent server blocks it forever, STARTTLS accepts
any certificate, and closing a broken connection hides the original error.
"""

import ipaddress
import smtplib
import ssl
import sys
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_mail import Connection
from msgspec import Struct

from .whole_answers import Smtp, SmtpOverTls

TIMEOUT_SECONDS = 10  # for each whole answer of the mail server, except the one to the mail itself
MAILS_PER_CONNECTION = 20  # servers disconnect clients that send more
PLAIN, IF_OFFERED, STARTTLS, TLS = "plain", "starttls if offered", "starttls", "tls"


class MailServer(Struct, frozen=True):
    """A mail server and how to connect to it; ``security`` is one of PLAIN, IF_OFFERED, STARTTLS and TLS."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    security: str = PLAIN

    @classmethod
    def from_url(cls, url):
        """From ``smtp://user:password@host:port`` or ``smtps://…`` (user and password percent-encoded).

        Mails that leave this machine are encrypted, since they carry links that open accounts. ``?tls=optional`` accepts
        a server without STARTTLS, but has no effect with a password. ``smtp://`` to this machine is not encrypted.
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
    """Flask-Mail's connection with a time-out, certificate checks, and a close that cannot fail."""

    def __init__(self, mail, server, timeout_seconds):
        super().__init__(mail)
        self.server, self.timeout_seconds = server, timeout_seconds

    def configure_host(self):
        """Connect, encrypt and sign in. Raises SMTPException, OSError, after closing the connection."""
        server, context = self.server, ssl.create_default_context()
        if server.security == TLS:
            host = SmtpOverTls(server.host, server.port, timeout=self.timeout_seconds, context=context)
        else:
            host = Smtp(server.host, server.port, timeout=self.timeout_seconds)
        try:
            self._encrypt(host, context)
            if server.username and server.password:
                self._sign_in(host)
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
            self.host.close()  # the connection is gone already; sent mails are sent

    def _sign_in(self, host):
        try:
            host.login(self.server.username, self.server.password)
        except ValueError as error:  # of smtplib: the server's question is not in base64
            raise smtplib.SMTPException("the mail server asks something at the sign-in that has no answer") from error

    def _encrypt(self, host, context):
        host.ehlo_or_helo_if_needed()
        security = self.server.security
        if security == STARTTLS or (security == IF_OFFERED and host.has_extn("starttls")):
            host.starttls(context=context)  # refuses a certificate of another host


class SmtpTransport:
    """Hands mails to a mail server over one connection, opened on demand and dropped after any error."""

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
        """Close the connection to the server, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.__exit__(None, None, None)


class ConsoleTransport:
    """Prints mails for somebody without a mail server, so that links can be followed from the terminal."""

    def __init__(self, stream=None):
        self._stream = stream

    def send(self, message):
        """Print an OutgoingMail to standard error, like the log; standard output belongs to commands."""
        rendered = message.rendered
        head = f"To: {rendered.to}\nFrom: {rendered.sender}\nSubject: {rendered.subject}"
        rule = "-" * 72
        mail = f"\n{rule}\n{head}\n\n{rendered.text.strip()}\n{rule}\n"
        print(mail, file=self._stream or sys.stderr, flush=True)

    def close(self):
        """Do nothing: there is no connection."""


def make_transport(settings):
    """The transport for SCIMAPP_MAIL_URL."""
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
