"""An account whose people are owed mails, an application that sends them to the sink, and servers that behave badly.

Leaving, waiting and limits are tested on both databases (``ON_BOTH``), what is said in mails and who is told on SQLite but for
tests marked ``on_both`` (``tests.support.on_sqlite``).
"""

import socket
import ssl
import threading
from contextlib import suppress
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from scimapp.database import db
from scimapp.mail.delivery import deliver_due
from scimapp.mail.envelope import OutgoingMail
from scimapp.mail.messages import RenderedMail
from scimapp.mail.transport import SmtpTransport
from tests.support import databases as made
from tests.support import on_sqlite
from tests.support.mail_sink import SmtpSink
from tests.support.mails import newest_mails

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"
ON_BOTH = frozenset(
    ("test_delivery", "test_kinds", "test_limits", "test_one_delivery", "test_transport", "test_worker")
)
pytest_generate_tests = on_sqlite.on_both_in(ON_BOTH)


@pytest.fixture(scope="session")
def senders():
    """The applications that send, by the address of their database; what changes from test to test is where to."""
    return {}


@pytest.fixture
def sending(app, databases, senders, smtp_sink):
    """The application with the sink as its mail server."""
    settings = replace(app.config["SETTINGS"], mail_url=smtp_sink.url)
    if settings.database_url not in senders:
        senders[settings.database_url] = made.build_app(settings.database_url, databases.folder)
    sender = senders[settings.database_url]
    sender.config["SETTINGS"] = settings
    yield sender
    made.dispose(sender)


@pytest.fixture
def deliver(sending):
    """``deliver()`` sends what is due to the sink; another transport may be given."""
    return lambda transport=None, **options: deliver_due(sending, transport, **options)


@pytest.fixture
def mails(account):
    """``mails()`` reads the account's mails anew, oldest first."""

    def read():
        db.session.close()
        db.session.expire_all()
        return newest_mails(account.scope, per_page=100).items[::-1]

    return read


@pytest.fixture
def make_sink():
    """``make_sink(**options of aiosmtpd's SMTP)`` → another sink."""
    sinks = []

    def make(**options):
        sinks.append(SmtpSink(**options))
        return sinks[-1]

    yield make
    for sink in sinks:
        sink.stop()


@pytest.fixture
def tls_context():
    """The server's side of TLS with a certificate for localhost that nobody has signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.fixture
def trusted(monkeypatch):
    """From here on the test certificate counts as signed by somebody trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def silent_port():
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def endless():
    """``endless(part, pause)`` → the port of a server that begins with ``part``, and again after so many seconds, and then hangs up."""
    over, servers = threading.Event(), []

    def serve(listener, part, pause):
        client, _ = listener.accept()
        with client, suppress(OSError):  # left by the client
            for _ in range(100):
                client.sendall(part)
                over.wait(pause)

    def begin(part, pause):
        listener = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(listener, part, pause))
        thread.start()
        servers.append((listener, thread))
        return listener.getsockname()[1]

    yield begin
    over.set()
    for listener, thread in servers:
        thread.join()
        listener.close()


@pytest.fixture
def closed_port():
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return port


@pytest.fixture
def send(sending):
    """``send(message, server, seconds)`` hands one message to a mail server."""

    def hand_over(message, server, timeout_seconds=5):
        transport = SmtpTransport(server, timeout_seconds)
        try:
            transport.send(message)
        finally:
            transport.close()

    with sending.app_context():
        yield hand_over


def rendered(**changes):
    """A RenderedMail."""
    values = {
        "subject": "Acme invites you",
        "text": "Hello Ann, welcome.\n",
        "html": "<p>Hello Ann, welcome.</p>",
        "link": "http://people.example/invitations/x",
        "sender_name": "Acme",
        "sender_address": "no-reply@people.example",
        "to": "ann@corp.example",
    }
    return RenderedMail(**(values | changes))


def outgoing(**changes):
    """An OutgoingMail."""
    return OutgoingMail(rendered(**changes), "<1@scimapp>")


def parsed(message):
    """What a mail program makes of an OutgoingMail."""
    return message_from_bytes(message.as_bytes(), policy=default)


def owed_mail():
    """The part of an outbox row that a text is written from."""
    return SimpleNamespace(
        kind="invitation", to_address="ann@corp.example", user_seq=1, invitation_id="i", link_id=None, token_id=None
    )
