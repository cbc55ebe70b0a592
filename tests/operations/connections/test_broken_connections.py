"""Connections that break, or are not to be had, where nothing has happened yet: the call is carried out all the same."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import exc, text

from scimapp import database
from scimapp.database import db, repeats
from scimapp.database.postgres import refusals, silence
from scimapp.directory.events import UserDeactivated
from scimapp.directory.people import users
from scimapp.scim.urns import BULK_REQUEST
from scimapp.scim_api import bulk
from tests.operations.waiting.test_undone_transactions import await_somebody_behind, entries, somebody_else
from tests.scim_api.bodies import create, person
from tests.support.databases import database_address

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)
END_WHO_WAITS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
)
AT_COMMIT = """
CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON audit_entries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION break_off()
"""


@pytest.fixture
def without_pauses(monkeypatch):
    monkeypatch.setattr(repeats, "PAUSE_SECONDS", 0)


def test_a_call_whose_connection_broke_before_the_commit_is_made_again(app, account, scim):
    made = create(scim, person())

    answer = broken_off(app, made["id"], lambda: scim.patch(f"/Users/{made['id']}", replace={"active": False}))

    assert (answer.status_code, answer.json["active"]) == (200, False), answer.text
    assert entries(account, made["id"], UserDeactivated.name) == 1


def broken_off(app, person_id, call):
    """What ``call()`` returns, made while somebody else has a person locked, when its connection is ended as it waits."""
    db.session.close()
    with somebody_else(app) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT 1 FROM users WHERE scim_id = %s FOR UPDATE", [person_id])
        answer = pool.submit(call)
        await_somebody_behind(app, other, answer)
        assert other.execute(END_WHO_WAITS).fetchone() == (True,)
        other.rollback()
        return answer.result()


@pytest.fixture
def broken_off_at_commit(app):
    """Every connection that writes to the audit log breaks while it commits."""
    db.session.close()
    with psycopg.connect(database_address(app), autocommit=True) as other:
        other.execute(AT_COMMIT)
        yield
        other.execute("DROP FUNCTION break_off CASCADE")


def test_a_call_that_may_have_been_committed_is_not_made_again(scim, monkeypatch, broken_off_at_commit, without_pauses):
    calls, provision = [], users.provision
    monkeypatch.setattr(users, "provision", lambda *arguments: calls.append(1) or provision(*arguments))

    answer = scim.post("/Users", person())

    assert (answer.status_code, len(calls)) == (503, 1), answer.text


@pytest.mark.parametrize("had_results", [False, True])
def test_operations_of_a_bulk_that_may_have_been_committed_are_not_carried_out_again(
    app, scim, monkeypatch, without_pauses, had_results
):
    """They are in one transaction, here two by two: the first breaks, or the second."""
    monkeypatch.setattr(bulk, "TOGETHER", 2)
    calls, provision, take = [], users.provision, bulk._Run.take_together
    monkeypatch.setattr(users, "provision", lambda *arguments: calls.append(1) or provision(*arguments))
    steps = [{"method": "POST", "bulkId": f"b{number}", "path": "/Users", "data": person()} for number in range(6)]

    def broken(run, some):
        if had_results and not run.results:
            return take(run, some)
        with psycopg.connect(database_address(app), autocommit=True) as other:
            other.execute(AT_COMMIT)
            try:
                return take(run, some)
            finally:
                other.execute("DROP FUNCTION break_off CASCADE")

    monkeypatch.setattr(bulk._Run, "take_together", broken)
    answer = scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": steps})

    if not had_results:
        assert (answer.status_code, len(calls)) == (503, 2), answer.text
        return
    assert [result["status"] for result in answer.json["Operations"]] == ["201", "201", "503", "503"]
    assert len(calls) == 4


def test_a_transaction_whose_connection_broke_before_the_commit_that_came_along_is_made_again(app, without_pauses):
    calls = []

    def write():
        calls.append(1)
        with database.writing():
            if len(calls) == 1:
                # It waits for nothing: what ends the connection wakes it.
                database.run("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)", [()], way="later")

    repeats.insist(write)

    assert len(calls) == 2


@pytest.mark.parametrize("with_the_session", [False, True])
def test_a_transaction_that_may_have_been_committed_counts_as_one(app, with_the_session):
    before = database.committed()

    with pytest.raises(exc.OperationalError), database.writing():
        if with_the_session:
            db.session.execute(text("SELECT 1"))
        break_at_commit = "CREATE TEMPORARY TABLE broken (number INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        database.run(break_at_commit)
        (pid,) = database.run("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(database_address(app), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    assert database.committed() == before + 1


@pytest.mark.parametrize(
    "run", [database.run, lambda words: db.session.execute(text(words))], ids=["prepared", "session"]
)
def test_a_transaction_that_the_server_ended_for_its_idleness_is_a_database_that_is_away(app, run):
    with pytest.raises(exc.OperationalError) as told, database.writing():
        run("SET LOCAL idle_in_transaction_session_timeout = 1")
        (pid,) = run("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(database_address(app), autocommit=True) as other:
            while other.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
                pass
        run("SELECT 1")

    assert repeats.was_undone(told.value)


@pytest.mark.parametrize("way", ["execute", "later"])
def test_what_a_migration_has_outdated_in_a_transaction_is_made_again(app, without_pauses, way):
    """Also where it goes to the server together with COMMIT, which is not carried out then."""
    asked, calls = "SELECT kept FROM outdated", []

    def read():
        calls.append(1)
        with database.writing():
            database.run(asked, ((),) if way == "later" else (), way=way)

    with psycopg.connect(database_address(app), autocommit=True) as other:
        other.execute("CREATE TABLE outdated (kept INTEGER)")
        try:
            for _ in range(3):
                read()
            other.execute("ALTER TABLE outdated ALTER kept TYPE BIGINT")
            calls.clear()
            assert repeats.insist(read) is None
        finally:
            other.execute("DROP TABLE outdated")

    assert len(calls) == 2


def door(spare):
    return refusals.Door(spare, in_use=lambda: 0)


def test_a_server_that_has_no_room_is_waited_for(narrow):
    first = psycopg.connect(narrow)

    silence.Watch(door(lambda seconds: first.close() if seconds else None)).connect(narrow, connect_timeout=5).close()

    assert first.closed


def test_a_server_that_has_no_room_for_long_is_told(narrow, monkeypatch):
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)

    with psycopg.connect(narrow), pytest.raises(psycopg.OperationalError, match="too many connections"):
        silence.Watch(door(lambda _seconds: None)).connect(narrow, connect_timeout=5)
