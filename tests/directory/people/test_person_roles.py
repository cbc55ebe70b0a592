"""Roles from the directory: off, up to User Admin, and taken away only where the directory gave them."""

import pytest

from scimapp.database import db
from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import InvalidValue, NotAllowed, SelfLockout
from scimapp.directory.groups import role_rules
from scimapp.directory.people import permitted, user_links, users
from scimapp.directory.people.person_roles import names_role
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.support.at_once import at_once

ADMIN = [{"value": "User Admin", "primary": True}]


@pytest.fixture
def on(scope):
    accounts.change_options(scope, directory_roles="user_admin")


@pytest.fixture
def sent(okta_scope):
    """A person whom Okta sends with roles."""

    def send(roles=ADMIN, **rest):
        return users.provision(okta_scope, UserDraft({"userName": "dee@corp.example", "roles": roles}, **rest))

    return send


def role_of(scope, row):
    return users.get(scope, row.id).role


@pytest.mark.parametrize("roles", [ADMIN, [{"value": "user_admin"}], [{"value": "x"}, {"value": "USERADMIN"}],
                                   [{"value": "00u1", "display": "User-Admin"}]])  # fmt: skip
def test_the_role_is_known_however_it_is_spelled(roles):
    assert names_role({"roles": roles})


@pytest.mark.parametrize("roles", [None, [], [{"value": "Super Admin"}], [{"value": "Account Owner"}],
                                   [{"value": "Admin"}], [{"type": "User Admin"}]])  # fmt: skip
def test_no_other_role_is_given(roles):
    assert not names_role({"roles": roles} if roles is not None else {})


def test_by_default_a_directory_gives_no_role(scope, sent):
    assert role_of(scope, sent()) == Role.MEMBER


def test_where_the_account_lets_it_the_directory_gives_and_takes_user_admin(on, scope, sent, okta_scope):
    row = sent()
    assert role_of(scope, row) == Role.USER_ADMIN
    epoch = users.get(scope, row.id).session_epoch

    users.update(okta_scope, row.id, UserChanges({"roles": None}))

    assert role_of(scope, row) == Role.MEMBER
    assert users.get(scope, row.id).session_epoch > epoch


def test_no_role_that_a_directory_gives_outlasts_the_end_of_all_of_them(app, on, scope, okta_scope, make_user):
    people = [make_user() for _ in range(8)]
    db.session.close()

    def giving(person):
        return lambda: users.update(okta_scope, person.id, UserChanges({"roles": ADMIN}))

    results = at_once(
        app, *map(giving, people), lambda: accounts.change_options(scope, directory_roles="never"), *map(giving, people)
    )

    assert not [result for result in results if isinstance(result, Exception)]
    found = [users.get(scope, person.id) for person in people]
    assert [(row.role, row.directory_role) for row in found] == [("member", None)] * len(people)


@pytest.mark.parametrize("role", ["user_admin", "super_admin"])
def test_what_was_given_by_hand_is_never_taken_away(on, scope, make_user, okta_scope, role):
    row = make_user(role=role)
    users.update(okta_scope, row.id, UserChanges({"roles": ADMIN}))

    users.update(okta_scope, row.id, UserChanges({"roles": None}))

    assert role_of(scope, row) == role


def test_a_role_that_was_sent_before_counts_from_the_next_update(scope, sent, okta_scope):
    row = sent()
    accounts.change_options(scope, directory_roles="user_admin")
    assert role_of(scope, row) == Role.MEMBER

    users.update(okta_scope, row.id, UserChanges({"title": "Chef"}))

    assert role_of(scope, row) == Role.USER_ADMIN


def test_switching_it_off_ends_the_roles_that_came_from_it(on, scope, sent, make_user):
    row, by_hand = sent(), make_user(role="user_admin")

    accounts.change_options(scope, directory_roles="never")

    assert (role_of(scope, row), role_of(scope, by_hand)) == (Role.MEMBER, Role.USER_ADMIN)


def test_a_token_whose_maker_is_no_administrator_any_more_neither_gives_nor_takes(
    on, scope, make_user, token_scope_for
):
    maker = make_user(role="user_admin")
    token = token_scope_for("okta", maker)
    kept = users.provision(token, UserDraft({"userName": "kept@corp.example", "roles": ADMIN}))
    users.update(scope, maker.id, UserChanges(role=Role.MEMBER))
    weak = type(token)(token.account_id, _weaker(token.actor), token.permissions)

    users.update(weak, kept.id, UserChanges({"title": "Chef"}))
    added = users.provision(weak, UserDraft({"userName": "new@corp.example", "roles": ADMIN}))

    assert (role_of(scope, kept), role_of(scope, added)) == (Role.USER_ADMIN, Role.MEMBER)


def test_a_group_rule_and_the_directory_give_side_by_side(on, scope, sent, make_group, okta_scope):
    row = sent()
    role_rules.set_rule(scope, make_group(members=[row]).id, Role.USER_ADMIN)

    users.update(okta_scope, row.id, UserChanges({"roles": None}))

    assert role_of(scope, row) == Role.USER_ADMIN


def test_the_end_of_a_group_rule_leaves_the_role_of_the_directory(on, scope, sent, make_group):
    row = sent()
    group = make_group(members=[row])
    role_rules.set_rule(scope, group.id, Role.USER_ADMIN)

    role_rules.remove_rule(scope, group.id)

    assert role_of(scope, row) == Role.USER_ADMIN


def test_who_was_removed_has_no_role_left(on, scope, sent, okta_scope):
    row = sent()

    users.remove(okta_scope, row.scim_id)

    kept = users.get(scope, row.id)
    assert (kept.role, kept.directory_role) == (Role.MEMBER, None)


def test_after_the_link_is_broken_the_role_is_ours_to_take_away(on, scope, sent):
    row = sent()
    user_links.unlink(scope, row.id)
    assert role_of(scope, row) == Role.USER_ADMIN

    users.update(scope, row.id, UserChanges(role=Role.MEMBER))

    assert role_of(scope, row) == Role.MEMBER


def test_nobody_makes_the_directorys_role_their_own_by_breaking_their_link(on, scope, sent, okta_scope):
    row = users.get(scope, sent().id)
    mine = person_scope(row)

    assert not permitted.may_unlink(mine, row)
    with pytest.raises(SelfLockout):
        user_links.unlink(mine, row.id)
    users.update(okta_scope, row.id, UserChanges({"roles": None}))

    assert role_of(scope, row) == Role.MEMBER
    assert permitted.may_unlink(scope, users.get(scope, row.id))


def test_the_owner_is_left_alone(on, scope, account, okta_scope):
    users.update(okta_scope, account.owner.id, UserChanges({"roles": ADMIN}))

    kept = users.get(scope, account.owner.id)
    assert (kept.role, kept.directory_role) == (Role.OWNER, None)


def test_nothing_of_it_is_left_after_erasing(on, scope, sent):
    row = sent()
    users.deactivate(scope, row.id)

    erasure.erase(scope, row.id)

    assert users.get(scope, row.id).directory_role is None


def test_only_who_rules_roles_lets_directories_give_them(scope, make_user):
    with pytest.raises(NotAllowed):
        accounts.change_options(person_scope(make_user(role="user_admin")), directory_roles="user_admin")
    with pytest.raises(InvalidValue):
        accounts.change_options(scope, directory_roles="super_admin")
    accounts.change_options(person_scope(make_user(role="super_admin")), directory_roles="user_admin")


def _weaker(actor):
    return type(actor)(actor.kind, actor.id, actor.label, Role.MEMBER, actor.provider, actor.connection_id)
