"""What prepared statements on Postgres keep, beside what those of both databases are tested for."""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from scimapp.database import at_hand, db, run, writing
from scimapp.database.postgres import server_statements
from scimapp.database.sqlite.write_queue import NOTE_SECONDS
from scimapp.database.statements import Prepared
from scimapp.directory.model import Counter

pytestmark = [
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
    pytest.mark.usefixtures("app"),
]
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%' || $1::VARCHAR"
ADD = "INSERT INTO counters (account_id, name, value) VALUES ($1::VARCHAR, $2::VARCHAR, $3::BIGINT)"
VALUE = "SELECT value FROM counters WHERE account_id = $1::VARCHAR AND name = $2::VARCHAR"


def how_many_are_kept(mark):
    return run(KEPT, (mark,)).fetchone()[0]


def end_server_process(pid):
    """Break the connection that a process of the server serves."""
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_text_that_comes_again_is_kept_and_gives_the_same():
    asked = "SELECT $1::INTEGER + 1, $2::VARCHAR, $3::VARCHAR -- again"

    answers = [run(asked, (41, "ä%", None)).fetchone() for _ in range(3)]

    assert answers == [(42, "ä%", None)] * 3
    assert how_many_are_kept("again") == 1


@pytest.mark.parametrize("way", ["fetchone", "fetchall"])
def test_a_connection_keeps_no_result_that_was_read(way):
    getattr(run("SELECT repeat('x', 1000)"), way)()

    assert at_hand().connection._adapter.pgresult is None  # what psycopg holds on to, and nothing else tells of


def test_a_value_is_cut_nowhere():
    for _ in range(3):
        with pytest.raises(DataError):
            run("SELECT $1::VARCHAR", ("before\0behind",))


def test_a_statement_that_is_interrupted_ends_on_the_server_and_the_connection_goes_on(monkeypatch):
    connection = at_hand().connection
    run("SELECT 1")

    def interrupted(_milliseconds):
        raise KeyboardInterrupt

    with monkeypatch.context() as while_it_waits, pytest.raises(KeyboardInterrupt):
        while_it_waits.setattr(connection._connection, "_poll", interrupted)
        run("SELECT pg_sleep(30)")

    assert run("SELECT 2").fetchone() == (2,)
    assert at_hand().connection is connection


def test_the_server_keeps_so_many_texts_and_no_more(monkeypatch):
    monkeypatch.setattr(server_statements, "MOST_KEPT", 3)

    for number in [1, 1, 2, 2, 3, 3, 4, 4, 1, 1]:
        assert run(f"SELECT {number} + $1::INTEGER -- so many", (0,)).fetchone() == (number,)

    assert how_many_are_kept("so many") <= 3


def test_what_is_kept_outlives_a_rollback():
    asked = "SELECT $1::INTEGER -- outlives"
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), writing():
            run(asked, (1,))
            db.session.execute(text("SELECT 2"))
            raise ZeroDivisionError

    assert how_many_are_kept("outlives") == 1
    assert run(asked, (3,)).fetchone() == (3,)


def test_a_refused_row_among_many_is_told_and_the_connection_goes_on(account):
    rows = [(account.id, name, 1) for name in ("one", "two", "one", "three")]
    connection = at_hand().connection

    for _ in range(2):
        with pytest.raises(IntegrityError, match="pk_counters"), writing():
            run(ADD, rows, way="executemany")
    with writing():
        added = run(ADD, rows[:2], way="executemany").rowcount

    assert added == 2
    assert at_hand().connection is connection


def test_many_rows_are_more_than_a_socket_holds(account):
    rows = [(account.id, f"{number}{'x' * 50}", number) for number in range(20_000)]

    with writing():
        assert run(f"{ADD} RETURNING name", rows, way="executemany").rowcount == 20_000


def test_what_goes_along_with_the_next_statement_is_there_for_it(account):
    with writing():
        run(ADD, [(account.id, "first", 1)], way="later")
        assert run(VALUE, (account.id, "first")).fetchone() == (1,)
        run(ADD, [(account.id, "second", 2)], way="later")
        assert db.session.scalar(text("SELECT value FROM counters WHERE name = 'second'")) == 2
        run(ADD, [(account.id, "third", 3)], way="later")

    assert [run(VALUE, (account.id, name)).fetchone() for name in ("second", "third")] == [(2,), (3,)]


