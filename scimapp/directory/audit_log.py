"""Reading the audit log: what happened, newest first, in a constant number of statements at any length."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import or_

from ..audit.log import AuditEntry
from ..database import db, start_over
from . import clock
from .model import User
from .page import newest
from .roles import Permission, Role
from .sql.functions import any_case_like, by_code_point
from .sql.texts import escaped

CATEGORIES = ("person", "group", "custom field", "token", "account", "mail", "batch")  # kinds of targets
EXPORT_CHUNK = 1_000  # entries read at a time


class AuditSearch(Struct, frozen=True):
    """``who`` is a part of an actor's name, ``what`` a category or an event, ``target`` an id or a part of a name.

    ``since`` is the oldest moment shown. ``before`` is a seq: only older entries are shown. None starts at the newest.
    """

    who: str = ""
    what: str | None = None
    target: str = ""
    batch: str | None = None
    since: datetime | None = None
    before: int | None = None
    per_page: int = 50


class AuditPage(Struct, frozen=True):
    """``older`` is the ``before`` of the next page, None at the end.

    ``veiled``: seqs whose changes this viewer may not see.
    """

    items: list
    older: int | None
    veiled: frozenset


def find(scope, search):
    """An AuditPage. Two statements."""
    scope.require(Permission.VIEW_AUDIT)
    found = _filtered(scope, search)
    if search.before is not None:
        found = found.where(AuditEntry.seq < search.before)
    items, older = newest(scope, AuditEntry, found, search.per_page)
    return AuditPage(items, older, veiled(scope, items))


def get(scope, seq):
    """``(entry, whether its changes are veiled)``. Raises NotInAccount."""
    scope.require(Permission.VIEW_AUDIT)
    entry = scope.one(AuditEntry, AuditEntry.seq == seq, kind="entry")
    return entry, entry.seq in veiled(scope, [entry])


def of_target(scope, target_id, limit=10, events=()):
    """The newest entries about one target, as ``(entry, whether its changes are veiled)``; of ``events`` only, if there are any."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = scope.select(AuditEntry).where(AuditEntry.target_id == target_id)
    if events:
        query = query.where(AuditEntry.event.in_(events))
    entries = db.session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit)).all()
    hidden = veiled(scope, entries)
    return [(entry, entry.seq in hidden) for entry in entries]


def of_request(scope, request_id):
    """What one request changed, oldest first, as ``(entry, whether its changes are veiled)``; at most 50."""
    scope.require(Permission.VIEW_LOG)
    query = scope.select(AuditEntry).where(AuditEntry.request_id == request_id).order_by(AuditEntry.seq).limit(50)
    entries = db.session.scalars(query).all()
    hidden = veiled(scope, entries)
    return [(entry, entry.seq in hidden) for entry in entries]


def export(scope, search):
    """All entries of a search as ``(entry, is_veiled)``, newest first, read in chunks."""
    before = search.before
    while True:
        page = find(scope, replace(search, before=before, per_page=EXPORT_CHUNK))
        start_over()  # sent rows are released, and no transaction waits for a slow reader
        yield from ((entry, entry.seq in page.veiled) for entry in page.items)
        if page.older is None:
            return
        before = page.older


def since_days(days):
    """The moment ``days`` ago, for ``AuditSearch.since``."""
    return clock.now() - timedelta(days=days)


def _filtered(scope, search):
    query = scope.select(AuditEntry, AuditEntry.seq)
    if search.who:
        query = query.where(_holds(AuditEntry.actor_label, search.who))
    if search.what in CATEGORIES:
        query = query.where(AuditEntry.target_kind == search.what)
    elif search.what:
        query = query.where(AuditEntry.event == search.what)
    if search.target:
        query = query.where(or_(AuditEntry.target_id == search.target, _holds(AuditEntry.target_label, search.target)))
    if search.batch:
        query = query.where(AuditEntry.batch_id == search.batch)
    if search.since is not None:
        query = query.where(AuditEntry.at >= search.since)
    return query


def _holds(label, words):
    """The condition that a label contains the words in any case.

    ASCII words compare by code point: half the cost on Postgres.
    """
    return any_case_like(by_code_point(label) if words.isascii() else label, f"%{escaped(words)}%")


def veiled(scope, entries):
    """The seqs of those of these entries that hold changes by Super Admins and the owner, which only these may see."""
    if Role(scope.actor.role).rank >= Role.SUPER_ADMIN.rank:
        return frozenset()
    actors = {entry.actor_id for entry in entries if entry.actor_kind == "person"}
    strong = (Role.SUPER_ADMIN.value, Role.OWNER.value)
    query = scope.select(User, User.id).where(User.id.in_(actors), User.role.in_(strong))
    hidden = set(db.session.scalars(query))
    return frozenset(entry.seq for entry in entries if entry.actor_id in hidden)
