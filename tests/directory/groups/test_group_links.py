"""Who owns a group: the directory that pushed it, or the people here; and what happens where names meet."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.changes import GroupChanges, GroupDraft
from scimapp.directory.errors import GroupManaged, GroupNameTaken, NotAllowed, NotInAccount
from scimapp.directory.groups import group_links, group_members, groups


def test_people_do_not_edit_a_group_that_a_directory_manages(okta_scope, scope, make_user, make_group):
    person = make_user()
    pushed = make_group("Sales", by=okta_scope)

    for attempt in (
        lambda: groups.update(scope, pushed.id, GroupChanges(display_name="Ours")),
        lambda: group_members.add(scope, pushed.id, [person.id]),
        lambda: groups.remove(scope, pushed.id),
    ):
        with pytest.raises(GroupManaged, match="Okta keeps the name and the members"):
            attempt()


def test_a_broken_link_makes_the_group_ours_under_a_new_id(okta_scope, scope, make_user):
    person = make_user()
    pushed = groups.create(okta_scope, GroupDraft("Sales", "00g1", (person.scim_id, "nobody")))
    old_id = pushed.id

    ours = group_links.unlink(scope, old_id)
    groups.update(scope, ours.id, GroupChanges(display_name="Sales (ours)"))

    assert (ours.member_count, ours.connection_id, ours.external_id, ours.last_push_skipped) == (1, None, None, 0)
    with pytest.raises(NotInAccount):
        groups.get(scope, old_id)
    assert groups.create(okta_scope, GroupDraft("Sales", "00g1")).id not in (old_id, ours.id)
    with pytest.raises(NotAllowed, match="No directory manages"):
        group_links.unlink(scope, ours.id)


def test_a_refused_push_is_noted_and_the_link_lets_the_next_one_take_over(token_scope_for, scope, make_user):
    by_hand, pushed = make_user(), make_user()
    entra = token_scope_for("entra")
    group = groups.create(scope, GroupDraft("Finance", member_ids=(by_hand.scim_id,)))

    with pytest.raises(GroupNameTaken):
        groups.create(entra, GroupDraft("finance", "g-1"))
    noted = groups.get(scope, group.id).conflict_connection_id
    group_links.link(scope, group.id)
    taken = groups.create(entra, GroupDraft("Finance", "g-1", (pushed.scim_id,)))

    assert noted == "entra"
    assert (taken.id, taken.external_id, taken.connection_id) == (group.id, "g-1", "entra")
    assert list(groups.memberships_of(scope, taken, [by_hand, pushed])) == [pushed.seq]
    assert groups.get(scope, group.id).conflict_at is None


def test_a_group_nobody_tried_to_push_cannot_be_linked(scope, make_group):
    with pytest.raises(NotAllowed, match="No directory tried"):
        group_links.link(scope, make_group("Finance").id)


def test_a_rename_ends_the_conflict(token_scope_for, scope, make_group):
    group = make_group("Finance")
    with pytest.raises(GroupNameTaken):
        groups.create(token_scope_for("entra"), GroupDraft("Finance"))

    groups.update(scope, group.id, GroupChanges(display_name="Finance crew"))

    assert groups.get(scope, group.id).conflict_at is None


def test_people_give_each_name_once_unless_the_account_says_otherwise(scope, make_group):
    make_group("Finance")
    with pytest.raises(GroupNameTaken):
        make_group("FINANCE")

    accounts.change_options(scope, same_name_groups="create")

    assert make_group("Finance").display_name == "Finance"


def test_members_are_added_and_removed_by_the_ids_of_people_and_groups(scope, make_user, make_group, other_account):
    ann, bo = make_user(), make_user()
    group, inner = make_group("Crew"), make_group("Inner")

    added = group_members.add(scope, group.id, [ann.id, bo.id, other_account.owner.id, "nobody"], [inner.id])
    again = group_members.add(scope, group.id, [ann.id], [inner.id])
    removed = group_members.remove(scope, group.id, [ann.id, "nobody"], [inner.id])

    assert (added, again, removed) == (3, 0, 2)
    assert groups.get(scope, group.id).member_count == 1
    assert group_members.exactly_named(scope, bo.email) == [bo.id]
    assert group_members.exactly_named(scope, "bo") == []
