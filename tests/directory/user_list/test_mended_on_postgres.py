"""Lists are mended on Postgres for whatever became visible since they were read, in whichever order (decision 0158)."""

from array import array

import pytest
from sqlalchemy import text

from scimapp.database import db
from scimapp.database.postgres import list_transactions
from scimapp.directory.model import User
from scimapp.directory.user_list.kept_lists import Kept, key_of

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)
_AHEAD = "9000000000000"
_RENAME = text("UPDATE users SET order_key = order_key WHERE seq = :seq")

_COPIES = text("""
    INSERT INTO users SELECT (jsonb_populate_record(one, jsonb_build_object(
        'seq', 100000 + n, 'id', 'copy-' || n, 'scim_id', NULL, 'external_id', NULL, 'role', 'member'
    ))).* FROM users AS one, generate_series(1, 201) AS n WHERE seq = :seq
""")


@pytest.fixture
def people(make_user):
    """The seqs of two people."""
    return [make_user().seq, make_user().seq]


@pytest.fixture
def changed(scope):
    """``changed()``: who has changed since the list of everybody was kept, which ``changed.keep()`` does."""
    query = scope.select(User, User.seq)
    key = key_of(query)

    def look():
        db.session.rollback()
        found = Kept(scope.account_id).find(key)
        return found and found[1]

    def keep():
        db.session.rollback()
        Kept(scope.account_id).put(key, query, "all", 1)

    look.keep = keep
    return look


def test_a_transaction_that_ends_after_a_later_one_is_not_overlooked(people, changed):
    one, two = people
    with db.engine.connect() as slow:
        slow.execute(_RENAME, {"seq": one})  # its number is smaller than that of the next one
        _commit(_RENAME, seq=two)
        changed.keep()
        assert changed() == set()
        slow.commit()

    assert changed() == {one}


def test_what_is_undone_changes_nobody(people, changed):
    changed.keep()
    with db.engine.connect() as another:
        another.execute(_RENAME, {"seq": people[0]})
        another.rollback()

    assert changed() == set()


def test_whoever_goes_is_named(people, changed):
    changed.keep()
    _commit(text("DELETE FROM users WHERE seq = :seq"), seq=people[1])
    assert changed() == {people[1]}


def test_a_statement_about_many_names_nobody(people, changed):
    changed.keep()
    _commit(_COPIES, seq=people[0])

    assert changed() is None


@pytest.mark.parametrize("emptied", ["list_changes", "memberships, list_changes"])
def test_whoever_empties_the_table_leaves_a_word(people, changed, emptied):
    changed.keep()
    _commit(_RENAME, seq=people[0])
    _commit(text(f"TRUNCATE {emptied}"))

    assert changed() is None


def test_old_rows_go_and_whoever_has_not_seen_them_reads_anew(people, changed):
    changed.keep()
    for _ in range(list_transactions.KEPT + list_transactions.AT_ONCE + 2):
        _commit(_RENAME, seq=people[0])
    with db.engine.connect() as standing:  # it has not ended, so what it wrote is not let go of
        standing.execute(_RENAME, {"seq": people[1]})
        list_transactions.let_go()
        standing.commit()
    left = db.session.scalar(text("SELECT count(*) FROM list_changes"))

    assert left <= list_transactions.KEPT + 3
    assert changed() is None
    changed.keep()
    _commit(_RENAME, seq=people[0])
    assert changed() == {people[0]}
    list_transactions.let_go()  # few are left, so none go
    assert db.session.scalar(text("SELECT count(*) FROM list_changes")) == left + 1


def test_rows_of_a_copy_that_this_server_has_not_reached_are_not_read_and_go(people, changed):
    _commit(
        text("INSERT INTO list_changes SELECT CAST(:xid AS xid8), n, 1 FROM generate_series(1, 2000) AS n"), xid=_AHEAD
    )
    changed.keep()
    _commit(_RENAME, seq=people[0])

    assert changed() == {people[0]}
    for _ in range(list_transactions.KEPT):
        _commit(_RENAME, seq=people[0])
    list_transactions.let_go()
    assert (
        db.session.scalar(text("SELECT count(*) FROM list_changes WHERE xid = CAST(:xid AS xid8)"), {"xid": _AHEAD})
        == 0
    )


def test_an_order_is_read_anew_where_somebody_who_was_looked_up_has_changed_meanwhile(people, changed, scope):
    one, two = people
    query = scope.select(User, User.seq).order_by(User.order_key, User.seq)
    db.session.rollback()
    kept = Kept(scope.account_id)
    known = db.session.scalars(query).all()
    numbers = array("I", known)
    assert sorted(kept.in_order(key_of(query), query, numbers, {one})) == sorted(known)
    _commit(_RENAME, seq=two)
    assert kept.in_order(key_of(query), query, numbers, {one}) is None


def _commit(statement, **values):
    with db.engine.begin() as connection:
        connection.execute(statement, values)
