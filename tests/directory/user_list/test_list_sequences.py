"""Sequences of Postgres move with all that lists come from, whoever writes it, so that a list that is kept ends (decision 0134). SQLite
writes down whom it concerns in their place (decision 0144).
"""

from functools import reduce
from operator import or_

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import aliased

from scimapp.database import db, list_changes, snapshots
from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.fields import field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.links.sent_invitations import REFUSED
from scimapp.directory.model import IndexedPath, IndexedValue, User
from scimapp.directory.people import users
from scimapp.directory.user_list.list_sequences import (
    MEMBERS,
    OF_COLUMNS,
    OF_WHOEVER_IS_HERE,
    PEOPLE,
    STATES,
    VALUES,
    sequences_of,
)

# Values end their lists with the document that they come from, and people who come or go have values.
MOVING = {table: columns for table, columns in OF_COLUMNS.items() if table != "indexed_values"} | {
    "user_documents": dict.fromkeys(("core", "enterprise", "custom"), VALUES)
}
OF_ROWS = {table: set(columns.values()) for table, columns in MOVING.items() if table != "user_documents"}
OF_ROWS["users"] |= {VALUES}
# What makes another row of one that others refer to.
ANOTHER = {
    "users": {"seq": None, "id": "another", "scim_id": None, "external_id": None, "role": "member"},
    "groups": {"seq": None, "id": "another", "scim_id": None, "external_id": None, "display_name_key": "another"},
    "value_paths": {"number": None, "path": "another"},
}


@pytest.fixture
def everything(make_user, make_group, account):
    """A row in each of the tables."""
    inner = make_group("Inner", members=[make_user(core={"title": "Baker"})])
    outer = make_group("Outer")
    db.session.execute(
        db.metadata.tables["nested_groups"]
        .insert()
        .values(
            account_id=account.id, group_seq=outer.seq, member_seq=inner.seq, added_at=inner.created_at, added_by="-"
        )
    )
    db.session.commit()


@pytest.fixture
def moved_while(app):
    """``moved_while(do)``: the sequences of lists that move while ``do`` is called, or which SQLite writes down."""

    def present():
        db.session.rollback()
        return snapshots.present()

    def run(do):
        before = present()
        do()
        after = present()
        if db.engine.dialect.name == "sqlite":
            return written_down(before.moment, after.moment)
        return {name for name in after.numbers if after.numbers[name] != before.numbers[name]}

    return run


def written_down(before, after):
    """The sequences for which SQLite has written down something since, somebody new among it."""
    rows = db.session.scalars(text("SELECT lists FROM list_changes WHERE number > :last"), {"last": before.last[0]})
    lists = reduce(or_, rows, 0)
    is_newer = after.newest is not None and (before.newest is None or after.newest[0] > before.newest[0])
    found = {name for name, its in list_changes.LISTS.items() if its & lists}
    return found | ({PEOPLE, STATES, VALUES} if is_newer else set())


@pytest.fixture
def moved_by(moved_while):
    """``moved_by(statement)``: those that a statement moves, run by somebody else."""

    def run(statement):
        with db.engine.begin() as another:
            assert another.execute(statement).rowcount

    return lambda statement: moved_while(lambda: run(statement))


@pytest.mark.parametrize("table", MOVING)
def test_a_new_value_of_a_column_moves_its_sequence(everything, moved_by, table):
    told = {column.name: MOVING[table].get(column.name) for column in db.metadata.tables[table].columns}
    expected = {column: {sequence} - {None} for column, sequence in told.items()}
    if table == "users":
        expected |= dict.fromkeys(OF_WHOEVER_IS_HERE, {PEOPLE, STATES})

    assert {column: moved_by(text(f"UPDATE {table} SET {column} = {column}")) for column in expected} == expected


