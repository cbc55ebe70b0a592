"""Who carries a batch out, and for how long: none of it is lost or done twice, whoever dies or comes late."""

import pytest
from msgspec.structs import replace

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.batches import batch_runs, batches
from scimapp.directory.batches.batch_runs import FINISHED, RUNNING
from tests.support.at_once import at_once

from .begun import chosen, run


def test_the_time_ends_a_turn_and_the_next_goes_on(scope, make_user, noting, clock):
    people = [make_user() for _ in range(5)]
    batch = batches.begin(scope, "noting", {}, chosen(*people))
    noting.carry_out = lambda run, item: (clock.advance(seconds=2), noting.seen.append(item.label))[0]

    run(scope, batch, seconds=3)
    after_one = len(noting.seen)
    assert batches.get(scope, batch.id).state == RUNNING
    for _ in range(3):
        run(scope, batches.get(scope, batch.id), seconds=3)

    assert after_one == 2
    assert len(noting.seen) == len(set(noting.seen)) == 5
    assert batches.get(scope, batch.id).state == FINISHED


def test_a_process_that_died_is_followed_by_another_when_its_lease_ends(scope, make_user, noting, clock):
    people = [make_user(given_name=name, family_name="X") for name in ("Ann", "Bob", "Cid")]
    batch = batches.begin(scope, "noting", {}, chosen(*people))
    noting.fails = {"Bob X": KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        batch_runs.carry_out(scope, batch, 20)
    noting.fails = {}

    run(scope, batch)  # the dead process holds the batch still
    while_held = list(noting.seen)
    clock.advance(seconds=61)
    batch = run(scope, batch)

    assert while_held == ["Ann X", "Bob X"]
    assert noting.seen == ["Ann X", "Bob X", "Bob X", "Cid X"]  # what Bob's first time did was taken back
    assert (batch.state, batch.done, batch.skipped) == (FINISHED, 3, 0)


def test_a_lease_of_a_clock_that_ran_ahead_holds_nobody_up(scope, make_user, noting, clock):
    batch = batches.begin(scope, "noting", {}, chosen(make_user(), make_user()))
    clock.advance(days=1)
    assert batch_runs.lease() is not None  # by a process that died
    clock.advance(days=-1)

    batch = run(scope, batch)

    assert (batch.state, batch.done) == (FINISHED, 2)


def test_two_workers_at_once_do_nothing_twice(app, scope, make_user):
    people = [make_user(state="inactive") for _ in range(12)]
    batch = batches.begin(scope, "activate", {}, chosen(*people))
    held = batch_runs.Lease(batch.account_id, batch.seq, batch.leased_until)
    stolen = replace(held)  # a second process that believes it has the lease too
    db.session.close()

    def work(lease):
        return lambda: batch_runs._slice(lease, lambda: False)

    results = at_once(app, work(held), work(stolen))

    assert not [result for result in results if isinstance(result, Exception)]
    batch_runs._slice(held, lambda: False)
    db.session.close()
    batch = batches.get(scope, batch.id)
    assert (batch.state, batch.done, batch.skipped) == (FINISHED, 12, 0)
    entries = audit_log.find(scope, AuditSearch(batch=batch.id)).items
    assert sorted(entry.target_id for entry in entries if entry.event == "person activated") == sorted(
        person.id for person in people
    )
    assert [entry.event for entry in entries].count("batch finished") == 1


def test_only_one_of_many_gets_the_lease(app, scope, make_user, clock):
    batch = batches.begin(scope, "deactivate", {}, chosen(make_user()))
    db.session.close()
    while_it_is_its_makers = batch_runs.lease(batch.seq)
    clock.advance(seconds=11)

    leases = at_once(app, *[lambda: batch_runs.lease(batch.seq)] * 4)

    assert while_it_is_its_makers is None
    assert sum(lease is not None for lease in leases) == 1


def test_whoever_was_too_slow_to_keep_the_lease_does_no_more_than_the_item_in_hand(scope, make_user, noting, clock):
    people = [make_user() for _ in range(3)]
    batch = batches.begin(scope, "noting", {}, chosen(*people))
    taken = []

    def slowly(run, item):
        noting.seen.append(item.label)
        clock.advance(seconds=61)

    def over():
        taken.append(batch_runs.lease(batch.seq))  # another process, once there is a moment between two items
        return False

    noting.carry_out = slowly
    held = batch_runs.Lease(batch.account_id, batch.seq, clock.now() + batch_runs.LEASE)
    batch_runs._slice(held, over)

    assert taken[0] is not None
    assert len(noting.seen) == 1


def test_a_batch_is_closed_and_recorded_once(scope, make_user):
    batch = run(scope, batches.begin(scope, "deactivate", {}, chosen(make_user())))

    batch_runs._finish(replace(scope, batch_id=batch.id), batch, None)

    events = [entry.event for entry in audit_log.find(scope, AuditSearch(batch=batch.id)).items]
    assert events.count("batch finished") == 1