@pytest.mark.parametrize("with_the_session", [False, True])
def test_what_is_wrong_with_it_is_told_at_the_latest_with_the_commit_and_nothing_is_kept(account, with_the_session):
    with pytest.raises(IntegrityError, match="pk_counters"), writing():
        run(ADD, [(account.id, "kept", 1)], way="later")
        if with_the_session:
            db.session.execute(text("SELECT 1"))
        run(ADD, [(account.id, "kept", 2)], way="later")

    assert run(VALUE, (account.id, "kept")).fetchone() is None


def test_it_is_forgotten_with_its_transaction(account):
    with pytest.raises(ZeroDivisionError), writing():
        run(ADD, [(account.id, "forgotten", 1)], way="later")
        raise ZeroDivisionError
    with writing():
        pass

    assert run(VALUE, (account.id, "forgotten")).fetchone() is None


def test_outside_of_a_transaction_nothing_waits(account):
    Prepared(insert(Counter), ["account_id", "name", "value"]).send(account_id=account.id, name="at once", value=1)

    assert db.session.scalar(text("SELECT value FROM counters WHERE name = 'at once'")) == 1


def test_names_that_end_take_nothing_along_that_waits(account, monkeypatch):
    with writing():
        run(ADD, [(account.id, "before", 1)], way="later")
        monkeypatch.setattr(server_statements, "MOST_KEPT", 1)
        assert run("SELECT $1::INTEGER -- makes room", (5,)).fetchone() == (5,)

    assert run(VALUE, (account.id, "before")).fetchone() == (1,)


@pytest.mark.parametrize("is_note", [False, True])
def test_a_connection_that_broke_since_it_was_used_takes_the_whole_transaction_along(account, is_note):
    (pid,) = run("SELECT pg_backend_pid()").fetchone()
    with writing():  # it has BEGIN prepared afterwards
        pass
    end_server_process(pid)

    with pytest.raises(OperationalError), writing(is_note=is_note):
        run(ADD, [(account.id, "half", 1)], way="later")
        run(VALUE, (account.id, "half"))
        raise ZeroDivisionError

    assert run(VALUE, (account.id, "half")).fetchone() is None


def test_a_note_waits_for_a_lock_less_long(account):
    with writing(is_note=True):
        assert run("SHOW lock_timeout").fetchone() == (f"{int(NOTE_SECONDS * 1000)}ms",)

    assert run("SHOW lock_timeout").fetchone() == ("8s",)


@pytest.fixture
def changing_table():
    """Changes a column as a migration does, from another connection, and forgets the table afterwards."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.exec_driver_sql("CREATE TABLE changing (kept INTEGER)")
        yield lambda: other.exec_driver_sql("ALTER TABLE changing ALTER kept TYPE BIGINT")
        other.exec_driver_sql("DROP TABLE changing")


def test_what_a_migration_has_outdated_is_prepared_anew(changing_table):
    asked = "SELECT kept FROM changing"
    for _ in range(3):
        run(asked)

    changing_table()

    assert run(asked).fetchone() is None


def test_a_transaction_that_a_migration_has_outdated_is_made_again(changing_table):
    asked = "SELECT kept FROM changing"
    for _ in range(3):
        run(asked)

    changing_table()

    with pytest.raises(OperationalError), writing():
        run(asked)
    with writing():
        assert run(asked).fetchone() is None


def test_after_a_connection_broke_under_the_session_the_same_work_goes_on_with_another():
    (pid,) = run("SELECT pg_backend_pid()").fetchone()

    with pytest.raises(OperationalError), writing():
        db.session.execute(text("SELECT 1"))
        end_server_process(pid)
        db.session.execute(text("SELECT 2"))

    assert run("SELECT 3").fetchone() == (3,)


def test_a_connection_that_is_found_broken_by_the_rollback_takes_nothing_from_what_is_told():
    (pid,) = run("SELECT pg_backend_pid()").fetchone()

    with pytest.raises(ZeroDivisionError), writing():
        db.session.execute(text("SELECT 1"))
        end_server_process(pid)
        raise ZeroDivisionError

    assert run("SELECT 3").fetchone() == (3,)
    assert db.session.scalar(text("SELECT 4")) == 4
