"""Reading the provisioning log: a page of calls, one of them, and those around it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import literal_column, select, union

from ...database import db, start_over
from ..model import Group, ScimCall, ScimCallBody, ScimToken, User
from ..roles import Permission
from ..text_keys import fold, name_order
from ..user_list.search import UserSearch, conditions_of
from ..user_list.typed_words import escaped
from .call_buffer import FLOOD_WINDOW

RESULTS = ("answered", "warned", "failed")
EXPORT_CHUNK = 500  # calls read at a time
LOOKED_THROUGH = 10_000  # newest calls whose names are searched for words; older ones are found by who it was
MOST_NAMED = 200  # people and groups that the words of a search may mean
WRITTEN_WITHIN = FLOOD_WINDOW + timedelta(minutes=5)  # after it came, at the latest
MOST_COUNTED = 100  # newer calls


@dataclass(frozen=True, slots=True)
class CallSearch:
    """``q`` is a part of a name, or an id. ``target`` is the id of a person or group, ``since`` the oldest moment.

    ``before`` and ``after`` are seqs to go on from: older calls, or newer ones.
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


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first, and the seqs to go on from, None at an end.

    ``is_partial``: more people match the words than could be looked at.
    """

    items: list
    older: int | None
    newer: int | None
    is_partial: bool = False


def find(scope, search):
    """A CallPage. Seven statements at most, at any length."""
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
        return CallPage([], None, None, is_partial)
    if newer_first:
        return CallPage(items, items[-1].seq if more else None, items[0].seq if search.before else None, is_partial)
    return CallPage(items, items[-1].seq, items[0].seq if more else None, is_partial)


def newer_count(scope, search, seq):
    """How many calls of a search came after ``seq``; at most MOST_COUNTED are counted."""
    scope.require(Permission.VIEW_LOG)
    return len(_seqs(scope, search, _ways(scope, search)[0], MOST_COUNTED, after=seq))


def get(scope, request_id):
    """``(call, its bodies or None)``. Raises NotInAccount."""
    scope.require(Permission.VIEW_LOG)
    call = scope.one(ScimCall, ScimCall.request_id == request_id, kind="call")
    return call, db.session.scalars(scope.select(ScimCallBody).where(ScimCallBody.call_seq == call.seq)).first()


def neighbours(scope, search, call):
    """The request ids of the next older and the next newer call within a search, None at an end."""
    ways, _ = _ways(scope, search)
    older = _seqs(scope, search, ways, 1, before=call.seq)
    newer = _seqs(scope, search, ways, 1, after=call.seq)
    # Whole rows: for two columns SQLite would read an index that holds both from end to end.
    calls = db.session.scalars(scope.select(ScimCall).where(ScimCall.seq.in_(older + newer)))
    ids = {near.seq: near.request_id for near in calls}
    return ids.get(next(iter(older), None)), ids.get(next(iter(newer), None))


def same_problem(scope, call, limit=5):
    """Earlier calls with the same cause about the same target or, where nobody is known, about none; newest first."""
    if call.cause is None:
        return []
    same = (ScimCall.cause == call.cause, ScimCall.target_id == call.target_id)  # or both without a target
    query = scope.select(ScimCall).where(*same, ScimCall.seq < call.seq)
    if call.target_id is None and call.target_label:
        query = query.where(ScimCall.target_label == call.target_label, ScimCall.seq > call.seq - LOOKED_THROUGH)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(limit)).all()


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
        start_over()  # what is sent is not kept, and no transaction waits for a slow reader
        yield from ((call, by_seq.get(call.seq)) for call in page.items)
        if page.older is None:
            return
        wanted = replace(wanted, before=page.older)


def tokens_seen(scope):
    """``[(id, label)]`` of the account's tokens, for the filter."""
    query = scope.select(ScimToken, ScimToken.id, ScimToken.label).order_by(ScimToken.seq.desc())
    return [tuple(row) for row in db.session.execute(query)]


def last_at(scope):
    """When the newest call of all came, None when there is none."""
    return db.session.scalar(scope.select(ScimCall, ScimCall.at).order_by(ScimCall.seq.desc()).limit(1))


