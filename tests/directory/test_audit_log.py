"""Reading the audit log: filters, paging by place, and what is shown to stronger roles alone."""

import pytest

from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.changes import GroupDraft, UserChanges
from scimapp.directory.errors import NotAllowed, NotInAccount
from scimapp.directory.groups import groups
from scimapp.directory.people import personal_data, users
from scimapp.directory.scope import person_scope


def found(scope, **search):
    return [entry.event for entry in audit_log.find(scope, AuditSearch(**search)).items]


def test_entries_are_found_by_who_what_and_about_whom(okta_scope, scope, make_user):
    person = make_user(given_name="Ann", family_name="Berg")
    groups.create(okta_scope, GroupDraft("Sales", member_ids=(person.scim_id,)))
    users.update(scope, person.id, UserChanges(core={"title": "Buyer"}))

    assert found(scope, who="okta") == ["members changed", "group created"]
    assert set(found(scope, what="group")) == {"members changed", "group created"}
    assert found(scope, target="ann berg", what="person")[0] == "person changed"
    assert found(scope, target="NN BERG", what="person")[0] == "person changed"
    assert found(scope, target=person.id)[0] == "person changed"
    assert found(scope, target="100%") == []
    assert found(scope, since=audit_log.since_days(1)) != []


def test_pages_go_on_where_the_last_one_ended(scope, make_user):
    for _ in range(7):
        make_user(state="invited")

    first = audit_log.find(scope, AuditSearch(per_page=5))
    rest = [entry.seq for entry in audit_log.find(scope, AuditSearch(per_page=500, before=first.older)).items]

    assert len(first.items) == 5
    assert max(rest) < min(entry.seq for entry in first.items)
    assert audit_log.find(scope, AuditSearch(per_page=500)).older is None


def test_what_super_admins_change_is_veiled_for_user_admins(account, scope, make_user):
    person = make_user()
    admin = person_scope(make_user(role="user_admin"))
    users.update(scope, person.id, UserChanges(core={"title": "Secret title"}))
    users.update(admin, person.id, UserChanges(core={"title": "Open title"}))

    page = audit_log.find(admin, AuditSearch(what="person changed"))

    assert [entry.seq in page.veiled for entry in page.items] == [False, True]
    assert audit_log.find(scope, AuditSearch()).veiled == frozenset()
    assert list(audit_log.export(admin, AuditSearch(what="person changed")))[1][1]
    told, own = (personal_data.of(reader, person.id)["record"] for reader in (admin, person_scope(person)))
    assert [entry["changes"] is None for entry in told][:2] == [False, True]
    assert None not in [entry["changes"] for entry in own]


def test_members_and_other_accounts_read_nothing(account, scope, make_user, make_account):
    theirs = make_account()
    entry = audit_log.find(theirs.scope, AuditSearch()).items[0]

    with pytest.raises(NotInAccount):
        audit_log.get(scope, entry.seq)
    with pytest.raises(NotAllowed):
        audit_log.find(person_scope(make_user()), AuditSearch())
