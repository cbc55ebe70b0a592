"""The check that Postgres is sent every statement of a folder that runs on SQLite but for some tests."""

from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from tests.support.missed_statements import PROPERTY, missed, noted


@pytest.fixture
def run():
    """``run("SELECT 1", …)``: the report of a test that sent these statements."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE a (x, y)"))

        def report(*statements, is_on_both=False):
            with noted() as found:
                for statement in statements:
                    connection.exec_driver_sql(*statement if isinstance(statement, tuple) else (statement,))
            return SimpleNamespace(nodeid="test_it", user_properties=[(PROPERTY, (is_on_both, sorted(found)))])

        yield report
    engine.dispose()


def test_a_statement_of_a_test_on_sqlite_alone_is_missed(run):
    both, alone = run("SELECT x FROM a", is_on_both=True), run("SELECT x FROM a", "SELECT y FROM a")

    assert missed([both, alone], [both, alone]) == {"SELECT y FROM a": "test_it"}


def test_a_statement_that_a_test_of_another_folder_sends_to_both_is_not_missed(run):
    elsewhere, alone = run("SELECT x FROM a", is_on_both=True), run("SELECT x FROM a")

    assert missed([alone], [elsewhere, alone]) == {}
    assert missed([alone], [alone]) == {"SELECT x FROM a": "test_it"}


def test_lists_of_any_length_and_columns_of_an_update_are_known_by_themselves(run):
    both = run(
        ("SELECT x FROM a WHERE x IN (?, ?)", (1, 2)), "UPDATE a SET x=1 WHERE y=2", "UPDATE a SET y=1 WHERE y=2",
        is_on_both=True,
    )  # fmt: skip

    alone = run(("SELECT x FROM a WHERE x IN (?)", (1,)), "UPDATE a SET x=1, y=1 WHERE y=2")

    assert missed([both, alone], [both, alone]) == {}
