"""The thread of a server process that carries out long batches: woken by a new one, looking by itself, ending when told."""

import queue
import threading

import pytest

from scimapp.batch_worker import BatchWorker
from scimapp.database import db
from scimapp.directory.batches import batch_rows, batch_runs, batches
from scimapp.directory.user_list.search import UserSearch


@pytest.fixture
def start_worker(app):
    """``start_worker(poll_seconds=…)`` → a running worker that is stopped after the test."""
    running = []

    def start(**options):
        running.append(BatchWorker(app, **options).start())
        return running[-1]

    yield start
    for worker in running:
        worker.stop()


@pytest.fixture
def finished(monkeypatch):
    """``finished(batch)`` waits until it is closed; batches that other tests left may be closed on the way."""
    closed, close = queue.Queue(), batch_runs._finish

    def closing(scope, batch, action):
        close(scope, batch, action)
        closed.put(batch.id)

    def wait(batch):
        while closed.get(timeout=20) != batch.id:
            pass
        return True

    monkeypatch.setattr(batch_runs, "_finish", closing)
    return wait


@pytest.fixture
def long(monkeypatch):
    """Every batch counts as a long one."""
    monkeypatch.setattr(batch_rows, "AT_ONCE", 0)


def test_a_long_batch_wakes_the_worker(start_worker, scope, make_user, finished, long):
    person = make_user()
    start_worker(poll_seconds=3600)

    batch = batches.begin(scope, "deactivate", {}, UserSearch(ids=(person.id,)))

    assert finished(batch)
    db.session.close()
    assert (batches.get(scope, batch.id).state, batches.get(scope, batch.id).done) == ("done", 1)


def test_a_worker_looks_by_itself_for_batches_of_other_processes(start_worker, scope, make_user, finished, long):
    person = make_user()
    start_worker(poll_seconds=0.05)

    batch = batches.begin(scope, "deactivate", {}, UserSearch(ids=(person.id,)))
    batch_runs.begun.clear()

    assert finished(batch)


def test_a_worker_ends_at_once_when_it_has_nothing_to_do(start_worker):
    worker = start_worker(poll_seconds=3600)

    worker.stop(seconds=60)

    assert "batches" not in {thread.name for thread in threading.enumerate()}
