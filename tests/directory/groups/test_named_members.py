"""What the ids in a change of members refer to, looked up with the names of people or, when there are many, without."""

import pytest

from scimapp.directory.groups import named_members
from tests.support.databases import on_both


@on_both
@pytest.mark.parametrize("size", [1, named_members.FEW])
def test_people_and_groups_are_told_from_what_is_unknown(scope, make_user, make_group, other_account, size):
    people, inner = [make_user() for _ in range(size)], make_group("Inner")
    unknown = ["nobody", other_account.make_user().scim_id]

    named = named_members.named(scope, [*(person.scim_id for person in people), inner.id, *unknown])

    assert set(named.people) == {person.seq for person in people}
    assert named.groups == {inner.seq}
    assert named.unknown == unknown
    assert bool(named.called) is (size == 1)


@on_both
def test_nobody_is_unknown_where_all_of_many_are_people(scope, make_user):
    people = [make_user() for _ in range(named_members.FEW + 1)]

    named = named_members.named(scope, [person.scim_id for person in people])

    assert (set(named.people), named.groups, named.unknown) == ({person.seq for person in people}, set(), [])
