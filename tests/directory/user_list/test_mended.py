"""Lists that are kept and mended for the people who have changed since tell what fresh lists tell (decisions 0144 and 0158)."""

from contextlib import contextmanager
from weakref import WeakKeyDictionary

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from scimapp.database import db, list_changes
from scimapp.directory.changes import GroupChanges, GroupDraft, UserChanges, UserDraft
from scimapp.directory.groups import groups
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.user_list import kept_lists, mended, search, user_filters, user_order
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch
from tests.support.databases import only_sqlite
from tests.support.tries import tries

from . import crowds

STEPS = tries(8)
_FEW = 12  # searches that are asked again and again


@pytest.fixture
def afresh(monkeypatch):
    """``with afresh():`` nothing that was kept is known."""

    @contextmanager
    def run():
        with monkeypatch.context() as patch:
            patch.setattr(kept_lists, "_kept", WeakKeyDictionary())
            yield

    return run


@pytest.fixture
def bakers(scope):
    """The search for all bakers, by title."""
    title = attributes(scope)["title"]
    return UserSearch(conditions=(user_filters.read(title, "is", ["Baker"]),), sort=title)


def test_any_list_that_is_mended_tells_what_a_fresh_one_does(scope, crowd, okta_scope, afresh, monkeypatch):
    monkeypatch.setattr(user_order, "_LEAST_STEP", 2)  # of the many more people of a large account
    monkeypatch.setattr(user_order, "_KEPT_FROM", 0)
    monkeypatch.setattr(mended, "_LOOKED_UP", 3)
    chance, known, bodies, group_seqs = crowd
    db.session.expunge_all()  # the fields that searches name outlast what is undone
    wanted = [
        UserSearch(**crowds.some_search(chance, known, bodies, group_seqs), per_page=chance.choice((3, 7, 500)))
        for _ in range(_FEW)
    ]

    for number in range(STEPS):
        for _ in range(chance.choice((0, 1, 1, 2, 5))):
            _change(chance, scope, okta_scope, number)
        for asked in chance.sample(wanted, 4):
            asked = replace(asked, page=chance.randrange(1, 5))
            told = _told(scope, asked)
            with afresh():
                assert told == _told(scope, asked), asked
        if chance.random() < 0.2:
            wanted[chance.randrange(_FEW)] = UserSearch(
                **crowds.some_search(chance, known, bodies, group_seqs), per_page=7
            )


def _told(scope, asked):
    db.session.rollback()
    page, *counts = search.find_and_count(scope, asked)
    return [row.user.seq for row in page.items], page.total, counts


def _change(chance, scope, okta_scope, number):
    db.session.rollback()
    people = db.session.scalars(scope.select(User).where(User.role == "member", User.scim_id.is_not(None))).all()
    group = chance.choice(groups_of(scope))
    one, kind = chance.choice(people), chance.randrange(8)
    theirs = okta_scope if one.connection_id else scope  # who may change them
    core, enterprise, custom = crowds.attributes_of(chance, f"new{number}.{chance.randrange(10**6)}")
    if kind == 0 or len(people) < 10:
        users.provision(chance.choice((scope, okta_scope)), UserDraft(core, enterprise, custom, invite=False))
    elif kind == 1:
        db.session.execute(text("DELETE FROM users WHERE seq = :seq"), {"seq": one.seq})
        db.session.commit()
    elif kind in (2, 3):
        some = {name: core.get(name) for name in chance.sample(("name", "title", "nickName", "userType"), 2)}
        users.update(theirs, one.id, UserChanges(core={**some, "name": some.get("name") or {"givenName": "Bo"}}))
    elif kind == 4:
        users.update(theirs, one.id, UserChanges(active=one.state == "inactive"))
    elif kind == 5:
        db.session.execute(text("UPDATE users SET state = 'invited' WHERE seq = :seq"), {"seq": one.seq})
        db.session.rollback()  # undone
    else:
        named = [each.scim_id for each in chance.sample(people, 3)]
        changes = GroupChanges(add_ids=tuple(named)) if kind == 6 else GroupChanges(remove_ids=tuple(named))
        groups.update(scope, group, changes)
    db.session.commit()


def groups_of(scope):
    return list(db.session.scalars(text("SELECT id FROM groups WHERE account_id = :a"), {"a": scope.account_id}))


@pytest.fixture
def read_after(scope, statements, bakers):
    """``read_after(change)``: whether bakers are ``mended`` or read ``anew`` for a page after the change, and who they are."""

    def run(change):
        _told(scope, bakers)
        change()
        with statements() as log:
            found, *_ = _told(scope, bakers)
        lists = [statement for statement in log if "indexed_values" in statement]
        is_mended = all("json_each" in statement or "jsonb_array" in statement for statement in lists)
        return "mended" if is_mended else "anew", sorted(found)

    return run


