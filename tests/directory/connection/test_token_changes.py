"""Rotating, renaming and re-setting tokens; a pause; what a token may do when its maker loses a role."""

from datetime import UTC, datetime, timedelta

import pytest

from scimapp.directory import audit_log
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.connection import connection, live_tokens, scim_tokens, token_changes
from scimapp.directory.errors import AboveYourRole, InvalidValue, NotAllowed, TokenNotUsable, TooManyTokens
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope, token_scope

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 24, 23, 40, tzinfo=UTC)


def live(scope, label="Okta production"):
    return scim_tokens.generate(scope, label, "okta", activate=True)


@pytest.mark.parametrize(
    ("overlap", "now", "end"),
    [
        ("today", NOON, datetime(2026, 11, 25, tzinfo=UTC)),
        ("today", LATE, LATE + timedelta(hours=1)),
        ("day", NOON, NOON + timedelta(hours=24)),
        ("week", NOON, NOON + timedelta(days=7)),
    ],
)
def test_the_old_token_ends_as_planned(overlap, now, end):
    assert token_changes.ends(overlap, now) == end


def test_both_tokens_answer_until_the_old_one_ends(scope, clock):
    old, old_secret = live(scope)

    new, new_secret = token_changes.rotate(scope, old.id, "day", 90)

    assert (new.label, new.provider, new.connection_id) == (old.label, old.provider, old.connection_id)
    assert scim_tokens.get(scope, old.id).replaced_by_id == new.id
    assert live_tokens.authenticate(old_secret)
    assert live_tokens.authenticate(new_secret)
    clock.advance(hours=25)
    assert live_tokens.authenticate(old_secret) is None
    assert live_tokens.authenticate(new_secret)


def test_rotating_never_makes_the_old_token_live_longer(scope):
    old, _ = scim_tokens.generate(scope, "Short", "okta", 2, activate=True)
    end = old.expires_at

    token_changes.rotate(scope, old.id, "week")

    assert scim_tokens.get(scope, old.id).expires_at == end


def test_rotating_may_go_one_over_the_limit_and_no_further(scope):
    tokens = [live(scope, f"Token {number}")[0] for number in range(5)]
    token_changes.rotate(scope, tokens[0].id, "day")

    with pytest.raises(TooManyTokens, match="under way"):
        token_changes.rotate(scope, tokens[1].id, "day")
    scim_tokens.revoke(scope, tokens[0].id)
    assert token_changes.rotate(scope, tokens[1].id, "day")


def test_a_fifth_token_that_somebody_else_saved_meanwhile_counts(scope, make_user):
    for number in range(4):
        live(scope, f"Token {number}")
    mine, _ = scim_tokens.generate(scope, "Mine", "okta")
    live(person_scope(make_user(role="super_admin")), "Theirs")

    with pytest.raises(TooManyTokens):
        scim_tokens.save(scope, mine.id)


def test_only_a_token_that_works_is_rotated(scope):
    token, _ = live(scope)
    scim_tokens.revoke(scope, token.id)

    with pytest.raises(TokenNotUsable):
        token_changes.rotate(scope, token.id, "day")
    with pytest.raises(InvalidValue):
        token_changes.rotate(scope, token.id, "for ever")


def test_renaming_leaves_the_secret_alone_and_is_recorded(scope):
    token, secret = live(scope)

    for _ in range(2):  # the second changes nothing
        token_changes.rename(scope, token.id, "  Okta preview ")

    told = [entry for entry, _ in audit_log.of_target(scope, token.id, 9) if entry.event == "token renamed"]
    assert live_tokens.authenticate(secret).label == "Okta preview"
    assert [(entry.target_label, entry.changes) for entry in told] == [
        ("Okta preview", [{"field": "label", "before": "Okta production", "after": "Okta preview"}])
    ]
    with pytest.raises(InvalidValue, match="80"):
        token_changes.rename(scope, token.id, "x" * 81)


def test_another_preset_moves_an_unused_token_and_keeps_the_people_of_a_used_one(scope):
    unused, _ = live(scope, "New")
    used, secret = live(scope, "Old")
    live_tokens.note_use(live_tokens.authenticate(secret), None, "Okta SCIM Client 1.0.0", "asked for people")

    for token in (unused, used, used):  # the last one changes nothing
        token_changes.change_preset(scope, token.id, "entra")

    told = [
        entry.changes for entry, _ in audit_log.of_target(scope, used.id, 9) if entry.event == "token preset changed"
    ]
    assert told == [[{"field": "preset", "before": "okta", "after": "entra"}]]
    kept = [scim_tokens.get(scope, token.id) for token in (unused, used)]
    assert [(token.provider, token.connection_id) for token in kept] == [("entra", "entra"), ("entra", "okta")]
    with pytest.raises(InvalidValue):
        token_changes.change_preset(scope, used.id, "keycloak")


