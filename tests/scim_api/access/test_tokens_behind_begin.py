"""A call that may write is let in with what its token was, and the database tells behind BEGIN whether it still is that.

What only Postgres does, to which all of it goes in one trip, is in ``test_writing_ahead``.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from scimapp.database import db, transactions
from scimapp.database.sqlite import unchanged
from scimapp.directory import clock
from scimapp.directory.connection import scim_tokens
from scimapp.directory.model import Account, ScimToken
from scimapp.scim_api import front
from scimapp.scim_api.access.shared_buckets import SharedBuckets
from tests.scim_api.bodies import assert_error
from tests.scim_api.call_log.kept_calls import bodies, last
from tests.support.databases import on_both, only_sqlite

from .kinds_of_change import KINDS, changes, is_added, stored


@pytest.fixture
def ann(scim, make_user):
    """Whom the token has changed before: its use is noted, and it is known."""
    ann = make_user(email="ann@acme.example", role="user_admin")
    for number in range(3):
        assert scim.patch(f"/Users/{ann.scim_id}", replace={"title": f"Title {number}"}).status_code == 200
    return ann


@pytest.fixture
def begun(monkeypatch):
    """Grows with each transaction that writes, on SQLite."""
    counted, begin = [], transactions._begin_sqlite
    monkeypatch.setattr(transactions, "_begin_sqlite", lambda *given: counted.append(1) or begin(*given))
    return counted


def end(account, ending, monkeypatch):
    """What ends the token of an account, on a connection of its own, as another process does it."""
    of_token, of_account = update(ScimToken).where(ScimToken.account_id == account.id), update(Account)
    change = {
        "revoked": of_token.values(state="revoked", revoked_at=clock.now()),
        "expired": None,
        "paused": of_account.where(Account.id == account.id).values(scim_paused_at=clock.now()),
        "weaker": of_token.values(maker_role="member"),
        "renamed": of_token.values(label="Another"),
    }[ending]
    if change is None:
        later = clock.now() + timedelta(days=800)
        monkeypatch.setattr(clock, "now", lambda: later)
        return
    with db.engine.begin() as other:
        other.execute(change)


@pytest.fixture
def races(account, monkeypatch):
    """``races(ending)``: the token ends so after the next call was let in, and before it does anything."""

    def arrange(ending):
        let_in, endings = front.let_in, iter([ending])

        def ended(*given):
            let_in(*given)
            for one in endings:  # the first time
                end(account, one, monkeypatch)

        monkeypatch.setattr(front, "let_in", ended)

    return arrange


def assert_changes_nothing(scim, ann, kind, status):
    before = stored(ann)

    answer = changes(scim, ann)[kind]()

    assert_error(answer, status)
    assert stored(ann) == before
    assert not is_added()
    again = changes(scim, ann)[kind]()
    assert (again.status_code, again.text) == (status, answer.text)  # as it is told without any race
    assert again.headers.get("WWW-Authenticate") == answer.headers.get("WWW-Authenticate")


@on_both
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending, status", [("revoked", 401), ("paused", 503)])
def test_what_ends_a_token_after_a_call_was_let_in_changes_nothing(scim, ann, races, kind, ending, status):
    races(ending)

    assert_changes_nothing(scim, ann, kind, status)


@on_both
def test_the_log_keeps_nothing_of_what_a_revoked_token_sent(account, scim, ann, races):
    races("revoked")

    assert_error(changes(scim, ann)["PATCH"](), 401)

    refused = last(account)
    assert (refused.status, refused.cause) == (401, "revoked_token")
    assert not bodies(account, refused).request


@on_both
@pytest.mark.parametrize("ending", ["renamed", "revoked"])
def test_a_call_that_is_made_again_is_counted_once(app, scim, ann, races, monkeypatch, ending):
    """It took two of the calls that the token may make."""
    counted, buckets = [], SharedBuckets(1, 9)
    monkeypatch.setattr(buckets, "seconds_to_wait", lambda key: counted.append(key) or 0)
    monkeypatch.setattr(app.extensions["scimapp.scim_limits"], "calls", buckets)
    races(ending)

    changes(scim, ann)["PATCH"]()

    assert len(counted) == 1


@only_sqlite
@pytest.mark.parametrize("kind", ["POST", "PATCH", "Bulk"])
def test_a_token_that_expires_while_a_call_waits_to_write_changes_nothing(scim, ann, races, kind):
    races("expired")

    assert_changes_nothing(scim, ann, kind, 401)


@only_sqlite
@pytest.mark.parametrize("ending, status", [("revoked", 401), ("expired", 401), ("paused", 503)])
def test_a_call_that_has_read_is_asked_again_once_it_waits_to_write(account, scim, ann, monkeypatch, ending, status):
    """A DELETE with If-Match reads the version first."""
    before, begin, endings = stored(ann), transactions._begin_sqlite, iter([ending])

    def ended_meanwhile(*given):
        for one in endings:  # the first time
            end(account, one, monkeypatch)
        begin(*given)

    monkeypatch.setattr(transactions, "_begin_sqlite", ended_meanwhile)
    answer = scim.delete(f"/Users/{ann.scim_id}", headers={"If-Match": f'W/"{before[1]}"'})

    assert_error(answer, status)
    assert stored(ann) == before


@on_both
def test_a_call_has_the_rights_that_its_token_has_when_it_writes(scim, ann, races):
    races("weaker")

    assert_changes_nothing(scim, ann, "DELETE", 403)


@on_both
def test_a_token_that_became_another_meanwhile_changes_once(scim, ann, races):
    races("renamed")
    _, version, _ = stored(ann)

    assert scim.patch(f"/Users/{ann.scim_id}", replace={"title": "Other"}).status_code == 200

    assert stored(ann)[:2] == ("Other", version + 1)


@only_sqlite
def test_the_token_is_looked_up_once_and_behind_begin(scim, ann, monkeypatch):
    asked = []
    for module in (transactions, unchanged):
        run = module.run
        monkeypatch.setattr(
            module, "run", lambda text, *given, run=run, **named: asked.append(text) or run(text, *given, **named)
        )

    assert scim.patch(f"/Users/{ann.scim_id}", replace={"title": "Other"}).status_code == 200

    assert asked == ["BEGIN IMMEDIATE", unchanged.VERSION, "COMMIT"]  # COMMIT needs the number as well


@only_sqlite
def test_nobody_with_a_wrong_token_takes_the_lock_and_one_that_has_ended_takes_it_once(scim, ann, scope, begun):
    stranger = scim.with_token("scim" + "x" * 49)
    for _ in range(3):
        assert_error(changes(stranger, ann)["PATCH"](), 401)
    assert not begun

    scim_tokens.revoke(scope, scim_tokens.list_tokens(scope)[0].id)
    begun.clear()
    for _ in range(3):
        assert_error(changes(scim, ann)["PATCH"](), 401)
    assert len(begun) == 1


@only_sqlite
def test_a_call_of_another_account_takes_no_lock(scim, ann, other_account, begun):
    stranger = other_account.scim().with_token(scim.token)
    begun.clear()

    assert_error(changes(stranger, ann)["PATCH"](), 401)

    assert not begun


@only_sqlite
@pytest.mark.parametrize("ending, status", [(None, 503), ("revoked", 401), ("paused", 503)])
def test_while_somebody_else_keeps_the_lock_only_a_token_in_order_is_told_so(
    account, scim, ann, monkeypatch, ending, status
):
    if ending:
        end(account, ending, monkeypatch)
    monkeypatch.setattr(transactions._sqlite_queue, "patience", lambda _is_note: 0.01)
    with db.engine.connect() as other:
        other.execute(text("UPDATE counters SET value = value"))
        answer = changes(scim, ann)["PATCH"]()

    assert_error(answer, status)
    assert ("paused" in answer.text) is (ending == "paused")
