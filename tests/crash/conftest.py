"""A server under mixed load that is struck, and what must be true of it afterwards."""

import os
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import select, update

from scimapp.database import db, writing
from scimapp.directory import clock
from scimapp.directory.model import OutboxMail
from scimapp.mail.delivery import deliver_due
from tests.support import databases as made
from tests.support import postgres
from tests.support.live_account import SocketScimClient
from tests.support.parts import fail_without
from tests.support.people import PASSWORD, MadeAccount
from tests.support.server import LiveServer

from .agreement import assert_agreement
from .clients import DirectoryClient, ScreenClient, found_by_scim
from .journal import Journal
from .live_screens import LiveScreens

# What Postgres has confirmed must survive its processes, not the machine.
DURABLE = ("listen_addresses=", "fsync=off", "max_connections=100", "shared_buffers=32MB", "log_min_messages=error")
SOAK_SECONDS = float(os.environ.get("SCIMAPP_SOAK_SECONDS") or 0)


class Load:
    """Clients of one account on one server. ``journal`` is what they were told, ``email`` is the owner's."""

    def __init__(self, server, folder):
        self.server, self.journal = server, Journal()
        self._app = made.build_app(
            server.database_url, folder, mail_url=server.environment.get("SCIMAPP_MAIL_URL", "console:")
        )
        with self._app.app_context():
            account = MadeAccount(self._app)
            self.email, self._token = account.owner.email, account.make_token("okta")
            db.session.remove()
        self._base_url = f"{server.url}/scim/{account.id}/v2"
        self._rounds, self._opened = 0, []

    def directory(self, timeout_seconds=10):
        """A connection of the directory; an answer comes within ten seconds, whatever is the matter."""
        self._opened.append(SocketScimClient(self._base_url, self._token, timeout_seconds))
        return self._opened[-1]

    def screens(self):
        """The owner's screens; signed in or, while the database is away, refused."""
        return LiveScreens(self.server).sign_in(self.email, PASSWORD)

    def close(self):
        """Close every connection."""
        for client in self._opened:
            client.close()
        made.dispose(self._app)

    @contextmanager
    def running(self):
        """Clients that write meanwhile: two directories and a person at the screens."""
        self._rounds += 1
        shared, name = (self.server, self.journal), f"r{self._rounds}"
        clients = [DirectoryClient(*shared, f"{name}{number}", self._base_url, self._token) for number in range(2)]
        clients.append(ScreenClient(*shared, f"{name}s", self.email, PASSWORD))
        for client in clients:
            client.start()
        try:
            yield
        finally:
            for client in clients:
                client.stop()
        problems = [problem for client in clients for problem in client.problems]
        assert not problems, f"{problems}\n{self.server.errors}"

    def wait_for_writes(self, number):
        """Return when ``number`` more writes are acknowledged."""
        wanted = self.journal.acknowledged + number
        for _ in range(6000):
            if self.journal.acknowledged >= wanted:
                return
            time.sleep(0.01)
        raise AssertionError(f"no {number} writes in a minute:\n{self.server.errors}")

    def assert_nothing_lost(self, note, kills):
        """Everything acknowledged is there, nothing is half-applied, and all rows agree; ``note`` tells the figures."""
        found = found_by_scim(self.directory())
        found.pop(self.email)
        self.journal.compare(found)
        replayed = assert_agreement(self._app)
        note("crashes survived", kills)
        note("writes acknowledged, and found", self.journal.acknowledged)
        note("writes never answered, and whole or absent", self.journal.unanswered)
        note("audit entries replayed", replayed)

    def assert_every_mail_leaves(self, sink, note):
        """What killed workers had in hand is sent by the next one once their leases have ended, nothing else twice.

        The server has to be stopped.
        """
        with self._app.app_context():
            now = clock.now()
            held = update(OutboxMail).where(OutboxMail.state == "waiting", OutboxMail.leased_until > now)
            with writing() as session:
                in_hand = session.execute(held.values(leased_until=now)).rowcount
        deliver_due(self._app)
        with self._app.app_context():
            state_of = dict(db.session.execute(select(OutboxMail.message_id, OutboxMail.state)).tuples().all())
            db.session.remove()
        arrived = Counter(message["Message-ID"] for message in sink.messages)
        assert set(state_of.values()) <= {"sent", "cancelled"}
        assert {mail for mail, state in state_of.items() if state == "sent"} <= set(arrived) <= set(state_of)
        assert arrived.total() - len(arrived) <= in_hand, "only what was in hand may come twice"
        note("mails that left", len(arrived))


@pytest.fixture
def load_on(tmp_path):
    """``load_on(server)`` → Load."""
    loads = []

    def make(server):
        loads.append(Load(server, tmp_path))
        return loads[-1]

    yield make
    for load in loads:
        load.close()


@pytest.fixture(scope="session")
def own_postgres(parts, tmp_path_factory, worker_id):
    """A Postgres server that no other test uses, so that it can be struck; it keeps what it has confirmed."""
    fail_without("Postgres", parts.cluster())
    cluster = postgres.start(DURABLE)
    owned = made.Databases(tmp_path_factory.mktemp("own"), f"{worker_id}-own", lambda: cluster)
    yield cluster, owned
    owned.close()
    cluster.stop()


@pytest.fixture
def rounds(request):
    """``for number in rounds(3)``: so many times, or for this test's share of SCIMAPP_SOAK_SECONDS."""
    sharing = sum("rounds" in getattr(item, "fixturenames", ()) for item in request.session.items)

    def go(number):
        end = time.monotonic() + SOAK_SECONDS / sharing
        done = 0
        while done < number or time.monotonic() < end:
            yield done
            done += 1

    return go


@pytest.fixture
def start_on_own_postgres(own_postgres, tmp_path):
    """``start_on_own_postgres(SCIMAPP_…="…")`` → LiveServer on a database of ``own_postgres``; stopped after the test."""
    running = []

    def start(**settings):
        folder = tmp_path / f"server-{len(running)}"
        folder.mkdir()
        server = LiveServer(folder, own_postgres[1].copy("postgres", "server"), **settings)
        running.append(server)
        return server.start()

    yield start
    for server in running:
        server.stop()