def test_only_people_who_have_changed_are_looked_for_again(scope, make_user, read_after):
    one, two, cook = (make_user(core={"title": title}) for title in ("Baker", "Baker", "Cook"))
    group = groups.create(scope, GroupDraft("Bakery", None, ()))

    def become(person, title):
        return lambda: users.update(scope, person.id, UserChanges(core={"title": title}))

    assert read_after(become(two, "Cook")) == ("mended", [one.seq])
    assert read_after(become(cook, "Baker")) == ("mended", [one.seq, cook.seq])
    new = []
    assert read_after(lambda: new.append(make_user(core={"title": "Baker"}).seq))[0] == "mended"
    assert read_after(lambda: execute(f"DELETE FROM users WHERE seq = {one.seq}")) == ("mended", [cook.seq, *new])
    joins = GroupChanges(add_ids=(cook.scim_id,))
    assert read_after(lambda: groups.update(scope, group.id, joins)) == ("mended", [cook.seq, *new])


@only_sqlite
@pytest.mark.parametrize("meanwhile", [
    "UPDATE list_changes SET drawn = drawn + 1",  # a copy was put back that has counted as far
    "DELETE FROM list_changes WHERE number < (SELECT max(number) FROM list_changes)",
    "UPDATE users SET id = 'another' WHERE seq = (SELECT max(seq) FROM users)",
    "INSERT INTO value_paths (account_id, path) SELECT id, 'another' FROM accounts",
])  # fmt: skip
def test_lists_are_read_anew_where_nobody_can_tell_who_has_changed(scope, make_user, read_after, meanwhile):
    one = make_user(core={"title": "Baker"})
    make_user()

    def change():
        users.update(scope, one.id, UserChanges(core={"title": "Cook"}))
        execute(meanwhile)

    assert read_after(change) == ("anew", [])


@only_sqlite
def test_lists_are_read_anew_after_many_changes_and_few_of_these_are_kept(make_user, read_after):
    one, two = make_user(core={"title": "Baker"}), make_user(core={"title": "Baker"})

    def many():
        for _ in range(1_400):
            execute(f"UPDATE user_documents SET core = core WHERE user_seq = {two.seq}")

    assert read_after(many) == ("anew", [one.seq, two.seq])
    assert 1_024 <= db.session.scalar(text("SELECT count(*) FROM list_changes")) <= 1_024 + 256


def test_a_change_behind_more_than_are_looked_through_is_not_overlooked(scope, make_user, read_after):
    baker, cook = make_user(core={"title": "Baker"}), make_user(core={"title": "Cook"})

    def many():
        with db.engine.begin() as connection:
            for _ in range(1_000):  # the table still has all of them
                connection.execute(
                    text("UPDATE user_documents SET core = core WHERE user_seq = :seq"), {"seq": baker.seq}
                )
        users.update(scope, cook.id, UserChanges(core={"title": "Baker"}))

    assert read_after(many) == ("anew", [baker.seq, cook.seq])


def test_lists_are_read_anew_where_many_people_have_changed(make_user, read_after, monkeypatch):
    monkeypatch.setattr(list_changes, "MOST_PEOPLE", 1)
    one, two = make_user(core={"title": "Baker"}), make_user(core={"title": "Baker"})

    assert read_after(lambda: execute("UPDATE user_documents SET core = core")) == ("anew", [one.seq, two.seq])


def test_who_has_changed_is_told_until_the_list_is_mended(scope, make_user):
    one, query = make_user(), scope.select(User, User.seq)
    key = kept_lists.key_of(query)
    kept_lists.Kept(scope.account_id).put(key, query, "all", 1)
    db.session.rollback()
    users.update(scope, one.id, UserChanges(core={"name": {"givenName": "Bo"}}))

    assert [kept_lists.Kept(scope.account_id).find(key) for _ in range(2)] == [("all", {one.seq})] * 2
    assert kept_lists.Kept(scope.account_id).get(key) is None


def test_people_who_are_no_longer_seen_by_a_directory_are_looked_for_as_well(scope, okta_scope, make_user):
    one = make_user(by=okta_scope, email="gone@acme.example")
    condition = user_filters.read(attributes(scope)["user_name"], "starts", ["gone@"])
    asked = UserSearch(conditions=(condition,))
    _told(scope, asked)
    users.remove(okta_scope, one.scim_id)

    assert _told(scope, asked)[0] == [one.seq]


def execute(statement):
    with db.engine.begin() as connection:
        connection.execute(text(statement))