def target_name(scope, target_id):
    """What a person or group was called when it was last heard of, None for an id that the log does not know."""
    query = scope.select(ScimCall, ScimCall.target_label).where(ScimCall.target_id == target_id)
    return db.session.scalar(query.order_by(ScimCall.seq.desc()).limit(1))


def _seqs(scope, search, ways, limit, before=None, after=None):
    """The seqs of a search next to ``before`` or ``after``, in the order they are met. Two statements.

    Each way begins where its rows begin: a database follows an index from one bound only, so the highest is worked out here.
    """
    nearest = ScimCall.seq if after is not None else ScimCall.seq.desc()
    before_period, parts = _before(scope, search), []
    for floor, *conditions in ways:
        query = _filtered(scope, search).where(ScimCall.seq > max(before_period, floor, after or 0), *conditions)
        if before is not None:
            query = query.where(ScimCall.seq < before)
        parts.append(query.order_by(nearest).limit(limit))
    if len(parts) == 1:
        return list(db.session.scalars(parts[0]))
    # Each way is walked along its own index and gives no more than what is wanted.
    found = union(*(select(part.subquery().c.seq) for part in parts)).subquery()
    order = found.c.seq if after is not None else found.c.seq.desc()
    return list(db.session.scalars(select(found.c.seq).order_by(order).limit(limit)))


def _before(scope, search):
    """A seq that no call of the period has and all of them are behind. A call may be written later than ones that came after it,
    but none so late that it stands in front of this one.
    """
    if search.since is None:
        return 0
    earlier = scope.select(ScimCall, ScimCall.seq).where(ScimCall.at < search.since - WRITTEN_WITHIN)
    return db.session.scalar(earlier.order_by(ScimCall.at.desc()).limit(1)) or 0


def _ways(scope, search):
    """How the words of a search may fit, as lists of a seq to begin behind and conditions; and whether that is all.

    Names are looked up in the directory first, so that any number of calls is searched by ids. A name that the
    directory does not have (a refused newcomer, a removed group) is sought in the newest calls alone.
    """
    text = search.q.strip()
    if not text:
        return [(0,)], False
    found = scope.select(User, User.seq).where(*conditions_of(scope, UserSearch(q=text))).limit(MOST_NAMED + 1)
    # In two steps: the narrow index of the list holds what is searched, not the ids.
    few = found.subquery()
    people = scope.select(User, User.id).join(few, few.c.seq == User.seq)
    named = Group.display_name_key.like(f"%{escaped(fold(text))}%", escape="\\")
    groups = scope.select(Group, Group.id).where(named).limit(MOST_NAMED + 1)
    people, groups = list(db.session.scalars(people)), list(db.session.scalars(groups))
    newest = scope.select(ScimCall, ScimCall.seq).order_by(ScimCall.seq.desc()).offset(LOOKED_THROUGH).limit(1)
    like = ScimCall.target_key.like(f"%{escaped(name_order(text))}%", escape="\\")
    ways = [
        (0, ScimCall.request_id == text),
        (0, ScimCall.target_id.in_([text, *people[:MOST_NAMED], *groups[:MOST_NAMED]])),
        (db.session.scalar(newest) or 0, like),
    ]
    return ways, max(len(people), len(groups)) > MOST_NAMED


def by_result(result):
    """Conditions of a result, found by its index. That holds the rare ones alone, so they have to say so in its own letters."""
    is_result = ScimCall.result == result
    return (is_result,) if result == "answered" else (is_result, ScimCall.result != literal_column("'answered'"))


def _filtered(scope, search):
    """The seqs of the calls that meet the filters."""
    query = scope.select(ScimCall, ScimCall.seq)
    if search.result in RESULTS:
        has_better = search.target or search.operation or search.q.strip()  # an index with fewer calls, mostly
        query = query.where(*[ScimCall.result == search.result] if has_better else by_result(search.result))
    for column, value in (
        (ScimCall.token_id, search.token),
        (ScimCall.operation, search.operation),
        (ScimCall.target_id, search.target),
    ):
        if value:
            query = query.where(column == value)
    return query if search.since is None else query.where(ScimCall.at >= search.since)