def test_ended_and_revoked_tokens_are_listed_for_90_days(scope, clock):
    ended, _ = scim_tokens.generate(scope, "Ended", "okta", 30, activate=True)
    revoked, _ = live(scope, "Revoked")
    scim_tokens.revoke(scope, revoked.id)

    def labels():
        return [token.label for token in scim_tokens.list_tokens(scope)]

    clock.advance(days=89)
    assert labels() == ["Revoked", "Ended"]
    clock.advance(days=2)
    assert labels() == ["Ended"]
    clock.advance(days=30)
    assert labels() == []


def test_a_pause_is_told_with_who_and_when_in_one_statement(scope, account, statements):
    live(scope)
    connection.pause(scope)
    connection.pause(scope)

    with statements() as log:
        overview = connection.overview(scope)

    assert len(log) == 1
    assert (overview.state, overview.paused_by) == ("paused", account.owner.display_name)
    for _ in range(2):  # the second changes nothing
        connection.resume(scope)
    assert connection.overview(scope).state == "waiting"
    told = [entry.event for entry, _ in audit_log.of_target(scope, scope.account_id, 9)]
    assert (told.count("SCIM paused"), told.count("SCIM resumed")) == (1, 1)


def test_a_pause_is_seen_by_the_look_up_of_a_token_in_one_statement(scope, statements):
    _, secret = live(scope)
    assert not live_tokens.authenticate(secret).is_paused
    connection.pause(scope)

    with statements() as log:
        token = live_tokens.authenticate(secret)

    assert (len(log), token.is_paused) == (1, True)


def test_members_and_tokens_cannot_pause(make_user, okta_scope):
    for by in (person_scope(make_user(role="member")), okta_scope):
        with pytest.raises(NotAllowed):
            connection.pause(by)


@pytest.mark.parametrize(
    ("made_as", "now", "ceiling"),
    [
        ("super_admin", "super_admin", "super_admin"),
        ("super_admin", "user_admin", "user_admin"),
        ("user_admin", "member", "member"),
        ("user_admin", "super_admin", "user_admin"),
    ],
)
def test_the_ceiling_follows_the_makers_present_role_downwards(scope, make_user, made_as, now, ceiling):
    maker = make_user(role=made_as)
    token, secret = live(person_scope(maker))

    users.update(scope, maker.id, UserChanges(role=Role(now)))

    assert live_tokens.authenticate(secret).maker_role == ceiling
    expected = {token.id: connection.Maker(Role(ceiling), is_inactive=False)} if ceiling != made_as else {}
    assert connection.makers(scope, scim_tokens.list_tokens(scope)) == expected


def test_a_token_outlives_its_maker(scope, make_user):
    maker = make_user(role="super_admin")
    _, secret = live(person_scope(maker))

    users.deactivate(scope, maker.id)

    assert live_tokens.authenticate(secret).maker_role is Role.SUPER_ADMIN


def test_a_token_whose_maker_is_a_member_now_changes_members_only(scope, make_user):
    maker = make_user(role="user_admin")
    _, secret = live(person_scope(maker))
    admin, member = make_user(role="user_admin"), make_user()
    users.update(scope, maker.id, UserChanges(role=Role.MEMBER))
    weak = token_scope(live_tokens.authenticate(secret))

    users.deactivate(weak, member.id)
    added = users.provision(weak, UserDraft({"userName": "new@corp.example"}))
    users.remove(weak, added.scim_id)

    for change in (users.deactivate, lambda by, user_id: users.remove(by, users.get(by, user_id).scim_id)):
        with pytest.raises(AboveYourRole):
            change(weak, admin.id)


def test_a_token_that_ends_soon_needs_a_look_until_there_is_another_one(scope, clock):
    row, _ = scim_tokens.generate(scope, "", "okta", activate=True)
    clock.advance(days=360)
    assert connection.overview(scope).needs_a_look

    token_changes.rotate(scope, row.id, "week")

    assert not connection.overview(scope).needs_a_look
