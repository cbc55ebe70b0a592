"""What screens offer to do to a person is what the directory then does; the rest it refuses, or it changes nothing."""

import itertools

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import DirectoryError
from scimapp.directory.links import invitations, password_resets
from scimapp.directory.people import permitted, user_links, users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.support.databases import only_sqlite

pytestmark = only_sqlite  # each of these actions has tests of its own
_names = itertools.count()
ACTIONS = (
    (permitted.may_edit, lambda scope, id_: users.update(scope, id_, UserChanges({"nickName": f"No. {next(_names)}"}))),
    (permitted.may_invite, invitations.resend),
    (permitted.may_reveal_link, invitations.reveal_link),
    (permitted.may_reset_password, password_resets.request_for),
    (permitted.may_unlink, user_links.unlink),
    (permitted.may_deactivate, users.deactivate),
    (permitted.may_activate, users.activate),
    (permitted.may_deactivate, users.deactivate),
    (permitted.may_erase, erasure.erase),
)
PEOPLE = [(role, state) for role in ("member", "super_admin") for state in ("active", "invited", "inactive")]


@pytest.fixture
def people(account, make_user):
    """``people()``: somebody of each role, in each state, sent by a directory and erased."""

    def make():
        sent = account.scim().post("/Users", {"userName": "tobias@acme.example", "title": "Sales Lead"}).json["id"]
        gone = make_user(state="inactive")
        erasure.erase(account.scope, gone.id)
        return [make_user(*each).id for each in PEOPLE] + [account.owner.id, sent, gone.id]

    return make


@pytest.mark.parametrize("role", ["user_admin", "super_admin", "owner"])
def test_what_is_offered_is_done_and_nothing_else(people, make_user, role):
    actor = make_user(role=role)
    scope = person_scope(actor)

    for user_id in [*people(), actor.id]:
        for is_offered, act in ACTIONS:
            before = users.get(scope, user_id)
            offered, was = bool(is_offered(scope, before)), (before.version, before.active, before.erased_at)
            assert offered is _is_done(scope, act, user_id, was), (is_offered.__name__, before.role, before.state)


def _is_done(scope, act, user_id, was):
    try:
        act(scope, user_id)
    except DirectoryError:
        return False
    after = users.get(scope, user_id)
    is_mail = act in (invitations.resend, invitations.reveal_link, password_resets.request_for)
    return is_mail or (after.version, after.active, after.erased_at) != was


@pytest.mark.parametrize("role", ["user_admin", "super_admin", "owner"])
def test_the_roles_that_are_offered_can_be_given_and_no_others(people, make_user, role):
    actor = make_user(role=role)
    scope = person_scope(actor)

    for user_id in [*people(), actor.id]:
        row = users.get(scope, user_id)
        offered = permitted.roles_for(scope, row)
        for wanted in set(Role) - {Role(row.role)}:
            try:
                users.update(scope, user_id, UserChanges(role=wanted))
                users.update(scope, user_id, UserChanges(role=Role(row.given_role)))
                is_given = True
            except DirectoryError:
                is_given = False
            assert is_given is (wanted in offered), (wanted, row.role, row.state)
