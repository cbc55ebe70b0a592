"""Taking back what a batch did: for a day, once, and for those it was done to."""

import pytest
from sqlalchemy import update

from scimapp.database import writing
from scimapp.directory.batches import batch_undo, batches
from scimapp.directory.errors import Conflict
from scimapp.directory.model import User

from .begun import chosen, now, run


def test_what_was_done_is_taken_back_within_a_day(scope, make_user, clock):
    batch = run(scope, batches.begin(scope, "deactivate", {}, chosen(make_user())))
    clock.advance(hours=24, seconds=-1)
    assert batch_undo.may_undo(batch)

    clock.advance(seconds=1)

    assert not batch_undo.may_undo(batch)
    with pytest.raises(Conflict):
        batch_undo.undo(scope, batch.id)


def test_where_nothing_was_done_nothing_is_taken_back(scope, make_user):
    batch = run(scope, batches.begin(scope, "deactivate", {}, chosen(make_user(state="inactive"))))

    assert not batch_undo.may_undo(batch)


def test_whom_a_directory_has_taken_over_meanwhile_is_reached_as_well(scope, make_user):
    person = make_user()
    batch = run(scope, batches.begin(scope, "deactivate", {}, chosen(person)))
    with writing() as session:
        session.execute(update(User).where(User.seq == person.seq).values(connection_id="okta"))

    batches.finish_small(scope, batch_undo.undo(scope, batch.id))

    assert now(scope, person).active
