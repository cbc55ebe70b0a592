"""A statement that goes to Postgres with the next one, and whose row is there afterwards."""

import pytest
from sqlalchemy.exc import DataError

from scimapp.database import at_hand, let_go_of_driver, row_of, run, writing

pytestmark = [
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
    pytest.mark.usefixtures("app"),
]
ASKED = "SELECT $1::INTEGER + 1 -- ahead"


def ask_ahead(value=41, asked=ASKED):
    return run(asked, (value,), way="ahead")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_its_row_comes_with_the_next_statement(times):
    for _ in range(times):
        ahead = ask_ahead()
        assert run("SELECT $1::INTEGER -- next", (7,)).fetchone() == (7,)
        assert ahead.has_come

    assert row_of(ahead) == (42,)


def test_it_is_asked_for_if_nothing_else_was():
    ahead = ask_ahead()

    assert row_of(ahead) == (42,)
    assert row_of(ahead) == (42,)


def test_its_row_is_another_one_than_that_of_a_waiting_change():
    first = ask_ahead(1)
    with writing():
        run("SELECT $1::INTEGER -- later", [(5,)], way="later")
        run("SELECT 6")

    assert row_of(first) == (2,)


def test_no_row_is_none():
    assert row_of(ask_ahead(asked="SELECT $1::INTEGER WHERE false -- none ahead")) is None


def test_its_refusal_is_told_with_the_next_statement_and_the_connection_goes_on():
    connection = at_hand().connection
    ahead = ask_ahead(0, "SELECT 1 / $1::INTEGER -- refused ahead")

    with pytest.raises(DataError, match="division by zero"):
        run("SELECT 1")

    assert row_of(ahead) is None
    assert run("SELECT 2").fetchone() == (2,)
    assert at_hand().connection is connection


def test_one_whose_successor_was_refused_is_told():
    ahead = ask_ahead()

    with pytest.raises(DataError, match="division by zero"):
        run("SELECT 1 / $1::INTEGER -- refused", (0,))

    assert row_of(ahead) == (42,)


def test_it_is_lost_with_what_is_rolled_back():
    ahead = ask_ahead()
    at_hand().connection.rollback()

    assert row_of(ahead) is None
    assert run("SELECT 2").fetchone() == (2,)


def test_it_is_lost_with_a_connection_that_was_given_back():
    ahead = ask_ahead()
    let_go_of_driver()

    assert row_of(ahead) is None
    assert run("SELECT 2").fetchone() == (2,)


def test_it_is_lost_with_a_connection_that_broke_before_anything_else_was_asked():
    ahead = ask_ahead()
    at_hand().pooled.driver_connection.close()

    assert row_of(ahead) is None
    assert run("SELECT 2").fetchone() == (2,)
