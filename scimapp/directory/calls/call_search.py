"""Reads the provisioning log: a page of calls, a single call, and its neighbours."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import literal_column, select, union

from ...database import db, start_over
from ...texts import fold
from ..model import Group, ScimCall, ScimCallBody, ScimToken, User
from ..roles import Permission
from ..sql.functions import unsought
from ..sql.texts import has_words
from ..text_keys import name_order
from ..user_list.search import UserSearch, conditions_of
from .call_buffer import FLOOD_WINDOW

RESULTS = ("answered", "warned", "failed")
EXPORT_CHUNK = 500  # calls read at a time
LOOKED_THROUGH = 10_000  # newest calls whose names are searched for words; older ones are found by target id
MOST_NAMED = 200  # people and groups that the words of a search may match
WRITTEN_WITHIN = FLOOD_WINDOW + timedelta(minutes=5)  # the longest time from a call to its row
MOST_COUNTED = 100  # newer calls counted at most
MOST_ALIKE = 5  # calls with the same problem


class CallSearch(Struct, frozen=True):
    """``q`` is a part of a name, or an id. ``target`` is the id of a person or group, ``since`` the oldest moment.

    ``before`` and ``after`` are seqs from which to continue to older or newer calls.
    """

    q: str = ""
    target: str | None = None
    result: str | None = None
    token: str | None = None
    operation: str | None = None
    since: datetime | None = None
    before: int | None = None
    after: int | None = None
    per_page: int = 50


class PageOfCalls(Struct, frozen=True):
    """Calls, newest first, and the seqs from which to continue, None at an end.

    ``is_partial``: the words match more people or groups than were looked at.
    """

    items: list
    older: int | None
    newer: int | None
    is_partial: bool = False


def find(scope, search):
    """A PageOfCalls. At most seven statements, however long the log is."""
    scope.require(Permission.VIEW_LOG)
    ways, is_partial = _ways(scope, search)
    return _page(scope, search, ways, is_partial)


def _page(scope, search, ways, is_partial=False):
    newer_first = search.after is None
    seqs = _seqs(scope, search, ways, search.per_page + 1, before=search.before, after=search.after)
    more = len(seqs) > search.per_page
    seqs = seqs[: search.per_page]
    rows = db.session.scalars(scope.select(ScimCall).where(ScimCall.seq.in_(seqs))) if seqs else ()
    items = sorted(rows, key=lambda call: call.seq, reverse=True)
    if not items:
        return PageOfCalls([], None, None, is_partial)
    if newer_first:
        return PageOfCalls(items, items[-1].seq if more else None, items[0].seq if search.before else None, is_partial)
    return PageOfCalls(items, items[-1].seq, items[0].seq if more else None, is_partial)


def newer_count(scope, search, seq):
    """The number of calls of a search after ``seq``, counted up to MOST_COUNTED."""
    scope.require(Permission.VIEW_LOG)
    return len(_seqs(scope, search, _ways(scope, search)[0], MOST_COUNTED, after=seq))


def get(scope, request_id):
    """``(call, its bodies or None)``. Raises NotInAccount."""
    scope.require(Permission.VIEW_LOG)
    call = scope.one(ScimCall, ScimCall.request_id == request_id, kind="call")
    return call, db.session.scalars(scope.select(ScimCallBody).where(ScimCallBody.call_seq == call.seq)).first()


def neighbours(scope, search, call):
    """The request ids of the next older and the next newer call of a search, None at an end."""
    ways, _ = _ways(scope, search)
    older = _seqs(scope, search, ways, 1, before=call.seq)
    newer = _seqs(scope, search, ways, 1, after=call.seq)
    # Whole rows: for two columns, SQLite would scan a whole index that covers both.
    calls = db.session.scalars(scope.select(ScimCall).where(ScimCall.seq.in_(older + newer)))
    ids = {near.seq: near.request_id for near in calls}
    return ids.get(next(iter(older), None)), ids.get(next(iter(newer), None))


def same_problem(scope, call):
    """Earlier calls with the same cause and the same target (or, like this one, without a known target), newest first; at
    most MOST_ALIKE.
    """
    if call.cause is None:
        return []
    same = (ScimCall.cause == call.cause, ScimCall.target_id == call.target_id)  # IS NULL, if this call has no target
    query = scope.select(ScimCall).where(*same, ScimCall.seq < call.seq)
    if call.target_id is None and call.target_label:
        query = query.where(ScimCall.target_label == call.target_label, ScimCall.seq > call.seq - LOOKED_THROUGH)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(MOST_ALIKE)).all()


def of_target(scope, target_id, limit=1):
    """The newest calls about a person or group."""
    query = scope.select(ScimCall).where(ScimCall.target_id == target_id)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(limit)).all()


def export(scope, search):
    """Every call of a search with its bodies, ``(call, body or None)``, newest first, read in chunks."""
    scope.require(Permission.VIEW_LOG)
    ways, _ = _ways(scope, search)
    wanted = replace(search, after=None, per_page=EXPORT_CHUNK)
    while True:
        page = _page(scope, wanted, ways)
        seqs = [call.seq for call in page.items]
        bodies = db.session.scalars(scope.select(ScimCallBody).where(ScimCallBody.call_seq.in_(seqs)))
        by_seq = {body.call_seq: body for body in bodies}
        start_over()  # sent rows are released, and no transaction waits for a slow reader
        yield from ((call, by_seq.get(call.seq)) for call in page.items)
        if page.older is None:
            return
        wanted = replace(wanted, before=page.older)


def tokens_seen(scope):
    """``[(id, label, prefix, last4)]`` of the account's tokens, for the filter."""
    columns = (ScimToken.id, ScimToken.label, ScimToken.prefix, ScimToken.last4)
    query = scope.select(ScimToken, *columns).order_by(ScimToken.seq.desc())
    return [tuple(row) for row in db.session.execute(query)]


