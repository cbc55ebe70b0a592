"""What prepared statements on Postgres keep, beside what those of both databases are tested for."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from scimapp import server_statements
from scimapp.database import db, driver_connection, run, writing

pytestmark = [
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
    pytest.mark.usefixtures("app"),
]
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%' || $1::VARCHAR"


def how_many_are_kept(mark):
    return run(KEPT, (mark,)).fetchone()[0]


def test_a_text_that_comes_again_is_kept_and_gives_the_same():
    asked = "SELECT $1::INTEGER + 1, $2::VARCHAR, $3::VARCHAR -- again"

    answers = [run(asked, (41, "ä%", None)).fetchone() for _ in range(3)]

    assert answers == [(42, "ä%", None)] * 3
    assert how_many_are_kept("again") == 1


def test_a_value_is_cut_nowhere():
    for _ in range(3):
        with pytest.raises(DataError):
            run("SELECT $1::VARCHAR", ("before\0behind",))


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
    add = "INSERT INTO counters (account_id, name, value) VALUES ($1::VARCHAR, $2::VARCHAR, $3::BIGINT)"
    rows = [(account.id, name, 1) for name in ("one", "two", "one", "three")]
    connection = driver_connection()

    for _ in range(2):
        with pytest.raises(IntegrityError, match="pk_counters"), writing():
            run(add, rows, many=True)
    with writing():
        added = run(add, rows[:2], many=True).rowcount

    assert added == 2
    assert driver_connection() is connection


def test_many_rows_are_more_than_a_socket_holds(account):
    add = "INSERT INTO counters (account_id, name, value) VALUES ($1::VARCHAR, $2::VARCHAR, $3::BIGINT) RETURNING name"
    rows = [(account.id, f"{number}{'x' * 50}", number) for number in range(20_000)]

    with writing():
        assert run(add, rows, many=True).rowcount == 20_000
