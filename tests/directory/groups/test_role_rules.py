"""Roles that come from groups: who gains, who loses, and what nobody may reach through a group."""

from functools import partial

import pytest

from scimapp.directory import audit_log
from scimapp.directory.changes import GroupChanges, GroupDraft, UserChanges
from scimapp.directory.errors import AboveYourRole, GroupNameTaken, InvalidValue, NotAllowed, SelfLockout
from scimapp.directory.groups import group_links, group_members, groups, nesting, role_rules, rule_previews
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.support.databases import only_sqlite


def role_of(scope, person):
    return users.get(scope, person.id).role


def test_a_rule_gives_its_role_to_members_and_takes_it_when_they_leave(scope, make_user, make_group):
    early, late = make_user(), make_user()
    begun_in = early.session_epoch
    group = make_group("IT", [early])
    role_rules.set_rule(scope, group.id, "user_admin")

    groups.update(scope, group.id, GroupChanges(add_ids=(late.scim_id,)))
    joined = (role_of(scope, early), role_of(scope, late))
    groups.update(scope, group.id, GroupChanges(remove_ids=(early.scim_id,)))

    assert joined == ("user_admin", "user_admin")
    assert role_of(scope, early) == "member"
    assert users.get(scope, early.id).session_epoch == begun_in + 2  # each change ends the sessions of before


def test_the_strongest_of_hand_and_rules_is_in_effect(scope, make_user, make_group):
    strong, weak = make_user(role="super_admin"), make_user()
    first, second = make_group("IT", [strong, weak]), make_group("Core", [weak])
    role_rules.set_rule(scope, first.id, "user_admin")
    role_rules.set_rule(scope, second.id, "super_admin")

    assert (role_of(scope, strong), role_of(scope, weak)) == ("super_admin", "super_admin")

    role_rules.remove_rule(scope, second.id)
    users.update(scope, strong.id, UserChanges(role=Role.MEMBER))

    assert (role_of(scope, strong), role_of(scope, weak)) == ("user_admin", "user_admin")
    assert users.get(scope, strong.id).given_role == "member"


def test_another_role_takes_the_place_of_the_one_of_a_rule(scope, make_user, make_group):
    person = make_user()
    group = make_group("IT", [person])
    role_rules.set_rule(scope, group.id, "user_admin")

    role_rules.set_rule(scope, group.id, "super_admin")

    told = audit_log.of_target(scope, group.id, 1)[0][0]
    assert role_of(scope, person) == "super_admin"
    assert told.changes == [{"field": "role", "before": "user_admin", "after": "super_admin"}]


def test_a_rule_reaches_through_groups_in_groups(scope, make_user, make_group):
    person = make_user()
    outer, middle, inner = make_group("All IT"), make_group("IT Europe"), make_group("IT Vienna", [person])
    role_rules.set_rule(scope, outer.id, "user_admin")

    nesting.nest(scope, middle.id, inner.id)
    before = role_of(scope, person)
    nesting.nest(scope, outer.id, middle.id)
    reached = role_of(scope, person)
    nesting.unnest(scope, outer.id, middle.id)

    assert (before, reached, role_of(scope, person)) == ("member", "user_admin", "member")


def test_deleting_a_group_takes_its_role_from_members_near_and_far(scope, make_user, make_group):
    near, far = make_user(), make_user()
    outer, inner = make_group("All IT", [near]), make_group("IT Vienna", [far])
    nesting.nest(scope, outer.id, inner.id)
    role_rules.set_rule(scope, outer.id, "user_admin")
    raised = (role_of(scope, near), role_of(scope, far))

    groups.remove(scope, outer.id)

    assert raised == ("user_admin", "user_admin")
    assert (role_of(scope, near), role_of(scope, far)) == ("member", "member")


def test_somebody_removed_by_the_directory_loses_ruled_roles(okta_scope, scope, make_user):
    person = make_user(by=None)
    group = groups.create(okta_scope, GroupDraft("IT", member_ids=(person.scim_id,)))
    role_rules.set_rule(scope, group.id, "user_admin")

    users.remove(okta_scope, person.scim_id)

    assert role_of(scope, person) == "member"
    told = {entry.event: entry.changes for entry, _ in audit_log.of_target(scope, person.id, 2)}
    assert told["role changed"] == [{"field": "role", "before": "user_admin", "after": "member"}]


@only_sqlite
@pytest.mark.parametrize("role", ["member", "owner", "nonsense"])
def test_a_rule_gives_user_admin_or_super_admin_only(scope, make_group, role):
    with pytest.raises(InvalidValue, match="never makes an Account Owner"):
        role_rules.set_rule(scope, make_group("IT").id, role)


def test_the_owner_stays_owner_in_any_group(account, scope, make_group):
    group = make_group("IT", [account.owner])
    role_rules.set_rule(scope, group.id, "user_admin")
    role_rules.remove_rule(scope, group.id)

    assert role_of(scope, account.owner) == "owner"


