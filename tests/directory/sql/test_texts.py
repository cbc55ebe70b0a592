"""Text comparisons on both databases."""

import pytest
from sqlalchemy import Text, literal, select

from scimapp.database import db
from scimapp.database.statements import Prepared
from scimapp.directory.sql.functions import by_code_point, octets
from scimapp.directory.sql.texts import contains, starts_with
from scimapp.texts import is_storable


@pytest.mark.parametrize(
    "compare, text, key, holds",
    [
        (contains, "a%b", "%", True), (contains, "ab", "%", False), (contains, "a_b", "_", True),
        (contains, "ab", "_", False), (contains, "ab", "", True), (contains, "a\\b", "\\", True),
        (contains, "Ab", "a", False), (contains, "ñandú", "dú", True),
        (starts_with, "abc", "ab", True), (starts_with, "ab", "ab", True), (starts_with, "a", "ab", False),
        (starts_with, "ac", "ab", False), (starts_with, "é", "é", True), (starts_with, "\U0010ffff", "\U0010ffff", True),
        (starts_with, "\ud7ffx", "\ud7ff", True), (starts_with, "x", "", True), (starts_with, "a%", "a_", False),
    ],
)  # fmt: skip
def test_comparisons(app, compare, text, key, holds):
    column = by_code_point(literal(text))

    assert bool(db.session.scalar(select(compare(column, key)))) is holds


@pytest.mark.parametrize("text", ["", "plain", "Zoë 😀", None])
def test_octets_are_utf_8_on_both_databases(app, text):
    assert db.session.scalar(select(octets(literal(text, Text)))) == (None if text is None else text.encode())


@pytest.mark.parametrize("text", ["plain", "Zoë 😀", None])
def test_octets_with_a_label_come_by_its_name(app, text):
    statement = select(octets(literal(text, Text)).label("told"), literal("after", Text).label("further"))

    for row in (db.session.execute(statement).one(), Prepared(statement).first()):
        assert (row.told, row.further) == (None if text is None else text.encode(), "after")


def test_octets_are_read_without_a_question_for_their_type(app):
    labelled = select(octets(literal("told", Text)).label("told"))

    # The driver of SQLite asks for it, without Python's lock, where a column's name does not say how to read it.
    name = 'AS "told [octets]"' if db.engine.dialect.name == "sqlite" else "AS told"
    assert name in str(labelled.compile(db.engine))
    assert [*db.session.execute(labelled.order_by(labelled.selected_columns.told))] == [(b"told",)]


def test_what_no_database_takes_is_known():
    assert is_storable("é\U0010ffff\n")
    assert not is_storable("a\0")
    assert not is_storable("\ud800")
