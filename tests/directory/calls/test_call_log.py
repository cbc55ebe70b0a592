"""The provisioning log behind the screens: what is written of a call, in batches, and how long it is kept."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from scimapp import request_log
from scimapp.database import committed, db
from scimapp.directory import clock as time
from scimapp.directory.accounts import account_settings
from scimapp.directory.calls import call_buffer, call_log, call_pulse, call_retention, call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.model import ScimCall, ScimCallBody, ScimCallHour
from tests.support.pending_calls import kept, pending


def test_batches_are_written_whole_in_their_order(account, scope):
    for number in range(450):
        call_buffer.buffer().put(pending(account, f"r{number:03}"))

    assert call_log.flush() == 450
    assert kept(scope) == [f"r{number:03}" for number in reversed(range(450))]
    assert call_log.flush() == 0


def test_what_comes_while_the_log_is_written_waits_for_the_next_time(account, scope):
    def describe():
        call_buffer.buffer().put(pending(account, "second"))
        return pending(account).describe()

    call_buffer.buffer().put(pending(account, "first", describe=describe))

    assert call_log.flush() == 1
    assert kept(scope) == ["first"]
    assert call_log.flush() == 1
    assert kept(scope) == ["second", "first"]


@pytest.mark.parametrize("is_waited_for, transactions", [(False, 1), (True, 3)])
def test_whoever_waits_to_write_goes_before_the_rest_of_a_batch(
    account, scope, monkeypatch, is_waited_for, transactions
):
    monkeypatch.setattr(call_log, "is_waited_for", lambda: is_waited_for)
    for number in range(3 * call_log.PIECE):
        call_buffer.buffer().put(pending(account, f"r{number:03}"))

    before = committed()
    written = call_log.flush()

    assert committed() - before == transactions
    assert written == 3 * call_log.PIECE
    assert kept(scope) == [f"r{number:03}" for number in reversed(range(written))]


def test_an_odd_call_behind_what_is_written_doubles_nothing(account, scope, monkeypatch):
    monkeypatch.setattr(call_log, "is_waited_for", lambda: True)
    total, odd = 3 * call_log.PIECE, call_log.PIECE + 7
    for number in range(total):
        status = None if number == odd else 200  # None is refused by the database
        call_buffer.buffer().put(pending(account, f"r{number:03}", status=status))

    assert call_log.flush() == total - 1
    assert kept(scope) == [f"r{number:03}" for number in reversed(range(total)) if number != odd]
    assert sum(hour.answered for hour in call_pulse.hours(scope, 1)) == total - 1


def test_a_database_that_goes_away_within_a_batch_gets_the_rest_later(account, scope, monkeypatch):
    begun, real = [], call_log.writing

    def goes_away():
        begun.append(None)
        if len(begun) == 2:
            raise OperationalError("BEGIN", {}, Exception("database is locked"))
        return real()

    monkeypatch.setattr(call_log, "is_waited_for", lambda: True)
    monkeypatch.setattr(call_log, "writing", goes_away)
    for number in range(3 * call_log.PIECE):
        call_buffer.buffer().put(pending(account, f"r{number:03}"))
    call_log.flush()
    came_first = len(kept(scope))
    call_log.flush()

    assert came_first == call_log.PIECE
    assert kept(scope) == [f"r{number:03}" for number in reversed(range(3 * call_log.PIECE))]


@pytest.mark.parametrize("one_by_one", [False, True])
def test_calls_whose_commit_nobody_could_tell_of_are_there_once(account, scope, monkeypatch, one_by_one):
    """The connection breaks when the second piece was committed, or its first call after an odd one made the piece be undone."""
    begun, real = [], call_log.writing

    @contextmanager
    def committed_and_broken():
        begun.append(None)
        with real() as session:
            yield session
        if len(begun) == (3 if one_by_one else 2):
            raise OperationalError("COMMIT", {}, Exception("the connection is lost"), connection_invalidated=True)

    monkeypatch.setattr(call_log, "is_waited_for", lambda: True)
    monkeypatch.setattr(call_log, "writing", committed_and_broken)
    total, odd = 3 * call_log.PIECE, call_log.PIECE + 7 if one_by_one else None
    for number in range(total):
        call_buffer.buffer().put(pending(account, f"r{number:03}", status=None if number == odd else 200))
    call_log.flush()
    call_log.flush()

    assert kept(scope) == [f"r{number:03}" for number in reversed(range(total)) if number != odd]
    assert sum(hour.answered for hour in call_pulse.hours(scope, 1)) == len(kept(scope))


def test_calls_of_which_nobody_could_tell_that_they_are_not_there_are_written_later(account, scope, monkeypatch):
    real = call_log.writing

    @contextmanager
    def broken_before_the_commit():
        with real() as session:
            yield session
            raise OperationalError("COMMIT", {}, Exception("the connection is lost"), connection_invalidated=True)

    call_buffer.buffer().put(pending(account, "first"))
    with monkeypatch.context() as once:
        once.setattr(call_log, "writing", broken_before_the_commit)
        once.setattr(call_log, "committed", iter((0, 1)).__next__)
        call_log.flush()
    assert kept(scope) == []
    call_log.flush()

    assert kept(scope) == ["first"]


def test_a_call_that_cannot_be_described_or_written_takes_no_other_with_it(account, scope):
    def broken():
        raise ValueError("odd")

    call_buffer.buffer().put(pending(account, "before"))
    call_buffer.buffer().put(pending(account, "broken", describe=broken))
    call_buffer.buffer().put(pending(account, "refused by the database", status=None))
    call_buffer.buffer().put(pending(account, "after"))
    call_log.flush()

    assert kept(scope) == ["after", "before"]


def test_a_database_that_is_away_costs_nothing_but_time(account, other_account, scope, monkeypatch):
    call_buffer.buffer().put(pending(account, "first"))
    call_buffer.buffer().put(pending(other_account, "second"))
    real = call_log._write_account

    def away(account_id, *arguments):
        if account_id == other_account.id:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return real(account_id, *arguments)

    monkeypatch.setattr(call_log, "_write_account", away)
    call_log.flush()
    monkeypatch.undo()
    call_log.flush()

    assert kept(scope) == ["first"]
    assert kept(other_account.scope) == ["second"]


def test_calls_on_an_account_that_never_was_leave_nothing(account, scope):
    class Nobody:
        id = "AcNobody\0"

    call_buffer.buffer().put(
        pending(Nobody, "nobody") if db.engine.dialect.name == "sqlite" else pending(account, "here")
    )
    call_buffer.buffer().put(pending(account, "here too"))
    call_log.flush()

    assert "here too" in kept(scope)


def test_the_counts_of_hours_agree_with_the_rows(account, scope, clock):
    for turn in range(30):
        call_buffer.buffer().put(pending(account, f"r{turn}", result=("answered", "warned", "failed")[turn % 3]))
        clock.advance(minutes=13)
    call_log.flush()
    call_buffer.buffer().put(pending(account, "one more", result="failed"))
    call_log.flush()

    hours = call_pulse.hours(scope, 1)
    assert [sum(getattr(hour, name) for hour in hours) for name in ("answered", "warned", "failed")] == [10, 10, 11]
    by_hour = {}
    for call in call_search.find(scope, CallSearch(per_page=100)).items:
        hour = call.at.replace(minute=0, second=0, microsecond=0)
        by_hour[hour] = by_hour.get(hour, 0) + 1
    assert {hour.at: hour.answered + hour.warned + hour.failed for hour in hours} == by_hour


def test_two_threads_that_write_at_once_lose_and_double_nothing(app, account, scope):
    for number in range(900):
        call_buffer.buffer().put(pending(account, f"r{number}"))

    def flush():
        with app.app_context():
            call_log.flush()
            db.session.remove()

    threads = [threading.Thread(target=flush) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    call_log.flush()

    assert sorted(kept(scope)) == sorted(f"r{number}" for number in range(900))


def test_long_bodies_are_cut_and_say_by_how_much(account, scope):
    call_buffer.buffer().put(pending(account, "long", body="x" * 70_000))
    call_log.flush()

    body = call_search.get(scope, "long")[1]
    assert body.request.endswith("\n… 4,464 more characters")
    assert len(body.request) < 66_000


def test_bodies_are_shown_over_lines_whichever_way_they_were_kept():
    lines = '{\n  "a": [\n    1\n  ]\n}'

    assert call_log.indented('{"a":[1]}') == call_log.indented(lines) == lines
    assert call_log.indented("<user/>") == "<user/>"
    assert call_log.indented("[" * 500 + "]" * 500) == "[" * 500 + "]" * 500


def test_a_long_body_is_cut_over_lines(account, scope):
    call_buffer.buffer().put(pending(account, "long", body=f'{{"a":"{"x" * 70_000}"}}'))
    call_log.flush()

    assert call_search.get(scope, "long")[1].request.startswith('{\n  "a": "xxx')


def test_ids_of_requests_grow_with_time():
    ids = [request_log.new_request_id() for _ in range(10_000)]

    assert {len(number) for number in ids} == {16}
    assert [number[:13] for number in ids] == sorted(number[:13] for number in ids)
    assert len(set(ids)) == len(ids)
    assert all(int(number, 16) for number in ids)


# retention


def count(model, scope):
    return db.session.scalar(
        text(f"SELECT count(*) FROM {model.__tablename__} WHERE account_id = :id"), {"id": scope.account_id}
    )


@pytest.mark.usefixtures("empty_database")  # or the accounts of all tests before would be looked through, too
def test_bodies_and_calls_go_after_the_days_of_their_account(account, other_account, scope, clock, monkeypatch):
    monkeypatch.setattr(call_retention, "SLICE", 4)
    account_settings.change_security(scope, log_days=60, log_body_days=20)
    for _ in range(10):
        for number in range(3):
            call_buffer.buffer().put(pending(account, f"r{number}"))
        call_buffer.buffer().put(pending(other_account))
        call_log.flush()
        clock.advance(days=10)

    call_retention.prune()

    assert (count(ScimCall, scope), count(ScimCallBody, scope)) == (15, 3)  # of 10, 20, …, 50 days ago; of 10
    assert count(ScimCallHour, scope) == 6  # an hour counts until it is over
    assert (count(ScimCall, other_account.scope), count(ScimCallBody, other_account.scope)) == (10, 2)
    assert call_retention.prune() == (0, 0)


def test_calls_that_were_written_late_are_judged_by_their_own_time(account, scope, clock):
    call_buffer.buffer().put(pending(account, "new"))
    call_log.flush()
    with time.set_to(clock.now() - timedelta(days=170)):
        call_buffer.buffer().put(pending(account, "old but written later"))
    call_log.flush()
    call_retention.prune()

    assert call_search.get(scope, "new")[1] is not None
    assert call_search.get(scope, "old but written later")[1] is None