def last_at(scope):
    """When the newest call came, None if there is none."""
    return db.session.scalar(scope.select(ScimCall, ScimCall.at).order_by(ScimCall.seq.desc()).limit(1))


def target_name(scope, target_id):
    """The latest name of a person or group in the log, None for an id that the log does not know."""
    query = scope.select(ScimCall, ScimCall.target_label).where(ScimCall.target_id == target_id)
    return db.session.scalar(query.order_by(ScimCall.seq.desc()).limit(1))


def _seqs(scope, search, ways, limit, before=None, after=None):
    """The seqs of a search that are nearest to ``before`` or ``after``, nearest first. Two statements.

    A database enters an index by one lower bound only, so the highest of a way's lower bounds is worked out here.
    """
    before_period, parts = _before(scope, search), []
    for floor, *conditions in ways:
        # A floor bounds a walk. Without one SQLite would walk the whole log, where an index has the few calls meant.
        seq = ScimCall.seq if floor or len(ways) == 1 else unsought(ScimCall.seq)
        nearest = seq if after is not None else seq.desc()
        query = _filtered(scope, search).where(ScimCall.seq > max(before_period, floor, after or 0), *conditions)
        if before is not None:
            query = query.where(ScimCall.seq < before)
        parts.append(query.order_by(nearest).limit(limit))
    if len(parts) == 1:
        return list(db.session.scalars(parts[0]))
    # Each way walks its own index and returns no more than what is needed.
    found = union(*(select(part.subquery().c.seq) for part in parts)).subquery()
    order = found.c.seq if after is not None else found.c.seq.desc()
    return list(db.session.scalars(select(found.c.seq).order_by(order).limit(limit)))


def _before(scope, search):
    """A seq below all calls of the period, 0 without ``since``. Calls may be written after later ones, but not later than
    WRITTEN_WITHIN, so none of the period has a lower seq.
    """
    if search.since is None:
        return 0
    earlier = scope.select(ScimCall, ScimCall.seq).where(ScimCall.at < search.since - WRITTEN_WITHIN)
    return db.session.scalar(earlier.order_by(ScimCall.at.desc()).limit(1)) or 0


def _ways(scope, search):
    """The ways in which the words of a search may match, each a tuple of the seq to start after and conditions; and whether
    more names match than are searched.

    Names are looked up in the directory first, so any number of calls can be searched by target id. Names that the
    directory does not have (a refused newcomer, a removed group) are only searched in the newest calls.
    """
    text = search.q.strip()
    if not text:
        return [(0,)], False
    found = scope.select(User, User.seq).where(*conditions_of(scope, UserSearch(q=text))).limit(MOST_NAMED + 1)
    # Two steps: the narrow index of the list holds what is searched, but not the ids.
    few = found.subquery()
    people = scope.select(User, User.id).join(few, few.c.seq == User.seq)
    named = has_words(Group.display_name_key, fold(text))
    groups = scope.select(Group, Group.id).where(named).limit(MOST_NAMED + 1)
    people, groups = list(db.session.scalars(people)), list(db.session.scalars(groups))
    newest = scope.select(ScimCall, ScimCall.seq).order_by(ScimCall.seq.desc()).offset(LOOKED_THROUGH).limit(1)
    ways = [
        (0, ScimCall.request_id == text),
        (0, ScimCall.target_id.in_([text, *people[:MOST_NAMED], *groups[:MOST_NAMED]])),
        (db.session.scalar(newest) or 0, has_words(ScimCall.target_key, name_order(text))),
    ]
    return ways, max(len(people), len(groups)) > MOST_NAMED


def by_result(result):
    """Conditions for a result, so that its partial index is used: the index covers rare results only, and needs its
    literal.
    """
    is_result = ScimCall.result == result
    return (is_result,) if result == "answered" else (is_result, ScimCall.result != literal_column("'answered'"))


def _filtered(scope, search):
    """A select of the seqs of calls that meet the filters."""
    query = scope.select(ScimCall, ScimCall.seq)
    is_named = search.q.strip()  # the index of whom they name leaves fewer calls than any other
    if search.result in RESULTS:
        has_better = search.target or search.operation or is_named  # as theirs usually does
        is_result = unsought(ScimCall.result) if is_named else ScimCall.result
        query = query.where(*[is_result == search.result] if has_better else by_result(search.result))
    for column, value in (
        (unsought(ScimCall.token_id) if is_named else ScimCall.token_id, search.token),
        (unsought(ScimCall.operation) if is_named else ScimCall.operation, search.operation),
        (ScimCall.target_id, search.target),
    ):
        if value:
            query = query.where(column == value)
    return query if search.since is None else query.where(ScimCall.at >= search.since)
