"""Where the logs speak of a person who is about to be erased, beside what is about the person (decision 0106).

Entries about others that hold a name or an address are found by reading all there are, which for a million takes seconds. That is done
before anybody is kept waiting; under the locks only what came since is read. Logs grow at their end. A row whose transaction was still
open is among the latest, which are read again.
"""

from datetime import timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import Text, and_, cast, func, or_

from ...audit.log import AuditEntry
from ...database import db
from .. import clock
from ..calls import call_log
from ..model import ScimCall
from ..sql_text import contains
from ..text_keys import search_text
from . import references

STEP = 50_000  # numbers of rows that one statement looks through: it ends in time, however long the log is
OPEN_FOR = timedelta(minutes=5)  # no transaction is open longer


class Looked(NamedTuple):
    """What was looked for, and what there was of it up to a number: ``found`` are pairs of a list of numbers and this one."""

    names: frozenset
    addresses: frozenset
    found: tuple = (([], 0),) * 3


class Mentions(NamedTuple):
    """The numbers of rows that may speak of a person."""

    entries: list  # of the audit log
    searches: list  # calls that looked for the person
    holders: list  # calls that were refused, since the person has the value


def look(scope, row):
    """The Looked of a person, for ``complete``. Calls that wait to be written are in it; those of other processes are written within
    seconds of each call, and those about the person without what was erased meanwhile (``call_naming``).
    """
    call_log.flush()
    said = _said(scope, row)
    return said._replace(found=tuple([_settled(scope, *kind) for kind in _kinds(row, said)]))


def complete(scope, row, looked):
    """The Mentions of a locked person who is as yet called what others call them."""
    said = _said(scope, row)
    known = looked.found if said == looked._replace(found=said.found) else said.found
    kinds = zip(_kinds(row, said), known, strict=True)
    return Mentions(*[seqs + _in_steps(scope, *kind[:2], upto) for kind, (seqs, upto) in kinds])


def _said(scope, row):
    names = frozenset(filter(None, (row.display_name, row.user_name, row.email)))
    return Looked(names, frozenset(references.addresses_of(scope, row)))


def _kinds(row, said):
    """For each of Mentions a model, a condition, and the column by whose order the latest rows are found."""
    changes, keys = cast(AuditEntry.changes, Text), {search_text(name) for name in said.names}
    # SQLite knows the letter case of ASCII alone.
    forms = {form for text in said.addresses for form in (text.lower(), text.encode().lower().decode())}
    quoted = (contains(func.lower(changes), orjson.dumps(form).decode()[1:-1]) for form in forms)
    in_groups = and_(AuditEntry.target_kind == "group", contains(changes, row.id))
    return (
        (AuditEntry, and_(AuditEntry.changes.is_not(None), or_(in_groups, *quoted)), AuditEntry.seq),
        (ScimCall, and_(ScimCall.target_id.is_(None), ScimCall.target_key.in_(keys)), ScimCall.at),
        (ScimCall, and_(ScimCall.cause == "taken", contains(cast(ScimCall.facts, Text), row.id)), ScimCall.at),
    )


def _settled(scope, model, condition, order):
    """``(numbers, upto)`` of the rows that are there for certain."""
    old = scope.select(model, model.seq).where(model.at < clock.now() - OPEN_FOR)
    upto = db.session.scalar(old.order_by(order.desc()).limit(1)) or 0
    return _in_steps(scope, model, condition, 0, upto), upto


def _in_steps(scope, model, condition, after, upto=None):
    """The numbers of the rows behind ``after`` that meet a condition, lowest first."""
    ends = [scope.select(model, model.seq).order_by(order).limit(1) for order in (model.seq, model.seq.desc())]
    first, last = (db.session.scalar(query) or 0 for query in ends)
    start, last = max(after, first - 1), last if upto is None else upto
    found = []
    while start < last:
        end = min(start + STEP, last)
        within = scope.select(model, model.seq).where(model.seq > start, model.seq <= end, condition)
        found += db.session.scalars(within.order_by(model.seq))
        start = end
    return found
