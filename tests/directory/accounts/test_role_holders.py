"""Who has a role, strongest first, and where it comes from."""

from scimapp.directory.accounts import account_owner, role_holders
from scimapp.directory.changes import UserChanges
from scimapp.directory.groups import role_rules
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope


def found(scope, q=""):
    return [(item.user.display_name, item.role.value) for item in role_holders.find(scope, q).items]


def test_the_strongest_come_first_and_members_not_at_all(scope, make_user):
    make_user(given_name="Bo", family_name="Berg", role="user_admin")
    make_user(given_name="Ann", family_name="Aas", role="user_admin")
    make_user(given_name="Zoë", family_name="Zorn", role="super_admin")
    make_user()

    assert found(scope) == [
        ("Olive Owner", "owner"), ("Zoë Zorn", "super_admin"), ("Ann Aas", "user_admin"), ("Bo Berg", "user_admin"),
    ]  # fmt: skip
    assert found(scope, "aas") == [("Ann Aas", "user_admin")]


def test_each_says_who_gave_the_role(scope, account, make_user, make_group):
    added, raised, ruled = make_user(role="user_admin"), make_user(), make_user()
    users.update(scope, raised.id, UserChanges(role=Role.SUPER_ADMIN))
    role_rules.set_rule(scope, make_group("IT Service Desk", [ruled]).id, "user_admin")

    given = {item.user.id: (item.given_by, item.group) for item in role_holders.find(scope).items}

    assert given[added.id] == given[raised.id] == ("Olive Owner", None)
    assert given[ruled.id] == (None, "IT Service Desk")
    account_owner.transfer(scope, raised.id)
    heir = person_scope(users.get(scope, raised.id))
    owner = role_holders.find(heir).items[0]
    assert (owner.user.id, owner.given_by) == (raised.id, "Olive Owner")


def test_the_list_takes_the_same_number_of_statements_at_any_length(scope, make_user, make_group, statements):
    role_rules.set_rule(scope, make_group("Desk", [make_user()]).id, "user_admin")
    with statements() as few:
        role_holders.find(scope)
    for _ in range(6):
        make_user(role="user_admin")
    with statements() as many:
        role_holders.find(scope)

    assert len(few) == len(many) <= 7
