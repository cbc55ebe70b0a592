"""Where the logs speak of a person who is about to be erased, beside records of what was done to the person (decision 0106).

Entries, calls and bodies about others that hold a name or an address are found by reading all there are, which for a million takes
seconds. That is done before anybody is kept waiting; under the locks only what came since is read. Logs grow at their end. A row whose
transaction was still open is among the latest, which are read again.
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
from ..sql_text import contains
from ..text_keys import search_text
from . import batch_mentions, references
from .spellings import lowered, spellings

STEP = 50_000  # rows that one statement looks through: it ends in time, however long the log is
AT_ONCE = 100  # bodies that are read together
ALL = 2**62  # more than there are numbers
OPEN_FOR = timedelta(minutes=5)  # no transaction is open longer
_BODIES = Prepared(
    own_rows(ScimCallBody, ScimCallBody.call_seq, ScimCallBody.request, ScimCallBody.answer)
    .where(ScimCallBody.call_seq > bindparam("after"), ScimCallBody.call_seq <= bindparam("upto"))
    .order_by(ScimCallBody.call_seq)
    .limit(AT_ONCE)
)
_SEARCHES = ("find", "list")  # operations whose paths hold what was asked for


class Looked(NamedTuple):
    """What was looked for, and what there was of it up to a number: ``found`` are pairs of a list of numbers and this one."""

    names: frozenset  # by which calls may have looked for the person
    addresses: frozenset
    found: tuple = (([], 0),) * 4
    items: batch_mentions.Items = batch_mentions.Items()

    @property
    def calls(self):
        """What was found of the log of calls, as Mentions has it."""
        return [seqs for seqs, _ in self.found[1:]]

    def without_calls(self):
        """The same once these calls are blanked."""
        return self._replace(found=(self.found[0], *(([], upto) for _, upto in self.found[1:])))


class Mentions(NamedTuple):
    """The numbers of rows that may speak of a person, and the ``addresses`` by which they do (``references.addresses_of``)."""

    addresses: frozenset
    entries: list  # of the audit log
    own: list  # calls about the person, or that looked for the person
    sayings: list  # calls about others, or about nobody, whose path, facts or detail name the person
    bodies: list  # of calls about others
    items: batch_mentions.Items


def look(scope, row):
    """The Looked of a person, for ``complete``. Calls that wait to be written in this process are in it."""
    call_log.flush()
    said = _said(scope, row)
    settled = (_settled_entries(scope), *[call_turns.settled(scope)] * 3)
    found = [(way(0, upto), upto) for way, upto in zip(_ways(scope, row, said), settled, strict=True)]
    return said._replace(found=tuple(found), items=batch_mentions.look(scope, row, said.addresses))


def complete(scope, row, looked):
    """The Mentions of a locked person who is as yet called what others call them."""
    said = _said(scope, row)
    known = looked if said[:2] == looked[:2] else said
    ways = zip(_ways(scope, row, said), known.found, strict=True)
    items = batch_mentions.complete(scope, row, said.addresses, known.items)
    return Mentions(said.addresses, *[seqs + way(upto) for way, (seqs, upto) in ways], items)


def entries_since(scope, row, addresses, after):
    """The numbers of entries of the audit log behind ``after`` that speak of a person, who may be called something else by now."""
    return _in_steps(scope, AuditEntry, _of_entries(row, Looked(frozenset(), addresses)), after)


def _said(scope, row):
    addresses = frozenset(references.addresses_of(scope, row))
    names = {row.display_name, row.user_name, row.email, row.external_id, *addresses}
    return Looked(frozenset(filter(None, names)), addresses)


def _ways(scope, row, said):
    """For each of Mentions a function of two numbers: rows behind the first, up to the second or all there are, lowest first."""
    ids = frozenset(filter(None, (row.id, row.scim_id)))
    sought = spellings(ids, said.addresses | frozenset(filter(None, [row.external_id])))
    forms = spellings(ids, said.addresses)  # an external id stands in no body without one of them
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
    """What was done to others as asked is left out: its path has an id, its facts are numbers and names of attributes."""
    may_say = or_(ScimCall.target_id.is_(None), ScimCall.result != "answered", ScimCall.operation.in_(_SEARCHES))
    others = func.coalesce(ScimCall.target_id, "") != row.id
    told = ScimCall.path
    for column in (ScimCall.detail, cast(ScimCall.facts, Text), cast(ScimCall.warnings, Text)):
        told = told.concat("\n").concat(func.coalesce(column, ""))
    told = func.lower(told)
    return and_(others, may_say, or_(*(contains(told, form) for form in lowered(forms))))


def _settled_entries(scope):
    """The number up to which all entries that there will ever be are there."""
    old = scope.select(AuditEntry, AuditEntry.seq)
    if db.engine.dialect.name != "sqlite":  # where one writes after the other
        old = old.where(AuditEntry.at < clock.now() - OPEN_FOR)
    order = AuditEntry.seq
    return db.session.scalar(old.order_by(order.desc()).limit(1)) or 0


def _in_steps(scope, model, condition, after, upto=None):
    """The numbers of rows that meet a condition."""
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
    """The numbers of calls whose bodies hold one of ``forms``. Bodies are long, and a database looks through them much slower than
    Python does; Python is ten times quicker at one text of 100,000 characters than at a hundred of 1,000.
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
