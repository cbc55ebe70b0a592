"""``flask demo seed``: believable people in every state, the same ones each time, and a mail to nobody."""

from collections import Counter

import pytest

from scimapp.auth.passwords import is_right
from scimapp.cli.demo.company import DOMAIN, FIELDS, GROUPS, PUSHED_GROUPS, STRANGERS, UNSENT_FIELDS
from scimapp.cli.demo.people import people
from scimapp.directory import audit_log
from scimapp.directory.accounts import accounts
from scimapp.directory.calls import call_log, call_pulse, call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups import groups as directory_groups
from scimapp.directory.groups.group_search import GroupSearch, find_groups
from scimapp.directory.links import sent_invitations
from scimapp.directory.outbox import outbox_list
from scimapp.directory.people import users
from scimapp.directory.scope import server_scope
from scimapp.directory.sign_in import sign_in
from scimapp.directory.user_list.search import UserSearch, count_states, find_users
from scimapp.mail.delivery import deliver_due
from tests.support.databases import on_both, only_sqlite

FEW = "12"  # people: those with something to show, such as a mail that was refused


def seed(flask, *words, **options):
    return flask("demo", "seed", *words, "--json", **options)


def rows(account):
    return find_users(account.scope, UserSearch(per_page=200)).items


def test_an_empty_server_gets_an_account_to_sign_in_to(flask, empty_database, visitor):
    made = seed(flask).json

    scope = server_scope(made["account_id"])
    assert accounts.get(made["account_id"]).name == "Brightwater Foods"
    assert (made["people_added"], made["groups_added"], made["fields_added"]) == (60, 8, 6)
    assert [person["role"] for person in made["sign_ins"]] == ["Account Owner", "Super Admin", "User Admin", "Member"]
    assert made["sign_ins"][0]["email"] == f"mara.lindqvist@{DOMAIN}"
    for person in made["sign_ins"]:
        ((user, _),) = sign_in.candidates(person["email"])
        assert is_right(user.password_hash, made["password"])
    assert count_states(scope).people == 61


@on_both
def test_a_seeded_account_is_believable(flask, account, clock):
    told = seed(flask, "--account", account.id).json

    people_are_of_every_state_and_role(account)
    invitations_stand_open_and_expired(account, clock)
    people_have_a_past(account, clock)
    fields_and_groups_hold_values_and_members(account)
    a_directory_is_connected(account)
    the_log_tells_a_month_of_calls(account, clock, told["calls_added"])
    the_audit_log_tells_it_in_order(account)


def people_are_of_every_state_and_role(account):
    counts = count_states(account.scope)
    assert counts.people == 61
    assert counts.active > 30
    assert counts.invited >= 4
    assert counts.inactive >= 3
    found = Counter(row.user.role for row in rows(account))
    assert (found["owner"], found["super_admin"], found["user_admin"]) == (1, 2, 3)


def invitations_stand_open_and_expired(account, clock):
    invited = [row.user.seq for row in rows(account) if row.user.state == "invited"]
    words = {sent.word_at(clock.now()) for sent in sent_invitations.newest(account.scope, invited).values()}
    assert words == {"sent", "expired", "failed"}


def people_have_a_past(account, clock):
    made = [row.user for row in rows(account) if row.user.id != account.owner.id]
    ages = sorted((clock.now() - user.created_at).days for user in made)
    assert ages[0] < 7
    assert ages[-1] > 150
    assert all(user.last_sign_in_at > user.created_at for user in made if user.state == "active")
    assert all(user.deactivated_at <= clock.now() for user in made if user.state == "inactive")


def fields_and_groups_hold_values_and_members(account):
    fields = custom_fields.list_fields(account.scope)
    assert [field.field_id for field in fields] == [draft.field_id for draft in FIELDS]
    assert len({field.type for field in fields}) == 6
    filled = custom_fields.filled_counts(account.scope)
    assert all(filled[field.field_id_key] > 30 for field in fields)
    groups = find_groups(account.scope, GroupSearch(per_page=100)).items
    assert {group.display_name for group in groups} == set(GROUPS)
    assert all(group.member_count > 0 for group in groups)
    assert {group.source for group in groups} == {"demo"}


def a_directory_is_connected(account):
    people = [row.user for row in rows(account)]
    sources = Counter("Okta" if user.connection_id == "okta" else user.source for user in people)
    assert sources["Okta"] > sources["import"] > sources["demo"] > 0
    assert {field.field_id for field in custom_fields.list_fields(account.scope) if field.last_received_at} == {
        field.field_id for field in FIELDS
    } - UNSENT_FIELDS
    groups = find_groups(account.scope, GroupSearch(per_page=100)).items
    assert {group.display_name for group in groups if group.connection_id == "okta"} == PUSHED_GROUPS
    (warehouse,) = [group for group in groups if group.display_name == "Warehouse and transport"]
    (removed,) = [user for user in people if user.removed_at]
    skipped = [entry.value for entry in directory_groups.skipped_members(account.scope, warehouse)]
    assert skipped == [*STRANGERS["Warehouse and transport"], removed.id]
    (push, *_) = call_search.of_target(account.scope, warehouse.id, 1)
    assert push.at == warehouse.last_push_at
    assert push.warnings[0]["facts"]["count"] == len(skipped)


