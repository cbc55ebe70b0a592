"""SCIM tokens: draft, live, ended, revoked; known by digest only."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app
from sqlalchemy import update

from scimapp.database import db, let_go_of_driver, writing
from scimapp.directory.connection import connection, live_tokens, scim_tokens
from scimapp.directory.errors import InvalidValue, NotAllowed, NotInAccount, TokenNotUsable, TooManyTokens
from scimapp.directory.model import Account, ScimToken, User
from scimapp.directory.scope import person_scope
from tests.support.databases import only_sqlite


def test_a_token_answers_after_save_and_not_before(scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta")
    assert live_tokens.authenticate(secret) is None

    scim_tokens.save(scope, token.id)

    assert live_tokens.authenticate(secret).id == token.id


def test_only_a_digest_is_kept(scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)

    kept = [str(value) for value in vars(token).values()]

    assert not any(secret in value or secret[4:24] in value for value in kept)
    assert (token.prefix, token.last4) == (secret[:8], secret[-4:])


def test_secrets_have_a_shape_that_scanners_know_and_a_checksum(scope):
    _, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    mistyped = secret[:10] + ("A" if secret[10] != "A" else "B") + secret[11:]

    assert len(secret) == 53
    assert secret.startswith("scim")
    assert live_tokens.authenticate(mistyped) is None


@only_sqlite
@pytest.mark.parametrize("secret", [None, "", "scim", "x" * 53, "scim" + "é" * 49, "scim" + "A" * 49])
def test_what_cannot_be_a_token_is_nobodys(app, secret):
    assert live_tokens.authenticate(secret) is None


def test_a_token_ends_on_time(scope, clock):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", 30, activate=True)

    clock.advance(seconds=30 * 86_400 - 5)
    assert live_tokens.authenticate(secret)
    clock.advance(seconds=10)

    assert live_tokens.authenticate(secret) is None


def test_a_revoked_token_is_refused_at_once(scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)

    scim_tokens.revoke(scope, token.id)

    assert live_tokens.authenticate(secret) is None


def test_whatever_changes_about_a_token_acts_on_its_next_call(make_user, clock):
    maker = make_user(role="super_admin")
    scope = person_scope(maker)
    _, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)

    def told():
        token = live_tokens.authenticate(secret)
        return str(token.maker_role), token.is_paused, token.is_use_due, token.put_clears_extension

    assert told() == told() == ("super_admin", False, True, False)
    live_tokens.note_use(live_tokens.authenticate(secret), "203.0.113.8", "Okta", "asked")
    assert told() == told() == ("super_admin", False, False, False)
    clock.advance(seconds=61)
    assert told() == ("super_admin", False, True, False)
    connection.pause(scope)
    assert told() == ("super_admin", True, True, False)
    connection.resume(scope)
    with writing() as session:
        session.execute(update(User).where(User.id == maker.id).values(role="user_admin"))
        session.execute(update(Account).where(Account.id == scope.account_id).values(put_clears_extension=True))
    assert told() == ("user_admin", False, True, True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_token_is_read_again_once_somebody_has_written(scope, statements):
    _, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    written = update(Account).values(name=Account.name + ".")

    def reads():
        with statements() as log:
            assert live_tokens.authenticate(secret)
        return len(log)

    assert [reads(), reads(), reads()] == [1, 0, 0]
    with writing() as session:  # on the connection that reads
        session.execute(written)
    assert [reads(), reads()] == [1, 0]
    with db.engine.begin() as another:  # as another process does
        another.execute(written)
    assert [reads(), reads()] == [1, 0]
    let_go_of_driver()
    with ThreadPoolExecutor(1) as other:
        other.submit(write_elsewhere, current_app._get_current_object(), written).result()
    assert [reads(), reads()] == [1, 0]


def write_elsewhere(app, statement):
    with app.app_context(), writing() as session:
        session.execute(statement)


def test_what_is_not_committed_counts_inside_of_the_transaction_alone(scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    assert live_tokens.authenticate(secret)

    with pytest.raises(ZeroDivisionError), writing() as session:
        session.execute(update(ScimToken).where(ScimToken.id == token.id).values(state="revoked"))
        session.flush()
        assert live_tokens.authenticate(secret) is None
        1 / 0  # noqa: B018

    assert live_tokens.authenticate(secret)


def test_no_more_is_kept_of_tokens_than_fits(scope, monkeypatch):
    monkeypatch.setattr(live_tokens, "MOST_KEPT", 2)
    monkeypatch.setattr(live_tokens, "_kept", {})
    secrets = [scim_tokens.generate(scope, "Okta", "okta", activate=True)[1] for _ in range(4)]

    assert all(live_tokens.authenticate(secret) for secret in secrets * 2)
    assert len(live_tokens._kept) == 2


def test_a_draft_dies_with_the_next_one_and_after_half_an_hour(scope, clock):
    first, _ = scim_tokens.generate(scope, "One", "okta")
    second, _ = scim_tokens.generate(scope, "Two", "okta")
    with pytest.raises(NotInAccount):
        scim_tokens.save(scope, first.id)
    clock.advance(seconds=31 * 60)

    with pytest.raises(TokenNotUsable):
        scim_tokens.save(scope, second.id)


def test_a_dropped_draft_stays_useless(scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta")
    scim_tokens.drop(scope, token.id)

    with pytest.raises(NotInAccount):
        scim_tokens.save(scope, token.id)
    assert live_tokens.authenticate(secret) is None


def test_five_live_tokens_are_enough(scope):
    for number in range(5):
        scim_tokens.generate(scope, f"Token {number}", "okta", activate=True)

    with pytest.raises(TooManyTokens):
        scim_tokens.generate(scope, "Sixth", "okta", activate=True)


@only_sqlite
@pytest.mark.parametrize(("provider", "days"), [("keycloak", 365), ("okta", 0), ("okta", 366)])
def test_an_unknown_provider_or_life_is_refused(scope, provider, days):
    with pytest.raises(InvalidValue):
        scim_tokens.generate(scope, "Okta", provider, days)


def test_the_connection_waits_until_the_first_call(scope):
    assert connection.overview(scope).state == "off"
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    assert connection.overview(scope).state == "waiting"

    live_tokens.note_use(live_tokens.authenticate(secret), "203.0.113.8", "Okta SCIM Client 1.0.0", "asked for people")

    assert connection.overview(scope).state == "on"
    assert scim_tokens.get(scope, token.id).last_used_summary == "asked for people"


@only_sqlite
@pytest.mark.parametrize(("role", "allowed"), [("member", False), ("user_admin", True), ("super_admin", True)])
def test_who_may_make_a_token(make_user, role, allowed):
    by = person_scope(make_user(role=role))

    if allowed:
        assert isinstance(scim_tokens.generate(by, "Okta", "okta")[0], ScimToken)
    else:
        with pytest.raises(NotAllowed):
            scim_tokens.generate(by, "Okta", "okta")


def test_a_token_opens_nothing_but_provisioning(okta_scope):
    with pytest.raises(NotAllowed):
        scim_tokens.generate(okta_scope, "Okta", "okta")
