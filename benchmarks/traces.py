"""Records of a large account: the audit log, actions on many people, and a file that waits to be imported."""

from datetime import timedelta

from sqlalchemy import insert

from scimapp.audit.log import AuditEntry
from scimapp.database import db, writing
from scimapp.directory import clock
from scimapp.directory.imports.import_plans import ACTION, OUTCOMES
from scimapp.directory.model import Batch, BatchItem
from scimapp.directory.words import packed

BATCHES = 500
RESULT = "batch-of-everybody"
PREVIEW = "import-of-many"
ROWS = 10_000  # of the file in the preview
_SLICE = 5_000
_EVENTS = (
    ("person added", None), ("person updated", [{"field": "title", "before": "Baker", "after": "Driver"}]),
    ("person activated", None), ("invitation sent", None),
)  # fmt: skip


def write(scope, people, chance):
    """Write an audit entry for each of ``people`` (``crowd.Somebody``), many batches, one of them over everybody, and a preview."""
    _write_entries(scope, people, chance)
    seqs = _write_batches(scope, len(people))
    _write_items(scope, seqs[RESULT], people, lambda line: {"outcome": "skipped" if _is_skipped(line) else "done"})
    _write_items(scope, seqs[PREVIEW], people[:ROWS], lambda line: _planned(people[line - 1], line))


def _write_entries(scope, people, chance):
    count, now = len(people), clock.now()
    for first in range(0, count, _SLICE):
        rows = [_entry(scope, people, chance, number, now - timedelta(minutes=count - number))
                for number in range(first, min(first + _SLICE, count))]  # fmt: skip
        with writing() as session:
            session.execute(insert(AuditEntry.__table__), rows)


def _entry(scope, people, chance, number, at):
    place = chance.randrange(1, len(people))
    event, changes = chance.choice(_EVENTS)
    by_okta = chance.random() < 0.7
    return {
        "account_id": scope.account_id, "at": at, "actor_kind": "token" if by_okta else "person",
        "actor_id": "token" if by_okta else scope.actor.id, "actor_label": "Okta" if by_okta else scope.actor.label,
        "event": event, "target_kind": "person", "target_id": f"person-{place}", "target_label": people[place].name,
        "changes": changes, "request_id": f"{number:016x}", "batch_id": RESULT if number % 4 == 0 else None,
        "address": "203.0.113.80", "agent": "bench",
    }  # fmt: skip


def _write_batches(scope, count):
    """``{id: seq}`` of the batches."""
    skipped = sum(map(_is_skipped, range(1, count + 1)))
    everybody = {"total": count, "done": count - skipped, "skipped": skipped}
    one = {"total": 1, "done": 1, "skipped": 0}
    rows = [_batch(scope, f"batch-{number}", "deactivate", number, **one) for number in range(1, BATCHES - 1)]
    rows.append(_batch(scope, RESULT, "deactivate", BATCHES - 1, **everybody))
    rows.append(_batch(scope, PREVIEW, ACTION, BATCHES, **one | {"total": min(ROWS, count), "done": 0}))
    with writing() as session:
        session.execute(insert(Batch.__table__), rows)
    return dict(db.session.execute(scope.select(Batch, Batch.id, Batch.seq)).tuples().all())


def _batch(scope, id_, action, number, **counts):
    moment = clock.now() - timedelta(hours=BATCHES - number)
    is_preview = action == ACTION
    options = {
        "file": "people.csv", "match": "email", "headings": ["E-mail", "Title"], "columns": ["email", "title"],
        "checked_at": moment.isoformat(), "fields_version": 1,
    }  # fmt: skip
    return counts | {
        "account_id": scope.account_id, "id": id_, "action": action, "options": options if is_preview else {},
        "state": "preview" if is_preview else "done", "created_at": moment, "created_by_id": scope.actor.id,
        "created_by_label": scope.actor.label, "finished_at": None if is_preview else moment,
    }  # fmt: skip


def _write_items(scope, batch_seq, people, come):
    """An item for each of ``people``; ``come`` gives what came of a line."""
    empty = {"reason": None, "content": None}
    for first in range(0, len(people), _SLICE):
        rows = [
            empty | come(line) | {
                "account_id": scope.account_id, "batch_seq": batch_seq, "line": line, "label": person.name,
                "user_id": f"person-{line - 1}" if line > 1 else scope.actor.id,
            }
            for line, person in enumerate(people[first : first + _SLICE], first + 1)
        ]  # fmt: skip
        with writing() as session:
            session.execute(insert(BatchItem.__table__), rows)


def _is_skipped(line):
    return line % 25 == 0


def _planned(person, line):
    content = {
        "cells": [person.email, "Driver"], "problem": None, "version": 1, "write": {"core": {"title": "Driver"}},
        "changes": [[packed(text) for text in ("Title", person.title, "Driver")]], "notes": [],
    }  # fmt: skip
    return {"outcome": OUTCOMES[line % len(OUTCOMES)], "content": content}
