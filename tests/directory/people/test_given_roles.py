"""Which role somebody new may be given, by who adds them: the directory decides, whatever a form offered."""

import pytest

from scimapp.directory.changes import UserDraft
from scimapp.directory.errors import AboveYourRole, NotAllowed
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list import search
from scimapp.directory.user_list.search import UserSearch
from tests.support.databases import only_sqlite

MEMBER, USER_ADMIN, SUPER_ADMIN, OWNER = Role
GIVES = {
    USER_ADMIN: {MEMBER, USER_ADMIN},
    SUPER_ADMIN: {MEMBER, USER_ADMIN, SUPER_ADMIN},
    OWNER: {MEMBER, USER_ADMIN, SUPER_ADMIN},
}


def newcomer(role):
    name = f"{role}@corp.example"
    return UserDraft({"userName": name, "emails": [{"value": name, "primary": True}]}, role=role, invite=False)


@only_sqlite
@pytest.mark.parametrize("giver", GIVES)
def test_nobody_adds_somebody_with_a_role_above_what_they_may_give(scope, make_user, giver):
    by = person_scope(make_user(role=giver))
    refused = [role for role in Role if role not in GIVES[giver]]

    for role in refused:
        with pytest.raises(AboveYourRole):
            users.provision(by, newcomer(role))
    added = {users.provision(by, newcomer(role)).role for role in GIVES[giver]}

    assert added == GIVES[giver]
    assert [search.find_users(scope, UserSearch(q=f"{role}@corp.example")).total for role in refused] == [0] * len(
        refused
    )


@only_sqlite
@pytest.mark.parametrize("role", [role for role in Role if role is not MEMBER])
def test_a_directory_adds_members_only(okta_scope, role):
    """Beside what ``directory_roles`` lets it give by an attribute."""
    with pytest.raises(NotAllowed, match="creates Members only"):
        users.provision(okta_scope, newcomer(role))
