"""Each action on many people: what was foretold comes true, and what was done can be taken back."""

from collections import Counter

import pytest

from scimapp.database import db
from scimapp.directory.batches import batch_people, batch_runs, batch_undo, batches
from scimapp.directory.batches.batch_actions import CHOICES
from scimapp.directory.batches.batch_runs import SKIPPED
from scimapp.directory.changes import GroupChanges, UserChanges
from scimapp.directory.errors import AboveYourRole, GroupManaged, InvalidValue
from scimapp.directory.groups import groups
from scimapp.directory.groups.group_search import find_members
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list import search
from scimapp.directory.user_list.search import UserSearch


@pytest.fixture
def crowd(scope, account, make_user, make_group, okta_scope):
    """An account with every kind of person that an action may meet, a group and a manager."""
    crew = make_group("Crew")
    boss = make_user(given_name="Boss")
    in_crew = [make_user() for _ in range(2)]
    groups.update(scope, crew.id, _adding(*in_crew))
    users.update(scope, in_crew[0].id, UserChanges(enterprise={"manager": {"value": boss.id}}))
    make_user(role="super_admin")
    make_user(role="user_admin")
    make_user(state="invited")
    make_user(state="inactive")
    removed = make_user(by=okta_scope, email="removed@acme.example")
    users.remove(okta_scope, removed.scim_id)
    make_user(by=okta_scope, state="active")
    make_user(by=okta_scope, state="inactive")
    db.session.close()
    return {"group": crew.id, "manager": boss.id, "role": "user_admin"}


def _adding(*people):
    return GroupChanges(add_ids=tuple(person.scim_id for person in people))


def run(scope, action, options, selection):
    batch = batches.begin(scope, action, options, selection)
    batch_runs.carry_out(scope, batch, 30)
    db.session.close()
    return batches.get(scope, batch.id)


# The statements are the same for every role; who meets most reasons asks both databases.
@pytest.mark.parametrize(
    "database, role",
    [("sqlite", "owner"), ("sqlite", "super_admin"), ("sqlite", "user_admin"), ("postgres", "user_admin")],
    indirect=["database"],
)
@pytest.mark.parametrize("action", [action.name for action in CHOICES])
def test_what_was_foretold_comes_true(scope, account, make_user, crowd, action, role):
    acting = person_scope(account.owner if role == "owner" else make_user(role=role))

    foretold = batch_people.foresee(acting, action, crowd, UserSearch())
    batch = run(acting, action, crowd, UserSearch())

    reasons = Counter(str(row.reason) for row in batches.find_items(acting, batch, SKIPPED, per_page=100).items)
    assert foretold.total == batch.total
    assert {str(group.reason): group.count for group in foretold.left_out} == dict(reasons)
    assert foretold.reached == batch.done


@pytest.mark.parametrize(
    "action, options",
    [
        ("deactivate", {"with_managed": True}),
        ("activate", {"with_managed": True}),
        ("group_add", {}),
        ("group_remove", {}),
        ("role", {}),
        ("manager", {}),
        ("manager", {"manager": ""}),
    ],
)
def test_undo_brings_back_what_was(scope, crowd, action, options):
    options = crowd | options
    before = standing(scope, crowd)
    done = run(scope, action, options, UserSearch())
    changed = standing(scope, crowd)

    undoing = batch_undo.undo(scope, done.id)
    batches.finish_small(scope, undoing)

    assert done.done > 0
    assert changed != before
    assert standing(scope, crowd) == before
    db.session.close()
    assert batches.get(scope, undoing.id).done == done.done


def standing(scope, crowd):
    """What actions change, of everybody."""
    db.session.close()
    crew = {person.id for person in find_members(scope, groups.get(scope, crowd["group"]), per_page=100).items}
    return {
        row.user.id: (
            row.user.active,
            row.user.given_role,
            row.user.id in crew,
            row.profile.enterprise.get("manager"),
        )
        for row in search.find_users(scope, UserSearch(per_page=500)).items
    }


def test_groups_of_a_directory_and_missing_options_are_refused_at_once(scope, okta_scope, make_user, make_group):
    pushed = make_group("Pushed", by=okta_scope)
    everybody = UserSearch()

    with pytest.raises(GroupManaged):
        batches.begin(scope, "group_add", {"group": pushed.id}, everybody)
    for action in ("group_add", "role", "manager"):
        with pytest.raises(InvalidValue):
            batches.begin(scope, action, {}, everybody)
    with pytest.raises(InvalidValue):
        batches.begin(scope, "role", {"role": "king"}, everybody)


def test_nobody_gives_a_role_above_their_own_to_many(make_user, scope):
    admin = person_scope(make_user(role="user_admin"))

    with pytest.raises(AboveYourRole):
        batches.begin(admin, "role", {"role": "super_admin"}, UserSearch())