def the_log_tells_a_month_of_calls(account, clock, added):
    calls = call_search.find(account.scope, CallSearch(per_page=5_000)).items
    assert len(calls) == added > 300
    assert Counter(call.result for call in calls).keys() == {"answered", "warned", "failed"}
    assert {call.cause for call in calls if call.result == "failed"} >= {"taken", "owner", "value", "unknown_token"}
    assert [call.at for call in calls] == sorted((call.at for call in calls), reverse=True)
    assert (clock.now() - calls[0].at).total_seconds() < 600
    assert (clock.now() - calls[-1].at).days >= 27
    pulse = call_pulse.pulse(account.scope)
    assert pulse.last.target_kind == "person"
    assert sum(hour.failed for hour in call_pulse.hours(account.scope, 30)) > 40  # one of them stands for many
    refused = [call for call in calls if call.operation == "deactivate" and call.result == "failed"]
    assert {call.target_label for call in refused} == {account.owner.display_name}


def the_audit_log_tells_it_in_order(account):
    told = [entry for entry, _ in audit_log.export(account.scope, audit_log.AuditSearch(who="Demo"))]
    moments = [entry.at for entry in told]
    assert moments == sorted(moments, reverse=True)
    assert {entry.target_kind for entry in told} >= {"person", "group", "custom field", "token"}


@only_sqlite
def test_the_calls_of_a_demo_are_told_once_and_never_beside_real_ones(flask, account, scim):
    scim.get("/Users")
    call_log.flush()

    assert seed(flask, "--account", account.id, "--people", FEW).json["calls_added"] == 0
    assert {row.user.connection_id for row in rows(account)} == {None}


@only_sqlite
def test_a_demo_never_mails_anybody(flask, app_with, account, smtp_sink, clock):
    sending = app_with(mail_url=smtp_sink.url)

    seed(flask, "--account", account.id, "--people", FEW, on=sending)

    assert outbox_list.waiting_count(account.scope) == {
        "waiting": 0,
        "failed": 1,
    }  # a mail that was refused, as it is told
    assert deliver_due(sending).sent == 0
    clock.advance(days=3)
    assert deliver_due(sending).sent == 0
    assert smtp_sink.messages == []
    addresses = {row.user.email for row in rows(account)} - {account.owner.email}
    assert all(address.endswith("@brightwater.example") for address in addresses)


@only_sqlite
def test_running_it_again_adds_nothing(flask, account):
    seed(flask, "--account", account.id, "--people", FEW)

    again = flask("demo", "seed", "--account", account.id, "--people", FEW)
    told = seed(flask, "--account", account.id, "--people", FEW).json

    assert again.out == f"Acme ({account.id})\nEverything is here already; nothing was added.\n"
    assert (told["people_added"], told["sign_ins"], told["password"]) == (0, [], None)
    assert count_states(account.scope).people == 13


@on_both
def test_asking_for_more_adds_the_rest(flask, account):
    seed(flask, "--account", account.id, "--people", FEW)
    before = {row.user.email for row in rows(account)}

    more = seed(flask, "--account", account.id, "--people", "14").json

    after = {row.user.email for row in rows(account)}
    assert (more["people_added"], more["groups_added"], more["fields_added"]) == (2, 0, 0)
    assert before < after
    assert len(after) == 15


@only_sqlite
def test_a_person_whom_somebody_added_by_hand_is_left_alone(flask, account, make_user):
    by_hand = make_user(email=f"ingrid.halvorsen@{DOMAIN}", given_name="Another")

    added = seed(flask, "--account", account.id, "--people", FEW).json

    assert added["people_added"] == 11
    assert users.get(account.scope, by_hand.id).given_name == "Another"


@only_sqlite
def test_a_field_of_the_same_name_is_left_alone(flask, account, make_field):
    make_field("site", "dropdown", choices=["Moon"])

    assert seed(flask, "--account", account.id, "--people", FEW).code == 0

    assert custom_fields.get(account.scope, "site").choices == ["Moon"]
    assert custom_fields.filled_counts(account.scope).get("site", 0) == 0


def test_a_group_of_the_same_name_is_left_alone(flask, account, make_group):
    make_group("field Sales")

    made = seed(flask, "--account", account.id, "--people", FEW).json

    assert (made["people_added"], made["groups_added"]) == (12, 7)
    (ours,) = find_groups(account.scope, GroupSearch(q="field sales")).items
    assert ours.member_count == 0


def test_a_password_of_ones_own_may_be_given(flask, account):
    made = seed(
        flask, "--account", account.id, "--people", "5", "--password-stdin", typed="a long walk over the hill\n"
    )

    assert made.json["password"] == "a long walk over the hill"


@pytest.mark.parametrize("words, complaint", [
    (("--people", "0"), "0 is not in the range"),
    (("--people", "many"), "'many' is not a valid integer"),
    (("--account", "AcNobody"), "This account does not exist here."),
])  # fmt: skip
def test_bad_input_is_one_line(flask, account, words, complaint):
    refused = seed(flask, *words)

    assert (refused.code, refused.out) == (2, "")
    assert complaint in refused.err
    assert refused.err.count("\n") == 1


def test_the_same_seed_gives_the_same_people():
    assert people(200) == people(200)
    assert people(200)[:60] == people(60)
    assert people(60, seed=2) != people(60)


def test_two_thousand_people_have_two_thousand_addresses():
    addresses = [person.email for person in people(2_000)]

    assert len(set(addresses)) == 2_000
    assert all(address.isascii() and " " not in address for address in addresses)
    assert all(address.islower() for address in addresses)
