"""What is kept for a while only: mails, links, sessions."""

import pytest
from sqlalchemy import func, select

from scimapp.database import db
from scimapp.directory.links import password_resets
from scimapp.directory.model import OneTimeLink, UserSession
from scimapp.directory.outbox import outbox, outbox_list
from scimapp.directory.sign_in import sessions
from scimapp.directory.sql.chunks import in_chunks
from scimapp.directory.upkeep import deletions, retention
from tests.support.mails import newest_mails


def rows(scope, model):
    db.session.close()
    return db.session.scalar(select(func.count()).where(model.account_id == scope.account_id))


def test_a_mail_goes_thirty_days_after_it_was_sent(scope, make_user, clock):
    make_user(state="invited")
    clock.advance(days=2)
    for leased in outbox.lease(limit=500):
        outbox.mark_sent(leased)
    clock.advance(days=29)
    retention.prune()
    assert len(newest_mails(scope).items) == 1
    clock.advance(days=2)

    assert retention.prune().mails >= 1

    assert newest_mails(scope).items == []


def test_what_waits_is_never_thrown_away(scope, make_user, clock):
    make_user(state="invited")
    clock.advance(days=400)

    retention.prune()

    assert [mail.state for mail in newest_mails(scope).items] == ["waiting"]


@pytest.mark.parametrize("days, left", [(29, 1), (33, 0)])
def test_links_and_sessions_go_thirty_days_after_their_end(scope, make_user, clock, days, left):
    person = make_user()
    sessions.start(person, None, "Firefox")
    password_resets.request_for(scope, person.id)
    clock.advance(days=days)

    retention.prune()

    assert (rows(scope, OneTimeLink), rows(scope, UserSession)) == (left, left)


@pytest.mark.parametrize("read", [2, 4, 100])
def test_pruning_in_parts_leaves_nothing_behind_and_deletes_few_rows_at_once(
    scope, make_user, clock, monkeypatch, statements, read
):
    monkeypatch.setattr(deletions, "CHUNK", 2)
    monkeypatch.setattr(deletions, "READ", read)
    for _ in range(5):
        person = make_user(state="invited")
        outbox_list.cancel(scope, _mail_of(scope, person).id)
        sessions.start(person, None, "Firefox")
    clock.advance(days=33)

    with statements() as sent:
        retention.prune()

    assert newest_mails(scope).items == []
    assert rows(scope, UserSession) == 0
    for table, column in (("outbox_mails", "seq"), ("user_sessions", "id_hash")):
        deletes = [each for each in sent if each.startswith(f"DELETE FROM {table}")]
        assert len(deletes) >= 3
        assert all(
            f"WHERE {table}.{column} IN" in each for each in deletes
        )  # by the account, SQLite would look through all


def test_a_failed_mail_that_is_tried_again_while_old_ones_are_deleted_stays(scope, make_user, clock, monkeypatch):
    """It was found a moment before, and went without being sent."""
    mail = _mail_of(scope, make_user(state="invited"))
    for leased in outbox.lease(limit=500):
        outbox.mark_failed(leased, "refused", None)
    clock.advance(days=33)

    def meanwhile(found, size):
        if mail.seq in found:
            outbox_list.retry(scope, mail.id)
        return in_chunks(found, size)

    monkeypatch.setattr(deletions, "in_chunks", meanwhile)
    retention.prune()

    assert [each.state for each in newest_mails(scope).items] == ["waiting"]


def _mail_of(scope, user):
    return next(mail for mail in newest_mails(scope).items if mail.user_seq == user.seq)
