"""Groups in groups: no circle, nothing of another account, and who is in what through what."""

import pytest

from scimapp.database import db
from scimapp.directory.changes import GroupChanges
from scimapp.directory.errors import DirectoryError, GroupManaged, InvalidValue, NotInAccount
from scimapp.directory.groups import group_search, groups, nesting
from tests.support.at_once import at_once


def test_a_person_inherits_the_groups_around_theirs(scope, make_user, make_group):
    person = make_user()
    world, europe, vienna = make_group("World"), make_group("Europe"), make_group("Vienna", [person])
    nesting.nest(scope, world.id, europe.id)
    nesting.nest(scope, europe.id, vienna.id)

    inherited = nesting.inherited_by(scope, person)

    assert [(line.display_name, line.through) for line in inherited] == [("Europe", "Vienna"), ("World", "Vienna")]
    assert [line.group.display_name for line in nesting.inner_groups(scope, world)] == ["Europe"]
    assert [group.display_name for group in nesting.outer_groups(scope, vienna)] == ["Europe"]


def test_a_direct_group_is_not_told_as_inherited_too(scope, make_user, make_group):
    person = make_user()
    europe, vienna = make_group("Europe", [person]), make_group("Vienna", [person])
    nesting.nest(scope, europe.id, vienna.id)

    assert nesting.inherited_by(scope, person) == []


def test_a_circle_is_refused_at_any_length(scope, make_group):
    first, second, third = make_group("A"), make_group("B"), make_group("C")
    nesting.nest(scope, first.id, second.id)
    nesting.nest(scope, second.id, third.id)

    for inner, outer, complaint in (
        (first, first, "A cannot be a member of itself"),
        (first, second, "is in it already"),
        (first, third, "is in it already"),
    ):
        with pytest.raises(InvalidValue, match=complaint):
            nesting.nest(scope, outer.id, inner.id)


def test_many_groups_come_by_as_many_statements_as_one(scope, make_group, statements):
    many = tuple(make_group(f"Inner {number}").id for number in range(12))
    few_outer, many_outer = make_group("Few"), make_group("Many")

    with statements() as for_few:
        groups.update(scope, few_outer.id, GroupChanges(add_ids=many[:2]))
    with statements() as for_many:
        groups.update(scope, many_outer.id, GroupChanges(add_ids=many))

    assert len(nesting.inner_groups(scope, many_outer)) == len(many)
    assert len(for_many) == len(for_few)


def test_two_halves_of_a_circle_at_once_leave_one(app, scope, make_group):
    first, second = make_group("A"), make_group("B")
    db.session.close()

    results = at_once(
        app,
        lambda: nesting.nest(scope, first.id, second.id),
        lambda: nesting.nest(scope, second.id, first.id),
    )

    assert sum(isinstance(result, DirectoryError) for result in results) == 1


def test_nesting_twice_changes_once_and_moves_the_version(scope, make_group):
    outer, inner = make_group("A"), make_group("B")
    before = outer.version

    nesting.nest(scope, outer.id, inner.id)
    nesting.nest(scope, outer.id, inner.id)

    assert groups.get(scope, outer.id).version == before + 1


def test_groups_of_another_account_and_of_a_directory_are_out_of_reach(okta_scope, scope, make_group, make_account):
    ours, theirs = make_group("Ours"), make_account().make_group("Theirs")
    pushed = make_group("Pushed", by=okta_scope)

    with pytest.raises(NotInAccount):
        nesting.nest(scope, ours.id, theirs.id)
    with pytest.raises(GroupManaged, match="Okta keeps"):
        nesting.nest(scope, pushed.id, ours.id)

    nesting.nest(scope, ours.id, pushed.id)
    assert [line.group.display_name for line in nesting.inner_groups(scope, ours)] == ["Pushed"]


def test_only_groups_that_close_no_circle_are_offered(scope, make_group):
    outer, group, inner, other = (make_group(name) for name in ("Sales world", "Sales", "Sales inner", "Sales other"))
    nesting.nest(scope, outer.id, group.id)
    nesting.nest(scope, group.id, inner.id)

    assert [found.id for found in group_search.find_groups_to_add(scope, group, "sales")] == [other.id]


def test_a_deleted_group_leaves_nothing_behind(scope, make_group):
    outer, group, inner = make_group("A"), make_group("B"), make_group("C")
    nesting.nest(scope, outer.id, group.id)
    nesting.nest(scope, group.id, inner.id)

    groups.remove(scope, group.id)

    assert nesting.inner_groups(scope, outer) == []
    assert nesting.outer_groups(scope, inner) == []


def test_a_group_that_is_removed_while_it_comes_into_another_one_is_left_out(app, scope, make_group):
    pairs = [(make_group(f"Outer {number}"), make_group(f"Inner {number}")) for number in range(4)]
    db.session.close()

    def nesting_and_removing(outer, inner):
        return lambda: nesting.nest(scope, outer.id, inner.id), lambda: groups.remove(scope, inner.id)

    results = at_once(app, *[call for pair in pairs for call in nesting_and_removing(*pair)])

    assert {type(result) for result in results if isinstance(result, Exception)} <= {NotInAccount}
    assert not [inner for outer, _ in pairs for inner in nesting.inner_groups(scope, outer)]


def test_a_group_that_is_removed_while_it_is_taken_out_of_another_one_is_gone(app, scope, make_group):
    pairs = [(make_group(f"Outer {number}"), make_group(f"Inner {number}")) for number in range(4)]
    for outer, inner in pairs:
        nesting.nest(scope, outer.id, inner.id)
    db.session.close()

    def taking_out_and_removing(outer, inner):
        return lambda: nesting.unnest(scope, outer.id, inner.id), lambda: groups.remove(scope, inner.id)

    results = at_once(app, *[call for pair in pairs for call in taking_out_and_removing(*pair)])

    assert {type(result) for result in results if isinstance(result, Exception)} <= {NotInAccount}
    assert not [inner for outer, _ in pairs for inner in nesting.inner_groups(scope, outer)]
