"""Lists of numbers that were read are not read again until what they come from is changed, by whomever; and never shown after it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from scimapp.database import db, snapshots
from scimapp.directory.changes import UserChanges
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.user_list import kept_lists, search, user_filters, user_order
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch

_ANYTHING = select(User.seq)


@pytest.fixture
def bakers(scope):
    """The search for all bakers."""
    return UserSearch(conditions=(user_filters.read(attributes(scope)["title"], "is", ["Baker"]),))


@pytest.fixture
def elsewhere(app):
    """``elsewhere(do, …)``: what ``do`` returns in another thread, whose connections are others."""

    def there(do, *arguments):
        with app.app_context():
            return do(*arguments)

    def run(do, *arguments):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(there, do, *arguments).result()

    return run


def make_bakers(make_user, number):
    return [make_user(core={"title": "Baker"}).seq for _ in range(number)]


def found(scope, wanted):
    """The numbers of the people on a page, as a call of its own would find them."""
    db.session.rollback()
    return [row.user.seq for row in search.find_users(scope, wanted).items]


def lists_read(log):
    return [statement for statement in log if "indexed_values" in statement]


def test_a_list_is_read_once_for_all_threads_until_somebody_writes(scope, statements, make_user, bakers, elsewhere):
    made = make_bakers(make_user, 3)
    found(scope, bakers)
    elsewhere(found, scope, bakers)  # by now the connections of both have seen what there is

    with statements() as again:
        everybody = found(scope, bakers), elsewhere(found, scope, bakers)
    assert [sorted(numbers) for numbers in everybody] == [made, made]
    assert lists_read(again) == []

    elsewhere(users.update, scope, db.session.get(User, made[0]).id, UserChanges(core={"title": "Cook"}))
    with statements() as after:
        assert sorted(found(scope, bakers)) == made[1:]
    assert len(lists_read(after)) == 1

    users.update(scope, db.session.get(User, made[1]).id, UserChanges(core={"title": "Cook"}))
    assert found(scope, bakers) == elsewhere(found, scope, bakers) == made[2:]


def test_a_list_outlasts_a_commit_of_anything_else(scope, statements, make_user, bakers):
    made = make_bakers(make_user, 2)
    found(scope, bakers)

    with db.engine.begin() as another:
        another.execute(text("UPDATE users SET last_sign_in_at = updated_at, state = 'inactive'"))
    with statements() as after:
        assert sorted(found(scope, bakers)) == made
        assert search.find_and_count(scope, bakers)[1].inactive == 2
    assert lists_read(after) == []


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_list_read_beside_a_change_that_is_not_committed_yet_ends_with_it(scope, make_user, bakers):
    """The sequence has moved by then, and does not move once more."""
    made = make_bakers(make_user, 2)
    with db.engine.connect() as another:
        another.execute(text("UPDATE indexed_values SET text_key = 'cook' WHERE user_seq = :seq"), {"seq": made[0]})
        another.execute(text("UPDATE user_documents SET core = core WHERE user_seq = :seq"), {"seq": made[0]})
        assert sorted(found(scope, bakers)) == made
        another.commit()

    assert found(scope, bakers) == made[1:]


def test_what_was_seen_before_a_change_serves_nobody_after_it(scope, make_user, bakers, elsewhere):
    """A page that began before the change and reads its lists after it."""
    made = make_bakers(make_user, 2)
    found(scope, bakers)
    elsewhere(found, scope, bakers)
    db.session.rollback()
    db.session.scalar(scope.select(User, User.seq))  # on SQLite, what this session sees is fixed

    elsewhere(
        users.update, scope, elsewhere(lambda: db.session.get(User, made[0]).id), UserChanges(core={"title": "Cook"})
    )
    search.find_users(scope, bakers)

    assert elsewhere(found, scope, bakers) == made[1:]
    assert found(scope, bakers) == made[1:]


def test_what_is_undone_is_not_kept(scope, make_user):
    made = make_user(state="active")
    active = UserSearch(state="active", ids=(made.id,))
    assert found(scope, active) == [made.seq]

    db.session.execute(update(User).where(User.seq == made.seq).values(state="invited"))
    assert search.find_users(scope, active).total == 0
    db.session.rollback()

    assert found(scope, active) == [made.seq]


@pytest.mark.parametrize("sort, descending", [("name", False), ("title", True), ("city", False)])
def test_going_through_a_list_reads_everybody_in_its_order_once(
    scope, statements, make_user, bakers, monkeypatch, sort, descending
):
    monkeypatch.setattr(user_order, "_KEPT_FROM", 0)
    monkeypatch.setattr(user_order, "_LEAST_STEP", 2)
    for number in range(12):
        make_user(core={"title": "Baker" if number % 3 else "Cook", "addresses": [{"locality": f"C{number}"}]})
    known = attributes(scope)
    wanted = replace(bakers, sort=known.get(sort, bakers.sort), descending=descending, per_page=2)
    pages = [replace(wanted, page=page) for page in range(1, 5)]
    fresh = []
    for page in pages:
        kept_lists.forget_all()
        fresh.append(found(scope, page))

    assert [found(scope, page) for page in pages] == [found(scope, page) for page in reversed(pages)][::-1] == fresh
    with statements() as again:
        assert [found(scope, page) for page in pages] == fresh
    assert [statement for statement in again if "ORDER BY" in statement] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_fails_beneath_a_list_counts_as_an_unavailable_database(scope):
    driver = db.session.connection().connection.driver_connection
    driver.set_progress_handler(lambda: 1, 1)  # breaks off what is asked
    try:
        with pytest.raises(OperationalError):
            kept_lists.Kept(scope.account_id)
    finally:
        driver.set_progress_handler(None, 1)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_server_that_counts_as_far_after_a_failover_does_not_show_the_same(app):
    started = "another_server.pg_postmaster_start_time() RETURNS timestamptz"
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA another_server")
        connection.exec_driver_sql(
            f"CREATE FUNCTION {started} LANGUAGE sql AS $$SELECT CAST('2020-02-20' AS timestamptz)$$"
        )
    try:
        seen = snapshots.present()
        assert snapshots.present().shows_the_same_as(seen)
        db.session.connection().exec_driver_sql("SET LOCAL search_path = another_server, pg_catalog, public")
        assert not snapshots.present().shows_the_same_as(seen)
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA another_server CASCADE")


def test_lists_of_an_account_are_nobody_elses(scope, other_account, make_user):
    made, theirs = make_user(given_name="Ada"), other_account.make_user(given_name="Ada")
    adas = UserSearch(q="ada")

    assert (found(scope, adas), found(other_account.scope, adas)) == ([made.seq], [theirs.seq])
    assert (found(scope, adas), found(other_account.scope, adas)) == ([made.seq], [theirs.seq])


def test_what_was_used_longest_ago_goes_once_the_room_is_taken(scope, monkeypatch):
    monkeypatch.setattr(kept_lists, "MOST_BYTES", 100)
    monkeypatch.setattr(kept_lists, "MOST_LISTS", 3)
    kept = kept_lists.Kept(scope.account_id)
    for key in ("a", "b", "c"):
        kept.put(key, _ANYTHING, key, 30)
    kept.get("a")

    kept.put("d", _ANYTHING, "d", 30)  # the fourth list
    assert [kept.get(key) for key in "abcd"] == ["a", None, "c", "d"]
    kept.put("e", _ANYTHING, "e", 80)
    assert [kept.get(key) for key in "acde"] == [None, None, None, "e"]
    kept.put("f", _ANYTHING, "f", 101)
    assert (kept.get("e"), kept.get("f")) == ("e", None)


def test_great_numbers_are_packed_too():
    few = kept_lists.packed([3, 1])
    assert list(kept_lists.joined(few, [2**40])) == [3, 1, 2**40]
    assert list(kept_lists.joined(kept_lists.packed([2**40]), [1])) == [2**40, 1]
