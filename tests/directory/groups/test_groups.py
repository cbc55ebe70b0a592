"""Groups and their members, pushed by a directory."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.changes import GroupChanges, GroupDraft
from scimapp.directory.errors import GroupNameTaken, InvalidValue, NotInAccount, StaleVersion, UnknownMembers
from scimapp.directory.groups import group_search, groups
from scimapp.directory.people import users
from tests.support.databases import only_sqlite


def names(scope, group):
    return {user.display_name for user in group_search.find_members(scope, group, per_page=100).items}


def test_members_who_are_here_are_put_in_and_the_others_reported(okta_scope, scope, make_user):
    people = [make_user(), make_user()]

    group = groups.create(okta_scope, GroupDraft("Sales", member_ids=(people[0].scim_id, "nobody", people[1].scim_id)))

    assert names(scope, group) == {person.display_name for person in people}
    assert [item.value for item in groups.skipped_members(scope, group)] == ["nobody"]
    assert (group.last_push_sent, group.last_push_skipped, group.member_count) == (3, 1, 2)


def test_somebody_of_another_account_is_nobody_here(okta_scope, scope, other_account):
    group = groups.create(okta_scope, GroupDraft("Sales", member_ids=(other_account.owner.scim_id,)))

    assert group.member_count == 0
    assert [item.value for item in groups.skipped_members(scope, group)] == [other_account.owner.scim_id]


def test_an_account_may_refuse_unknown_members_and_then_nothing_changes(okta_scope, scope):
    accounts.change_options(scope, strict_members=True)

    with pytest.raises(UnknownMembers, match="nobody"):
        groups.create(okta_scope, GroupDraft("Sales", member_ids=("nobody",)))

    assert group_search.find_groups(scope, group_search.GroupSearch(q="Sales")).total == 0


def test_adding_and_removing_counts_only_real_changes(okta_scope, scope, make_user):
    first, second = make_user(), make_user()
    group = groups.create(okta_scope, GroupDraft("Sales", member_ids=(first.scim_id,)))

    same = groups.update(okta_scope, group.id, GroupChanges(add_ids=(first.scim_id,), remove_ids=(second.scim_id,)))
    moved = groups.update(okta_scope, group.id, GroupChanges(add_ids=(second.scim_id,), remove_ids=(first.scim_id,)))

    assert (same.version, moved.version, moved.member_count) == (1, 2, 1)
    assert names(scope, moved) == {second.display_name}


def test_replacing_with_nobody_empties_the_group(okta_scope, scope, make_user):
    group = groups.create(okta_scope, GroupDraft("Sales", member_ids=(make_user().scim_id,)))

    assert groups.update(okta_scope, group.id, GroupChanges(member_ids=())).member_count == 0


@only_sqlite
@pytest.mark.parametrize(
    ("provider", "creates"), [("okta", True), ("generic", True), ("entra", False), ("strict", False)]
)
def test_a_same_named_group_follows_the_identity_provider(token_scope_for, scope, provider, creates):
    pushing = token_scope_for(provider)
    groups.create(pushing, GroupDraft("Sales"))

    if creates:
        assert groups.create(pushing, GroupDraft("SALES")).id
    else:
        with pytest.raises(GroupNameTaken):
            groups.create(pushing, GroupDraft("SALES"))


@pytest.mark.parametrize(("option", "provider", "creates"), [("refuse", "okta", False), ("create", "entra", True)])
def test_the_account_option_overrides_the_identity_provider(token_scope_for, scope, option, provider, creates):
    accounts.change_options(scope, same_name_groups=option)
    pushing = token_scope_for(provider)
    groups.create(pushing, GroupDraft("Sales"))

    if creates:
        assert groups.create(pushing, GroupDraft("Sales")).id
    else:
        with pytest.raises(GroupNameTaken):
            groups.create(pushing, GroupDraft("Sales"))


def test_a_renamed_group_frees_its_old_name_and_keeps_its_own(token_scope_for):
    entra = token_scope_for("entra")
    group = groups.create(entra, GroupDraft("Sales"))

    groups.update(entra, group.id, GroupChanges(display_name="SALES"))
    groups.update(entra, group.id, GroupChanges(display_name="Field Sales"))

    assert groups.create(entra, GroupDraft("Sales")).id


def test_removing_a_group_leaves_its_members_alone(okta_scope, scope, make_user):
    person = make_user()
    group = groups.create(okta_scope, GroupDraft("Sales", member_ids=(person.scim_id,)))

    groups.remove(okta_scope, group.id)

    with pytest.raises(NotInAccount):
        groups.get(scope, group.id)
    assert groups.groups_of(scope, users.get(scope, person.id)) == []


@only_sqlite
@pytest.mark.parametrize("name", ["", "  ", "x" * 257])
def test_a_name_that_cannot_be_kept_is_refused(okta_scope, name):
    with pytest.raises(InvalidValue, match="displayName"):
        groups.create(okta_scope, GroupDraft(name))


def test_a_stale_version_is_refused(okta_scope):
    group = groups.create(okta_scope, GroupDraft("Sales"))
    groups.update(okta_scope, group.id, GroupChanges(display_name="Field Sales"))

    with pytest.raises(StaleVersion):
        groups.update(okta_scope, group.id, GroupChanges(display_name="Sales"), version=1)


def test_a_removed_person_leaves_every_group(okta_scope, scope, make_user):
    person = make_user()
    group = groups.create(okta_scope, GroupDraft("Sales", member_ids=(person.scim_id,)))

    users.remove(okta_scope, person.scim_id)

    assert groups.get(scope, group.id).member_count == 0
