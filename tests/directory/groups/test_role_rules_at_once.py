"""Roles that come from groups, when several people change groups, members and rules at the same moment."""

from functools import partial
from itertools import pairwise

from scimapp.database import db
from scimapp.directory.changes import GroupChanges, UserChanges
from scimapp.directory.groups import groups, nesting, role_rules
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from tests.support.at_once import at_once


def role_of(scope, person):
    return users.get(scope, person.id).role


def test_a_role_by_hand_and_the_end_of_a_groups_role_at_the_same_moment_meet(app, scope, make_user, make_group):
    people = [make_user() for _ in range(6)]
    group = make_group("IT", people)
    role_rules.set_rule(scope, group.id, "user_admin")
    gone = GroupChanges(remove_ids=tuple(person.scim_id for person in people))
    db.session.close()

    def giving(person):
        return lambda: users.update(scope, person.id, UserChanges(role=Role.USER_ADMIN))

    results = at_once(app, lambda: groups.update(scope, group.id, gone), *[giving(person) for person in people])

    assert not [result for result in results if isinstance(result, Exception)]
    assert [role_of(scope, person) for person in people] == ["user_admin"] * 6


def test_who_leaves_two_groups_at_the_same_moment_keeps_the_role_of_neither(app, scope, make_user, make_group):
    people = [make_user() for _ in range(20)]
    both = [make_group(name, people) for name in ("IT", "Core")]
    for group in both:
        role_rules.set_rule(scope, group.id, "user_admin")
    gone = GroupChanges(remove_ids=tuple(person.scim_id for person in people))
    db.session.close()

    results = at_once(app, *[lambda group=group: groups.update(scope, group.id, gone) for group in both])

    assert not [result for result in results if isinstance(result, Exception)]
    assert {role_of(scope, person) for person in people} == {"member"}


def test_a_rule_and_a_new_member_at_the_same_moment_meet(app, scope, make_user, make_group):
    people = [make_user() for _ in range(6)]
    group = make_group("IT")
    db.session.close()

    def adding(person):
        return lambda: groups.update(scope, group.id, GroupChanges(add_ids=(person.scim_id,)))

    results = at_once(
        app, *[adding(person) for person in people], lambda: role_rules.set_rule(scope, group.id, "user_admin")
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert {role_of(scope, person) for person in people} == {"user_admin"}


def test_a_group_that_comes_into_one_with_a_rule_and_a_new_member_of_it_meet(app, scope, make_user, make_group):
    people = [make_user() for _ in range(6)]
    outer, inner = make_group("Admins"), make_group("IT")
    role_rules.set_rule(scope, outer.id, "user_admin")
    db.session.close()

    def adding(person):
        return lambda: groups.update(scope, inner.id, GroupChanges(add_ids=(person.scim_id,)))

    results = at_once(
        app, *map(adding, people[:3]), lambda: nesting.nest(scope, outer.id, inner.id), *map(adding, people[3:])
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert {role_of(scope, person) for person in people} == {"user_admin"}


def test_groups_that_come_into_each_other_at_the_same_moment_do_not_wait_for_each_other(
    app, scope, make_user, make_group
):
    """Postgres ends such a wait after a second by undoing one of them."""
    people, calls = [make_user() for _ in range(4)], []
    for number, person in enumerate(people):
        chain = [make_group(f"{name} {number}") for name in ("Admins", "IT", "Servers")]
        chain.append(make_group(f"Night {number}", [person]))
        role_rules.set_rule(scope, chain[0].id, "user_admin")
        calls += [partial(nesting.nest, scope, outer.id, inner.id) for outer, inner in pairwise(chain)]
    db.session.close()

    results = at_once(app, *calls)

    assert not [result for result in results if isinstance(result, Exception)]
    assert {role_of(scope, person) for person in people} == {"user_admin"}


def test_people_who_come_into_two_groups_with_rules_at_the_same_moment_make_nobody_wait(
    app, scope, make_user, make_group
):
    people = [make_user() for _ in range(3)]
    both, come = [make_group("Admins"), make_group("IT")], tuple(person.scim_id for person in people)
    for group in both:
        role_rules.set_rule(scope, group.id, "user_admin")
    db.session.close()

    results = at_once(app, *[partial(groups.update, scope, group.id, GroupChanges(add_ids=come)) for group in both * 3])

    assert not [result for result in results if isinstance(result, Exception)]
    assert {role_of(scope, person) for person in people} == {"user_admin"}
