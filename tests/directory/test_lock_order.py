"""What is read before a lock is not written after it: whoever waits sees what was done meanwhile (docs/architecture.md)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from scimapp.database import db
from scimapp.database.postgres import open_transactions
from scimapp.directory.accounts import account_owner, accounts
from scimapp.directory.batches import batches
from scimapp.directory.changes import GroupChanges, GroupDraft, UserChanges
from scimapp.directory.errors import FieldTypeFixed, NotInAccount
from scimapp.directory.fields import field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.groups import group_members, group_rows, groups, nesting, role_rules
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.directory.user_list.search import UserSearch
from tests.support.at_once import at_once, begun
from tests.support.csv_files import carried_out, csv_file, previewed

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_type_stays_as_it_is_while_the_first_value_of_it_is_saved(app, scope, make_field, make_user, pool):
    make_field("badge", "text")
    person = make_user()

    with unit_of_work(scope):
        users.update(scope, person.id, UserChanges(custom={"badge": "A7"}))
        edited = begun(app, pool, lambda: field_edits.edit(scope, "badge", FieldChanges(type="integer")))

    assert [type(result) for result in edited.result()] == [FieldTypeFixed]


def test_a_type_stays_as_it_is_while_a_value_is_saved_after_all_others_were_cleared(
    app, scope, make_field, make_user, pool, monkeypatch
):
    make_field("badge", "text")
    people, wait, waits = [make_user(), make_user()], open_transactions.wait_for_end, Event()
    for value in ("A6", None):
        for person in people:
            users.update(scope, person.id, UserChanges(custom={"badge": value}))

    def wait_for_end(*arguments, **options):
        waits.set()
        wait(*arguments, **options)

    monkeypatch.setattr(open_transactions, "wait_for_end", wait_for_end)

    with unit_of_work(scope):
        users.update(scope, people[0].id, UserChanges(custom={"badge": "A8"}))
        edited = pool.submit(at_once, app, lambda: field_edits.edit(scope, "badge", FieldChanges(type="integer")))
        assert waits.wait(60)

    assert [type(result) for result in edited.result()] == [FieldTypeFixed]


def test_a_value_that_waits_for_another_type_is_one_of_that(app, scope, make_field, make_user, pool):
    make_field("badge", "text")
    person = make_user()

    with unit_of_work(scope):
        field_edits.edit(scope, "badge", FieldChanges(type="integer"))
        saved = begun(app, pool, lambda: users.update(scope, person.id, UserChanges(custom={"badge": "7"})))

    (row,) = saved.result()
    assert users.document(scope, row).custom == {"badge": 7}


def test_people_whose_only_value_goes_while_its_option_is_renamed_stay_without_one(
    app, scope, make_field, make_user, pool
):
    make_field("site", "dropdown", choices=("Oslo",))
    people = [make_user(), make_user()]
    for person in people:
        users.update(scope, person.id, UserChanges(custom={"site": "Oslo"}))
    renamed = FieldChanges(choices=["Bergen"])

    with unit_of_work(scope):
        users.update(scope, people[0].id, UserChanges(custom={"site": None}))
        edited = begun(app, pool, lambda: field_edits.edit(scope, "site", renamed, {"Oslo": "Bergen"}))
    edited.result()

    assert [users.document(scope, users.get(scope, each.id)).custom for each in people] == [{}, {"site": "Bergen"}]


def test_a_group_that_comes_into_one_whose_outer_one_is_removed_gives_no_role(app, scope, make_user, make_group, pool):
    person = make_user()
    outer, middle, inner = make_group("All IT"), make_group("IT Europe"), make_group("IT Vienna", [person])
    nesting.nest(scope, outer.id, middle.id)
    role_rules.set_rule(scope, outer.id, "user_admin")

    with unit_of_work(scope):
        nesting.nest(scope, middle.id, inner.id)
        removed = begun(app, pool, lambda: groups.remove(scope, outer.id))

    assert removed.result() == [None]
    assert users.get(scope, person.id).role == "member"


def test_an_owner_who_gives_the_account_away_meanwhile_gets_no_new_password(app, account, scope, make_user, pool):
    heir, before = make_user(role="super_admin"), account.owner.password_hash

    with unit_of_work(scope):
        account_owner.transfer(scope, heir.id)
        reset = begun(app, pool, lambda: accounts.reset_owner(account.id, "a hash"))

    assert [type(result) for result in reset.result()] == [NotInAccount]
    assert users.get(scope, account.owner.id).password_hash == before


def by_a_batch(scope, group, person):
    batch = batches.begin(scope, "group_add", {"group": group.id}, UserSearch(ids=(person.id,)))
    return lambda: batches.finish_small(scope, batch)


def by_a_file(scope, group, person):
    batch = previewed(scope, csv_file("E-mail,Title,Groups", (person.email, "Lead", group.display_name)))
    return lambda: carried_out(scope, batch)


def beside_a_group(scope, group, person):
    outer = groups.create(scope, GroupDraft("All IT"))
    role_rules.set_rule(scope, outer.id, "user_admin")
    return lambda: group_members.add(scope, outer.id, (person.id,), (group.id,))


def beside_a_group_over_scim(scope, group, person):
    outer = groups.create(scope, GroupDraft("All IT"))
    role_rules.set_rule(scope, outer.id, "user_admin")
    return lambda: groups.update(scope, outer.id, GroupChanges(add_ids=(person.scim_id, group.id)))


@pytest.mark.parametrize("way", [by_a_batch, by_a_file, beside_a_group, beside_a_group_over_scim])
def test_a_group_is_waited_for_before_the_person_beside_it_is_locked(app, scope, make_user, make_group, pool, way):
    person, group = make_user(), make_group("IT")
    come = way(scope, group, person)

    with unit_of_work(scope):
        group_rows.lock(scope, group.id)
        coming = begun(app, pool, come)
        lock = scope.select(User, User.seq).where(User.id == person.id).with_for_update(nowait=True)
        assert db.session.scalar(lock) == person.seq

    assert not isinstance(coming.result()[0], Exception)
