"""Finds where the logs mention a person who is about to be erased, beside audit entries about the person (decision 0106).

Only a full scan finds the entries, calls and bodies about others that hold a name or an address; for a million rows it
takes seconds. So it runs before anybody has to wait; under the locks only newer rows are read. Logs grow at their end:
rows whose transaction was still open are among the newest, which are read again.
"""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

import orjson
from sqlalchemy import Text, and_, bindparam, cast, func, or_, select

from ...audit.log import AuditEntry
from ...background import giving_way
from ...database import db, is_writing
from ...database.statements import Prepared
from .. import clock
from ..calls import call_log, call_turns
from ..model import ScimCall, ScimCallBody
from ..scope import own_rows
from ..sql.texts import contains
from ..text_keys import search_text
from . import batch_mentions, references
from .spellings import lowered, spellings

STEP = 50_000  # rows scanned by one statement, so that it ends in time however long the log is
AT_ONCE = 100  # bodies read together
ALL = 2**62  # above every row number
OPEN_FOR = timedelta(minutes=5)  # no transaction stays open longer
_BODIES = Prepared(
    own_rows(ScimCallBody, ScimCallBody.call_seq, ScimCallBody.request, ScimCallBody.answer)
    .where(ScimCallBody.call_seq > bindparam("after"), ScimCallBody.call_seq <= bindparam("upto"))
    .order_by(ScimCallBody.call_seq)
    .limit(AT_ONCE)
)
_SEARCHES = ("find", "list")  # operations whose paths hold what was searched for


class Looked(NamedTuple):
    """What was searched for, and ``found``: pairs of the row numbers found and the number up to which rows were searched."""

    names: frozenset  # by which calls may have searched for the person
    addresses: frozenset
    found: tuple = (([], 0),) * 4
    items: batch_mentions.Items = batch_mentions.Items()

    @property
    def calls(self):
        """The row numbers found in the log of calls: three lists, in the order of Mentions."""
        return [seqs for seqs, _ in self.found[1:]]

    def without_calls(self):
        """The same, after these calls have been blanked."""
        return self._replace(found=(self.found[0], *(([], upto) for _, upto in self.found[1:])))


class Mentions(NamedTuple):
    """Numbers of rows that may mention a person, and the ``addresses`` searched for (``references.addresses_of``)."""

    addresses: frozenset
    entries: list  # of the audit log
    own: list  # calls about the person, or that searched for the person
    sayings: list  # calls about others, or about nobody, whose path, facts or detail mention the person
    bodies: list  # of calls about others
    items: batch_mentions.Items


def look(scope, row):
    """The Looked of a person, for ``complete``. It includes calls that this process has not written yet."""
    call_log.flush()
    said = _said(scope, row)
    settled = (_settled_entries(scope), *[call_turns.settled(scope)] * 3)
    found = [(way(0, upto), upto) for way, upto in zip(_ways(scope, row, said), settled, strict=True)]
    return said._replace(found=tuple(found), items=batch_mentions.look(scope, row, said.addresses))


def complete(scope, row, looked):
    """The Mentions of a locked person who still has their old names."""
    said = _said(scope, row)
    known = looked if said[:2] == looked[:2] else said
    ways = zip(_ways(scope, row, said), known.found, strict=True)
    items = batch_mentions.complete(scope, row, said.addresses, known.items)
    return Mentions(said.addresses, *[seqs + way(upto) for way, (seqs, upto) in ways], items)


def entries_since(scope, row, addresses, after):
    """The numbers of audit entries after ``after`` that mention a person by ``addresses``; ``row`` may be renamed by now."""
    return _in_steps(scope, AuditEntry, _of_entries(row, Looked(frozenset(), addresses)), after)


def _said(scope, row):
    addresses = frozenset(references.addresses_of(scope, row))
    names = {row.display_name, row.user_name, row.email, row.external_id, *addresses}
    return Looked(frozenset(filter(None, names)), addresses)


