"""What happens at once: one winner, nobody lost, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.accounts import account_settings, accounts
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.changes import GroupChanges, GroupDraft, UserChanges, UserDraft
from scimapp.directory.errors import (
    DirectoryError,
    GroupNameTaken,
    InvitationNotUsable,
    LinkNotUsable,
    NoFreeSeat,
    UserNameTaken,
)
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups import group_search, groups
from scimapp.directory.links import email_changes, invitations, one_time_links, password_resets
from scimapp.directory.model import Invitation, OutboxMail
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from tests.support.at_once import at_once


def test_two_creates_of_one_user_name_have_one_winner(app, okta_scope):
    db.session.close()
    draft = UserDraft.from_form(given_name="Ann", email="ann@corp.example")

    results = at_once(app, *[lambda: users.provision(okta_scope, draft)] * 6)

    assert sum(not isinstance(result, DirectoryError) for result in results) == 1
    assert sum(isinstance(result, UserNameTaken) for result in results) == 5


def test_no_member_is_lost_when_many_add_at_once(app, okta_scope, scope, make_user):
    people = [make_user() for _ in range(8)]
    group = groups.create(okta_scope, GroupDraft("Sales"))
    db.session.close()

    def adding(person):
        return lambda: groups.update(okta_scope, group.id, GroupChanges(add_ids=(person.scim_id,)))

    results = at_once(app, *[adding(person) for person in people])

    assert not [result for result in results if isinstance(result, Exception)]
    assert groups.get(scope, group.id).member_count == 8
    assert group_search.find_members(scope, groups.get(scope, group.id)).total == 8


def test_somebody_who_is_removed_does_not_come_in_with_many(app, okta_scope, scope, make_user):
    people = [make_user() for _ in range(25)]
    draft = GroupDraft("Sales", member_ids=tuple(person.scim_id for person in people))
    db.session.close()

    at_once(
        app,
        *[lambda one=one: users.remove(okta_scope, one.scim_id) for one in people[:3]],
        *[lambda: groups.create(okta_scope, draft)] * 3,
    )

    found = group_search.find_groups(scope, group_search.GroupSearch(q="Sales")).items
    here = [person.id for person in people[3:]]
    assert len(found) == 3
    for group in found:
        assert sorted(one.id for one in group_search.find_members(scope, group, per_page=100).items) == sorted(here)
        assert group.member_count == 22


def test_no_option_is_lost_when_many_are_learnt_at_once(app, okta_scope, scope, make_field, make_user):
    make_field("site", "dropdown", choices=("Lyon",), unknown_choice="add")
    learnt = {f"Site {number}": make_user() for number in range(8)}
    before = accounts.get(scope.account_id).fields_version
    db.session.close()

    def sending(option, person):
        return lambda: users.update(okta_scope, person.id, UserChanges(custom={"site": option}))

    results = at_once(app, *[sending(option, person) for option, person in learnt.items()])

    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(custom_fields.get(scope, "site").choices) == ["Lyon", *learnt]
    assert accounts.get(scope.account_id).fields_version == before + len(learnt)


def test_an_invitation_is_accepted_once(app, okta_scope, scope):
    row = users.provision(okta_scope, UserDraft.from_form(given_name="Ann", email="ann@corp.example"))
    token = invitations.link_token(invitations.latest(scope, row))
    db.session.close()

    results = at_once(app, *[lambda: invitations.accept(token, "a hash")] * 4)

    assert sum(isinstance(result, InvitationNotUsable) for result in results) == 3


def asked_for_a_password(scope, make_user):
    person = make_user()
    return person, lambda: password_resets.send_to(person.email)


def asked_to_confirm_again(scope, make_user):
    person = make_user()
    users.update(scope, person.id, UserChanges(email="new@corp.example"))
    with unit_of_work(scope) as work:
        one_time_links.void_open(work, [person.seq], one_time_links.EMAIL)
    return person, lambda: email_changes.send_again_to(users.get(scope, person.id))


def asked_to_be_invited_again(scope, make_user):
    person = make_user(state="invited")
    with unit_of_work(scope) as work:
        db.session.execute(update(Invitation).values(created_at=work.now - timedelta(hours=1)))
    return person, lambda: invitations.renew(person.email)


@pytest.mark.parametrize("asks", [asked_for_a_password, asked_to_confirm_again, asked_to_be_invited_again])
def test_who_asks_for_a_link_many_times_at_once_gets_one(app, scope, make_user, asks):
    person, ask = asks(scope, make_user)
    mails = select(func.count()).select_from(OutboxMail).where(OutboxMail.user_seq == person.seq)
    before = db.session.scalar(mails)
    db.session.close()

    at_once(app, *[ask] * 6)

    assert db.session.scalar(mails) == before + 1


def test_that_there_is_no_seat_is_told_once_to_those_who_ask_at_once(app, scope, okta_scope):
    account_settings.change_security(scope, seat_limit=1)
    db.session.close()

    def coming(number):
        draft = UserDraft.from_form(given_name="Ann", email=f"ann{number}@corp.example")
        return lambda: users.provision(okta_scope, draft)

    results = at_once(app, *map(coming, range(6)))

    assert {type(result) for result in results} == {NoFreeSeat}
    assert len(audit_log.find(scope, AuditSearch(what="no free seat")).items) == 1


def test_a_link_for_a_new_password_is_used_once(app, scope, make_user):
    person = make_user()
    password_resets.request_for(scope, person.id)
    token = one_time_links.link_token(one_time_links.newest(scope, person, one_time_links.PASSWORD))
    db.session.close()

    results = at_once(app, *[lambda: password_resets.complete(token, "a hash")] * 4)

    assert sum(isinstance(result, LinkNotUsable) for result in results) == 3


def test_two_groups_of_one_name_have_one_winner_where_names_are_refused(app, token_scope_for):
    entra = token_scope_for("entra")
    db.session.close()

    results = at_once(app, *[lambda: groups.create(entra, GroupDraft("Sales"))] * 4)

    assert sum(isinstance(result, GroupNameTaken) for result in results) == 3
