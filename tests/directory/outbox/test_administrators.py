"""Whom a mail about the account goes to: the owner and those who may change what it is about, where mail reaches them."""

from scimapp.directory.changes import UserChanges
from scimapp.directory.outbox import administrators
from scimapp.directory.people import users
from scimapp.directory.roles import Permission


def told(scope):
    return [row.id for row in administrators.able(scope, Permission.CONFIGURE_SCIM)]


def test_nobody_is_told_at_an_address_that_they_have_yet_to_confirm(account, scope, make_user):
    ann, bo = make_user(role="super_admin"), make_user(role="super_admin")
    assert set(told(scope)) == {account.owner.id, ann.id, bo.id}

    users.update(scope, ann.id, UserChanges(email="ann@elsewhere.example"))

    assert told(scope) == [account.owner.id, bo.id]


def test_only_so_many_are_told_the_owner_among_them(account, scope, make_user, monkeypatch):
    monkeypatch.setattr(administrators, "AT_MOST", 3)
    for _ in range(4):
        make_user(role="super_admin")

    assert len(told(scope)) == 3
    assert told(scope)[0] == account.owner.id
