"""A database that is killed, stopped, locked, full or read-only: an honest 503, and work goes on by itself afterwards."""

import resource
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

from tests.support.patience import wait_until

WRITES = 6
PROMISED_SECONDS = 10  # an answer comes within them, whatever is the matter
only_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def status(server, path):
    """The status of a GET, and how long to wait until the next one, where it says so."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PROMISED_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After")
    finally:
        connection.close()


def refused(answer):
    """Whether a SCIM answer says "try again" as RFC 7644 §3.12 has it."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers.get_content_type() == "application/scim+json"
    assert answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    return True


@only_postgres
def test_a_postgres_that_is_killed_or_frozen_is_told_honestly_and_loses_nothing(
    own_postgres, start_on_own_postgres, smtp_sink, load_on, rounds, figure, database
):
    cluster, _ = own_postgres
    server = start_on_own_postgres(WEB_CONCURRENCY="2", SCIMAPP_MAIL_URL=smtp_sink.url)
    load = load_on(server)
    scim = load.directory()

    with load.running():
        for kills in rounds(1):  # noqa: B007
            load.wait_for_writes(WRITES)
            cluster.kill()
            try:
                assert_told(server, load, scim)
            finally:
                cluster.start()
            load.wait_for_writes(WRITES)
            frozen = cluster.freeze()  # every connection stays open, and nobody answers
            try:
                assert_told(server, load, scim)
            finally:
                cluster.thaw(frozen)
        load.wait_for_writes(WRITES)

    wait_until(lambda: status(server, "/readyz") == (200, None))  # each process finds out by itself
    load.assert_nothing_lost(figure, kills=kills + 1)


def assert_told(server, load, scim):
    """The process lives and is not ready, and every door says "try again", each within ten seconds."""
    assert status(server, "/healthz") == (200, None)
    assert status(server, "/readyz") == (503, "5")
    assert refused(scim.get("/Users"))
    assert refused(scim.post("/Users", {"userName": "nobody@crash.example"}))
    screen = load.screens()
    assert (screen.status_code, screen.headers["Retry-After"]) == (503, "5")


@only_sqlite
def test_a_locked_sqlite_is_told_honestly_while_reading_goes_on(start_server, smtp_sink, load_on, database, figure):
    server = start_server(SCIMAPP_MAIL_URL=smtp_sink.url)
    load = load_on(server)
    holder = sqlite3.connect(server.database_url.removeprefix("sqlite:///"), isolation_level=None)

    holder.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(20) as pool:
        writers = [load.directory() for _ in range(20)]
        answers = pool.map(lambda scim: scim.post("/Users", {"userName": "nobody@crash.example"}), writers)
        assert load.directory().get("/Users").status_code == 200
        assert all(refused(answer) for answer in answers)
    assert status(server, "/readyz") == (503, "5")
    assert status(server, "/healthz") == (200, None)
    holder.execute("ROLLBACK")
    holder.close()

    assert status(server, "/readyz") == (200, None)
    with load.running():
        load.wait_for_writes(WRITES)
    load.assert_nothing_lost(figure, kills=0)
    assert "database is locked" in server.errors  # the operator reads why


@only_sqlite
def test_a_full_disk_refuses_writes_and_nothing_else(start_server, smtp_sink, load_on, database, figure):
    server = start_server(SCIMAPP_MAIL_URL=smtp_sink.url)
    load = load_on(server)
    scim = load.directory()

    with no_room(server):
        assert refused(scim.post("/Users", {"userName": "nobody@crash.example"}))
        assert refused(scim.post("/Groups", {"displayName": "Nobody"}))
        assert scim.get("/Users").status_code == 200
        assert load.screens().status_code == 503
        assert status(server, "/healthz") == (200, None)
        assert status(server, "/readyz")[0] == 503

    with load.running():
        load.wait_for_writes(WRITES)
    assert status(server, "/readyz") == (200, None)
    load.assert_nothing_lost(figure, kills=0)


@contextmanager
def no_room(server):
    """No file of the server's workers may grow meanwhile, its log included: as on a full disk, every write fails."""
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in server.workers}
    for pid, (_, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, before in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
