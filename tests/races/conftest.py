"""Fixtures: one application in several processes, and clients that start together."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from threading import Barrier
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from scimapp.database import db
from tests.support import databases as made
from tests.support.databases import KINDS
from tests.support.live_account import SocketScimClient
from tests.support.parts import fail_without
from tests.support.people import MadeAccount
from tests.support.server import ForkedServer

# SQLite is for one server: three processes of it. Postgres is shared by servers.
LAYOUTS = {"sqlite": ("3",), "postgres": ("1", "2")}


@pytest.fixture(scope="session", params=KINDS)
def crowd(request, parts, databases, tmp_path_factory):
    """The application in three processes on one database, and beside them in this one: ``app``, ``servers``."""
    if request.param == "postgres":
        fail_without("Postgres", parts.cluster())
    url = databases.copy(request.param, "race")
    servers, app = [], made.build_app(url, databases.folder)
    try:
        for workers in LAYOUTS[request.param]:
            folder = tmp_path_factory.mktemp("race")
            settings = {"WEB_CONCURRENCY": workers, "SCIMAPP_SECRET_KEY": made.SECRET_KEY, "SCIMAPP_OUTBOX_WORKER": "0"}
            servers.append(ForkedServer(folder, url, **settings))
            servers[-1].start()
        yield SimpleNamespace(app=app, servers=servers)
    finally:
        for server in servers:
            server.end()
        made.dispose(app)


@pytest.fixture
def account(crowd):
    """An account that all processes see; what the test does with it itself happens in one process more."""
    with crowd.app.app_context():
        yield MadeAccount(crowd.app)
        db.session.remove()


@pytest.fixture
def at_once(crowd, account):
    """``at_once(call, times, token=…)`` runs ``call(client, number)`` together, each on a connection of its own, spread
    over the processes; returns the answers in order. No answer may be a fault of the server (security C4)."""

    def run(call, times, token=None):
        token = token or account.make_token("onelogin")
        db.session.close()
        together = Barrier(times)
        clients = [scim_client(server, account, token) for server in islice(cycle(crowd.servers), times)]

        def one(client, number):
            together.wait(60)
            try:
                return call(client, number)
            finally:
                client.close()

        with ThreadPoolExecutor(times) as pool:
            answers = list(pool.map(one, clients, range(times)))
        for answer in answers:
            for each in answer if isinstance(answer, list) else [answer]:
                assert each.status_code < 500, "\n".join(
                    [each.text, *(server.errors[-5000:] for server in crowd.servers)]
                )
        return answers

    return run


@pytest.fixture
def scim(crowd, account):
    """One client on the first server."""
    client = scim_client(crowd.servers[0], account, account.make_token("onelogin"))
    yield client
    client.close()


def scim_client(server, account, token):
    path = urlsplit(f"{server.url}/scim/{account.id}/v2").path
    return SocketScimClient(f"{server.url}{path}", token)
