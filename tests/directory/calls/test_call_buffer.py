"""Calls that wait to be written: a bounded buffer, and the worker that empties it."""

import threading

from sqlalchemy.exc import OperationalError

from scimapp.directory import clock as time
from scimapp.directory.calls import call_buffer, call_log
from scimapp.scim_api.calls.log_worker import LogWorker
from tests.support.pending_calls import kept, pending


def test_a_full_buffer_drops_the_oldest_and_says_how_many(account, monkeypatch, caplog):
    monkeypatch.setattr(call_buffer, "CAPACITY", 3)
    for number in range(5):
        call_buffer.buffer().put(pending(account, f"r{number}"))

    taken = call_buffer.buffer().take(10)

    assert [record.request_id for record in taken] == ["r2", "r3", "r4"]
    assert "2 calls were dropped" in caplog.text


def test_bodies_are_counted_in_and_out(account, monkeypatch):
    monkeypatch.setattr(call_buffer, "CAPACITY_BYTES", 100)
    buffer = call_buffer.buffer()
    call_buffer.buffer().put(pending(account, size=60))

    assert not buffer.has_room_for(50)
    taken = buffer.take(1)
    assert buffer.has_room_for(50)
    buffer.give_back(taken)
    assert not buffer.has_room_for(50)


def test_what_is_given_back_stands_in_front_and_what_is_too_much_goes(account, monkeypatch):
    monkeypatch.setattr(call_buffer, "CAPACITY", 3)
    buffer = call_buffer.buffer()
    for name in ("a", "b", "c"):
        call_buffer.buffer().put(pending(account, name))
    taken = buffer.take(3)
    for name in ("d", "e"):
        call_buffer.buffer().put(pending(account, name))

    buffer.give_back(taken)

    assert [record.request_id for record in buffer.take(9)] == ["c", "d", "e"]


def test_many_threads_lose_nothing(app, account):
    def put_many(number):
        with app.app_context():
            for turn in range(200):
                call_buffer.buffer().put(pending(account, f"{number}-{turn}"))

    threads = [threading.Thread(target=put_many, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    names = {record.request_id for record in call_buffer.buffer().take(10_000)}
    assert len(names) == 1_600


# the worker


def test_a_worker_writes_by_itself_and_the_rest_when_it_stops(app, account, scope):
    worker = LogWorker(app).start()
    call_buffer.buffer().put(pending(account, "while it runs"))
    worker.stop()
    call_buffer.buffer().put(pending(account, "behind"))
    worker.stop()

    assert "provisioning log" not in {thread.name for thread in threading.enumerate()}
    assert kept(scope) == ["behind", "while it runs"]


def test_a_worker_that_stops_while_the_database_is_away_tells_what_is_lost(app, account, monkeypatch, caplog):
    def is_away(*_):
        raise OperationalError("INSERT …", None, Exception("disk I/O error"))

    call_buffer.buffer().clear()
    monkeypatch.setattr(call_log, "_write", is_away)
    call_buffer.buffer().put(pending(account, "lost"))

    LogWorker(app).start().stop()
    call_buffer.buffer().clear()

    assert "the process ends with 1 calls that the provisioning log does not have" in caplog.messages


def test_a_worker_with_nothing_to_write_asks_the_database_nothing(app, account, scope, statements, monkeypatch):
    monkeypatch.setattr("scimapp.scim_api.calls.log_worker.GATHER_SECONDS", 0)
    worker = LogWorker(app)
    call_buffer.buffer().clear()
    worker.work()  # looks what is too old, too

    with statements() as idle:
        worker.work()
    call_buffer.buffer().put(pending(account, "news"))
    worker.work()

    assert (idle, kept(scope)) == ([], ["news"])


def test_a_flood_is_news_until_it_is_told(account, scope):
    call_buffer.buffer().clear()
    for _ in range(call_buffer.KEPT_SINGLY + 1):
        call_buffer.buffer().put(pending(account)._replace(kind="many"))
    call_log.flush(settle=False)

    assert call_buffer.has_news(), "one more than are kept singly"
    call_log.flush()
    assert not call_buffer.buffer().has_news()


def test_a_flood_that_goes_on_keeps_no_reader_of_the_log(account, scope):
    call_buffer.buffer().clear()
    again = 3 * call_buffer.KEPT_SINGLY

    def described():
        nonlocal again
        again -= 1
        if again > 0:
            call_buffer.buffer().put(pending(account, describe=described)._replace(kind="many"))
        return pending(account).describe()

    for _ in range(call_buffer.KEPT_SINGLY + 1):
        call_buffer.buffer().put(pending(account, describe=described)._replace(kind="many"))

    assert call_log.flush() == call_buffer.KEPT_SINGLY + 1


def test_a_worker_prunes_at_most_every_hour(app, account, scope, clock, monkeypatch):
    pruned = []
    monkeypatch.setattr("scimapp.scim_api.calls.log_worker.call_retention.prune", lambda: pruned.append(time.now()))
    monkeypatch.setattr("scimapp.scim_api.calls.log_worker.GATHER_SECONDS", 0)
    worker = LogWorker(app)
    for minutes in (0, 30, 31, 59, 2):
        clock.advance(minutes=minutes)
        worker.work()

    assert len(pruned) == 3


def test_only_so_many_kinds_of_floods_are_told_apart(account, monkeypatch, caplog):
    monkeypatch.setattr(call_buffer, "MOST_KINDS", 2)
    buffer = call_buffer.buffer()
    for kind in ("a", "b", "c"):
        for number in range(call_buffer.KEPT_SINGLY + 2):
            buffer.put(pending(account, f"{kind}{number}", kind=(kind,)))

    taken = buffer.take(100, settle=True)

    assert [*buffer._windows] == [("b",), ("c",)]
    assert sum(record.times for record in taken) == 2 * (call_buffer.KEPT_SINGLY + 2) + call_buffer.KEPT_SINGLY
    assert "2 calls were dropped" in caplog.text


def test_after_a_while_calls_of_a_flood_are_kept_one_by_one_again(account, clock, monkeypatch):
    monkeypatch.setattr(call_buffer, "KEPT_SINGLY_IN_ALL", 1)
    buffer = call_buffer.buffer()
    clock.advance(hours=1)
    buffer.put(pending(account, "forgotten", kind="a"))
    buffer.clear()
    clock.advance(hours=-1)
    buffer.put(pending(account, "first", kind="a"))
    buffer.put(pending(account, "folded", kind="b"))
    assert len(buffer) == 1

    clock.advance(minutes=10)
    buffer.take(10, settle=True)
    buffer.put(pending(account, "single", kind="c"))

    assert [record.request_id for record in buffer.take(10)] == ["single"]
