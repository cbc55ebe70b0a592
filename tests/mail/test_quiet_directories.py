"""When a directory has gone quiet: those who may configure SCIM get one mail for each silence that no long weekend explains."""

import pytest
from sqlalchemy import update

from scimapp.database import writing
from scimapp.directory.calls import call_log, call_pulse
from scimapp.directory.connection import connection, quiet_directories, scim_tokens
from scimapp.directory.connection.quiet_directories import TELL_AFTER
from scimapp.directory.model import ScimToken
from scimapp.directory.upkeep import restored
from tests.support.databases import on_both


@pytest.fixture
def directory(account, clock):
    """``directory(times, hours_between=1)`` calls so often, and rests as long after the last call."""
    with writing() as session:  # no token of an account that another test left
        session.execute(update(ScimToken).values(state="revoked"))
    client = account.scim("okta")

    def calls(times, hours_between=1):
        for _ in range(times):
            client.get("/Users")
            call_log.flush()
            clock.advance(hours=hours_between)

    return calls


@pytest.fixture
def told(mails):
    """``told()`` looks for quiet directories and reads who was written to, ever."""

    def look():
        quiet_directories.tell()
        return [mail.to_address for mail in mails() if mail.kind == quiet_directories.MAIL]

    return look


def test_a_silence_is_told_of_once_to_those_who_may_configure_scim(directory, told, account, make_user, clock):
    admin = make_user(role="user_admin")
    make_user()
    directory(7)
    clock.advance(days=TELL_AFTER.days, hours=-2)
    assert told() == []

    clock.advance(hours=1)
    both = {account.owner.email, admin.email}
    assert set(told()) == both
    clock.advance(hours=24)
    assert len(told()) == 2

    directory(1)
    assert len(told()) == 2
    clock.advance(days=TELL_AFTER.days)
    assert len(told()) == 4
    assert "Scheduled check told the administrators that the directory" in account.screens()("/audit?what=token").text


def test_a_silence_that_is_usual_is_none(directory, told, clock):
    directory(7, hours_between=24)

    clock.advance(days=8)

    assert told() == []


@on_both
@pytest.mark.parametrize("change", ["pause", "revoke", "never used"])
def test_who_wants_no_calls_is_not_told_that_there_are_none(directory, told, scope, clock, change):
    if change == "never used":
        scim_tokens.generate(scope, "Another", "okta", activate=True)
    else:
        directory(7)
    if change == "pause":
        connection.pause(scope)
    elif change == "revoke":
        for token in scim_tokens.list_tokens(scope):
            scim_tokens.revoke(scope, token.id)

    clock.advance(days=TELL_AFTER.days)

    assert told() == []


def test_a_directory_is_told_of_although_another_one_of_the_account_calls(
    directory, told, account, scope, mails, clock
):
    entra = account.scim("entra")
    providers = {token.id: token.provider for token in scim_tokens.list_tokens(scope)}

    def about():
        return [providers[mail.token_id] for mail in mails() if mail.kind == quiet_directories.MAIL]

    directory(7)
    for _ in range(TELL_AFTER.days * 24):
        assert entra.get("/Users").status_code == 200
        clock.advance(hours=1)
    call_log.flush()

    assert told() == [account.owner.email]
    assert about() == ["okta"]
    clock.advance(days=TELL_AFTER.days)
    assert told() == [account.owner.email] * 2
    assert about() == ["okta", "entra"]
    clock.advance(days=1)
    assert len(told()) == 2


def test_another_token_of_a_directory_goes_on_for_it(directory, told, scope, account, clock):
    directory(7)
    (old,) = [token for token in scim_tokens.list_tokens(scope) if token.state == "active"]
    new = account.scim("okta")
    for _ in range(TELL_AFTER.days * 24):
        assert new.get("/Users").status_code == 200
        clock.advance(hours=1)
    call_log.flush()

    assert scim_tokens.is_live(old)
    assert told() == []


@on_both
def test_a_directory_that_calls_much_at_a_time_is_told_of_by_the_hours_of_all(
    directory, told, account, clock, monkeypatch
):
    monkeypatch.setattr(call_pulse, "LOOKED_THROUGH", 3)
    directory(7)

    clock.advance(days=TELL_AFTER.days)

    assert told() == [account.owner.email]


def test_the_silence_of_a_backup_is_told_of_to_nobody(directory, told, mails, clock):
    directory(7)
    clock.advance(days=TELL_AFTER.days)

    restored.settle()
    told()

    assert {mail.state for mail in mails() if mail.kind == quiet_directories.MAIL} == {"cancelled"}