def test_a_user_admin_reaches_no_role_through_a_group(scope, make_user, make_group):
    admin, friend = make_user(role="user_admin"), make_user()
    strong = make_group("Core")
    around = make_group("Around")
    role_rules.set_rule(scope, strong.id, "super_admin")
    mine = person_scope(admin)

    with pytest.raises(AboveYourRole):
        groups.update(mine, strong.id, GroupChanges(add_ids=(friend.scim_id,)))
    with pytest.raises(AboveYourRole):
        group_members.add(mine, strong.id, inner_ids=[around.id])
    with pytest.raises(NotAllowed):
        role_rules.set_rule(mine, around.id, "user_admin")

    assert role_of(scope, friend) == "member"
    assert groups.get(scope, strong.id).member_count == 0


def test_a_user_admin_hands_no_stronger_role_to_a_directory_and_takes_none_from_it(
    token_scope_for, scope, make_user, make_group
):
    admin, entra = make_user(role="user_admin"), token_scope_for("entra")
    mine, token = person_scope(admin), token_scope_for("okta", maker=admin)
    ours, pushed = make_group("Core"), make_group("Pushed", by=entra)
    for group in (ours, pushed):
        role_rules.set_rule(scope, group.id, "super_admin")
    with pytest.raises(GroupNameTaken):
        groups.create(entra, GroupDraft("Core"))

    for attempt in (
        partial(group_links.link, mine, ours.id),
        partial(group_links.unlink, mine, pushed.id),
        *(partial(groups.update, token, group.id, GroupChanges(external_id="g-1")) for group in (ours, pushed)),
    ):
        with pytest.raises(AboveYourRole, match="Super Admin"):
            attempt()
    kept = [groups.get(scope, group.id).connection_id for group in (ours, pushed)]
    group_links.link(scope, ours.id)

    assert kept == [None, "entra"]
    assert groups.get(scope, ours.id).connection_id == "entra"


def test_a_token_gives_no_role_above_its_maker(token_scope_for, scope, make_user, make_group):
    admin, person = make_user(role="user_admin"), make_user()
    group = make_group("Core")
    role_rules.set_rule(scope, group.id, "super_admin")
    weak = token_scope_for("okta", maker=admin)

    with pytest.raises(AboveYourRole, match="Super Admin"):
        groups.update(weak, group.id, GroupChanges(member_ids=(person.scim_id,)))

    assert role_of(scope, person) == "member"
    assert groups.get(scope, group.id).connection_id is None


def test_nobody_loses_their_own_role_by_their_own_hand(scope, make_user, make_group):
    admin = make_user()
    group = make_group("IT", [admin])
    role_rules.set_rule(scope, group.id, "user_admin")
    mine = person_scope(users.get(scope, admin.id))

    with pytest.raises(SelfLockout):
        groups.update(mine, group.id, GroupChanges(remove_ids=(admin.scim_id,)))

    assert role_of(scope, admin) == "user_admin"


def test_nobody_makes_the_role_that_a_group_gives_them_their_own(scope, make_user, make_group):
    admin = make_user()
    role_rules.set_rule(scope, make_group("IT", [admin]).id, "user_admin")
    mine = person_scope(users.get(scope, admin.id))

    with pytest.raises(SelfLockout):
        users.update(mine, admin.id, UserChanges(role=Role.USER_ADMIN))

    assert users.get(scope, admin.id).given_role == "member"


def test_nobody_keeps_a_role_that_a_directorys_group_gives_them_by_any_other_group(
    okta_scope, scope, make_user, make_group
):
    admin = make_user()
    pushed = make_group("IT", [admin], by=okta_scope)
    ours, plain, mixed = make_group("Ours"), make_group("Plain", [admin]), make_group("Mixed", [admin])
    for group in (pushed, ours):
        role_rules.set_rule(scope, group.id, "super_admin")
    mine = person_scope(users.get(scope, admin.id))

    for attempt in (
        partial(group_links.unlink, mine, pushed.id),
        partial(group_members.add, mine, ours.id, [admin.id]),
        partial(nesting.nest, mine, ours.id, plain.id),
        partial(role_rules.set_rule, mine, mixed.id, "super_admin"),
    ):
        with pytest.raises(SelfLockout):
            attempt()
    groups.update(okta_scope, pushed.id, GroupChanges(remove_ids=(admin.scim_id,)))

    assert role_of(scope, admin) == "member"


def test_the_preview_says_who_changes_and_changes_nothing(scope, make_user, make_group):
    ann, strong = make_user(given_name="Ann", family_name="Berg"), make_user(role="super_admin")
    group = make_group("IT", [ann, strong])

    gaining = rule_previews.preview(scope, group, Role.USER_ADMIN)
    role_rules.set_rule(scope, group.id, "user_admin")
    losing = rule_previews.preview(scope, group, None)

    assert (gaining.gaining, gaining.losing) == (1, 0)
    assert gaining.shown == (("Ann Berg", Role.MEMBER, Role.USER_ADMIN),)
    assert (losing.gaining, losing.losing) == (0, 1)
    assert role_of(scope, strong) == "super_admin"