def _ways(scope, row, said):
    """One function for each list of Mentions: given ``(after, upto=None)``, it returns matching row numbers, lowest
    first.
    """
    ids = frozenset(filter(None, (row.id, row.scim_id)))
    sought = spellings(ids, said.addresses | frozenset(filter(None, [row.external_id])))
    forms = spellings(ids, said.addresses)  # a body that holds the external id also holds one of these
    return (
        partial(_in_steps, scope, AuditEntry, _of_entries(row, said)),
        partial(_in_steps, scope, ScimCall, _of_own(row, said)),
        partial(_in_steps, scope, ScimCall, _of_sayings(row, sought)),
        partial(_in_bodies, scope, {form.lower() for form in forms}),
    )


def _of_entries(row, said):
    changes = cast(AuditEntry.changes, Text)
    quoted = (contains(func.lower(changes), orjson.dumps(form).decode()[1:-1]) for form in lowered(said.addresses))
    in_groups = and_(AuditEntry.target_kind == "group", contains(changes, row.id))
    return and_(AuditEntry.changes.is_not(None), or_(in_groups, *quoted))


def _of_own(row, said):
    keys = {search_text(name) for name in said.names}
    return or_(ScimCall.target_id == row.id, and_(ScimCall.target_id.is_(None), ScimCall.target_key.in_(keys)))


def _of_sayings(row, forms):
    """Leave out plain answered calls about others: their path holds an id, their facts only numbers and attribute names."""
    may_say = or_(ScimCall.target_id.is_(None), ScimCall.result != "answered", ScimCall.operation.in_(_SEARCHES))
    others = func.coalesce(ScimCall.target_id, "") != row.id
    told = ScimCall.path
    for column in (ScimCall.detail, cast(ScimCall.facts, Text), cast(ScimCall.warnings, Text)):
        told = told.concat("\n").concat(func.coalesce(column, ""))
    told = func.lower(told)
    return and_(others, may_say, or_(*(contains(told, form) for form in lowered(forms))))


def _settled_entries(scope):
    """The number up to which all audit entries are committed, so that none can appear later."""
    old = scope.select(AuditEntry, AuditEntry.seq)
    if db.engine.dialect.name != "sqlite":  # SQLite has one writer at a time
        old = old.where(AuditEntry.at < clock.now() - OPEN_FOR)
    order = AuditEntry.seq
    return db.session.scalar(old.order_by(order.desc()).limit(1)) or 0


def _in_steps(scope, model, condition, after, upto=None):
    """The numbers of rows that meet a condition, lowest first."""
    own, found = scope.select(model, model.seq).order_by(model.seq), []
    if upto is not None:
        own = own.where(model.seq <= upto)
    while (end := _last_of(own.where(model.seq > after).limit(STEP))) is not None:
        found += db.session.scalars(own.where(model.seq > after, model.seq <= end, condition))
        after = end
    return found


def _last_of(numbers):
    return db.session.scalar(select(func.max(numbers.subquery().c.seq)))


def _in_bodies(scope, forms, after, upto=None):
    """The numbers of calls whose bodies contain one of ``forms``. Python searches long texts much faster than a database
    does, and one text of 100,000 characters ten times faster than a hundred of 1,000.
    """
    found, upto = [], ALL if upto is None else upto
    for bodies in _pages(scope, after, upto) if is_writing() else giving_way(_pages(scope, after, upto)):
        texts = [f"{request or ''}\n{answer or ''}" for _, request, answer in bodies]
        if _holds("\n".join(texts), forms):
            found += [seq for (seq, *_), text in zip(bodies, texts, strict=True) if _holds(text, forms)]
    return found


def _holds(text, forms):
    text = text.lower()
    return any(form in text for form in forms)


def _pages(scope, after, upto):
    while bodies := _BODIES.tuples(account_id=scope.account_id, after=after, upto=upto):
        yield bodies
        after = bodies[-1][0]
