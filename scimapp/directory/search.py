"""What screens list of people: one page at a time, in a constant number of statements."""

from dataclasses import dataclass, field

import orjson
from sqlalchemy import func, or_, select

from ..database import db
from . import clock
from .model import Counter, Group, Invitation, Membership, OutboxMail, User, UserDocument
from .page import Page
from .roles import Permission
from .text_keys import name_order

USER_SORTS = {
    "name": User.order_key,
    "email": User.email_key,
    "state": User.state,
    "role": User.role,
    "created": User.created_at,
    "updated": User.updated_at,
    "last_sign_in": User.last_sign_in_at,
}
BY_HAND = "hand"  # the source filter for people whom no directory manages


@dataclass(frozen=True, slots=True)
class UserSearch:
    """``state``: active, invited, inactive or None. ``connection``: a directory, ``hand`` or None."""

    q: str = ""
    state: str | None = None
    role: str | None = None
    connection: str | None = None
    sort: str = "name"
    descending: bool = False
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many people there are in each state; the parts add up to ``people``."""

    people: int
    active: int
    invited: int
    inactive: int


@dataclass(frozen=True, slots=True)
class UserRow:
    """One row of the people list."""

    user: User
    custom: dict
    groups: list[str] = field(default_factory=list)


def find_users(scope, search):
    """A Page of UserRow. Four statements at any size."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = _filtered(scope, search)
    column = USER_SORTS.get(search.sort, User.order_key)
    order = [column.desc().nulls_last() if search.descending else column.asc().nulls_last(), User.order_key, User.seq]
    page = Page.of(query, query.with_only_columns(func.count()), order, search.page, search.per_page)
    seqs = [user.seq for user in page.items]
    custom, groups = _custom_values(scope, seqs), _group_names(scope, seqs)
    rows = [UserRow(user, custom.get(user.seq, {}), groups.get(user.seq, [])) for user in page.items]
    return Page(rows, page.total, page.page, page.per_page)


def count_states(scope, search=None):
    """People by state: the kept counts, or those of a search (its state left aside)."""
    scope.require(Permission.VIEW_DIRECTORY)
    if search is None or not (search.q or search.role or search.connection):
        kept = dict(db.session.execute(scope.select(Counter, Counter.name, Counter.value)).tuples().all())
        return StateCounts(*(kept.get(name, 0) for name in ("people", "active", "invited", "inactive")))
    query = _filtered(scope, search, with_state=False).with_only_columns(User.state, func.count()).group_by(User.state)
    counted = dict(db.session.execute(query).tuples().all())
    parts = [counted.get(name, 0) for name in ("active", "invited", "inactive")]
    return StateCounts(sum(parts), *parts)


def count_invite_trouble(scope, search):
    """``(expired, failed)``: open invitations of a search that nobody can use, and those whose mail was refused."""
    scope.require(Permission.VIEW_DIRECTORY)
    people = _filtered(scope, search, with_state=False).where(User.state == "invited").with_only_columns(User.seq)
    is_open = (Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None))
    invitations = scope.select(Invitation, func.count(Invitation.seq)).where(*is_open, Invitation.user_seq.in_(people))
    expired = invitations.where(Invitation.expires_at <= clock.now())
    carried = (OutboxMail.account_id == Invitation.account_id) & (OutboxMail.invitation_id == Invitation.id)
    failed = invitations.where(Invitation.expires_at > clock.now(), OutboxMail.state == "failed").join(
        OutboxMail, carried & (OutboxMail.user_seq == Invitation.user_seq)
    )
    counts = select(expired.scalar_subquery(), failed.scalar_subquery())
    return tuple(db.session.execute(counts).one())


def connections(scope):
    """The directories that manage people here, for the source filter."""
    query = scope.select(User, User.connection_id).where(User.connection_id.is_not(None)).distinct()
    return sorted(db.session.scalars(query))


def _filtered(scope, search, with_state=True):
    query = matching(scope.select(User), search.q)
    if with_state and search.state:
        query = query.where(User.state == search.state)
    if search.role:
        query = query.where(User.role == search.role)
    if search.connection == BY_HAND:
        query = query.where(User.connection_id.is_(None))
    elif search.connection:
        query = query.where(User.connection_id == search.connection)
    return query


def matching(query, q):
    """Names, nicknames, addresses and user names that contain the words typed; an id must match whole."""
    text = q.strip()
    if not text:
        return query
    part = User.search_key.like(f"%{escaped(name_order(text))}%", escape="\\")
    return query.where(or_(part, User.id == text, User.scim_id == text, User.external_id == text))


def escaped(key):
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _custom_values(scope, seqs):
    query = scope.select(UserDocument, UserDocument.user_seq, UserDocument.custom).where(
        UserDocument.user_seq.in_(seqs), UserDocument.custom.is_not(None)
    )
    return {seq: orjson.loads(custom) for seq, custom in db.session.execute(query)}


def _group_names(scope, seqs):
    query = (
        scope.select(Membership, Membership.user_seq, Group.display_name)
        .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
        .where(Membership.user_seq.in_(seqs))
        .order_by(Group.display_name_key, Group.seq)
    )
    names = {}
    for seq, name in db.session.execute(query):
        names.setdefault(seq, []).append(name)
    return names