@pytest.mark.parametrize("name", OF_ROWS)
def test_a_row_that_comes_or_goes_moves_the_sequences_of_its_table(everything, moved_by, name):
    table = db.metadata.tables[name]
    row = dict(db.session.execute(select(table).limit(1)).mappings().one())
    if name in ANOTHER:
        row = {column: value for column, value in (row | ANOTHER[name]).items() if value is not None}
    come = table.insert().values(row)
    go = table.delete().where(*(table.c[column] == value for column, value in row.items()))

    first, second = (come, go) if name in ANOTHER else (go, come)
    assert all(OF_ROWS[name] <= moved_by(step) for step in (first, second))  # what goes may take other rows along


def test_whatever_writes_values_moves_their_sequence(scope, make_field, make_user, moved_while):
    """With the document of the person, or as somebody new."""
    make_field("site", "dropdown", choices=("Oslo", "Lyon"))
    one = make_user(custom={"site": "Oslo"})
    renamed = FieldChanges(choices=["Bergen", "Lyon"])
    steps = (
        lambda: make_user(core={"title": "Baker"}),
        lambda: users.update(scope, one.id, UserChanges(core={"title": "Baker"})),
        lambda: users.update(scope, one.id, UserChanges(core={"title": "Cook"})),
        lambda: users.update(scope, one.id, UserChanges(core={"title": None}, active=False)),
        lambda: field_edits.edit(scope, "site", renamed, {"Oslo": "Bergen"}),
        lambda: erasure.erase(scope, one.id),
    )

    assert [VALUES in moved_while(step) for step in steps] == [True] * len(steps)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_emptying_a_table_moves_its_sequences_too(everything, database):
    before = snapshots.present().numbers
    db.session.rollback()
    with db.engine.connect() as another:  # nothing of it is committed, but a sequence stays where it is
        another.execute(text("TRUNCATE accounts CASCADE"))
    after = snapshots.present().numbers

    assert {name for name in after if after[name] != before[name]} == {PEOPLE, STATES, VALUES, MEMBERS}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_an_operator_writes_whatever_the_search_path_and_without_a_right_to_sequences(everything, database):
    before = snapshots.present().numbers
    with db.engine.begin() as another:
        another.execute(text("CREATE ROLE operator"))
        another.execute(text("GRANT SELECT, UPDATE ON memberships TO operator"))
        another.execute(text("SET LOCAL ROLE operator"))
        another.execute(text("SET LOCAL search_path = pg_catalog"))
        another.execute(text("UPDATE public.memberships SET user_seq = user_seq"))
        another.execute(text("RESET ROLE"))
        another.execute(text("DROP OWNED BY operator"))
        another.execute(text("DROP ROLE operator"))
    db.session.rollback()
    after = snapshots.present().numbers

    assert {name for name in after if after[name] != before[name]} == {MEMBERS}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_number_that_is_not_told_is_never_the_same(app):
    with db.engine.begin() as another:
        another.execute(text("ALTER SEQUENCE list_people RESTART"))  # as newer Postgres tells who has no right
    seen = snapshots.present()

    assert snapshots.present().shows_the_same_as(seen, {STATES})
    assert not snapshots.present().shows_the_same_as(seen, {PEOPLE})


@pytest.mark.parametrize("query, sequences", [
    (select(User.seq).where(User.account_id == "a"), {PEOPLE}),
    (select(User.seq).where(User.account_id == "a", User.state == "invited"), {STATES}),
    (select(aliased(User).seq).order_by(User.order_key, User.state), {PEOPLE, STATES}),
    (select(IndexedValue.user_seq).where(
        IndexedValue.path_number == select(IndexedPath.number).where(IndexedPath.path == "title").scalar_subquery(),
        IndexedValue.user_seq.in_(select(User.seq)),
    ), {PEOPLE, VALUES}),
    (select(User.seq).order_by(User.updated_at), set()),
    (select(User.seq).where(text("theme = 'dark'")), set()),
    (REFUSED, set()),
])  # fmt: skip
def test_a_list_names_the_sequences_of_what_it_comes_from(query, sequences):
    assert sequences_of(query) == sequences
