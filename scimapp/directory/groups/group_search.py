"""Lists of groups and their members for screens: one page at a time, in a constant number of statements."""

from msgspec import Struct
from sqlalchemy import func, or_

from ...database import db
from ...texts import fold
from .. import kept_counts
from ..errors import NotInAccount
from ..model import Group, Membership, NestedGroup, RoleRule, User
from ..page import Page
from ..roles import Permission, Role, assignable_roles
from ..sql.few_people import in_state
from ..sql.texts import has_words
from ..user_list import people_found, typed_words
from ..user_list.search import BY_HAND
from ..user_list.user_order import Order
from .group_closure import closure
from .role_rules import ruled_groups

GROUP_SORTS = {
    "name": Group.display_name_key,
    "members": Group.member_count,
    "source": Group.connection_id,
    "created": Group.created_at,
    "pushed": Group.last_push_at,
}
MOST_TO_ADD, MOST_TO_CHOOSE = 25, 1_000
ATTENTION = ("skipped", "empty", "conflict")  # filters for groups that may need attention


class GroupSearch(Struct, frozen=True):
    """``connection``: a directory, ``hand`` or None. ``attention``: one of ``ATTENTION`` or None."""

    q: str = ""
    connection: str | None = None
    attention: str | None = None
    sort: str = "name"
    descending: bool = False
    page: int = 1
    per_page: int = 25


class About(Struct, frozen=True):
    """What a list shows about groups beside their rows, each as ``{group seq: …}``."""

    roles: dict = {}
    group_counts: dict = {}


def find_groups(scope, search):
    """A Page of Group rows. Two statements."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = scope.select(Group)
    if search.q.strip():
        text = search.q.strip()
        query = query.where(or_(has_words(Group.display_name_key, fold(text)), Group.id == text))
    if search.connection:
        managed_by = None if search.connection == BY_HAND else search.connection
        query = query.where(Group.connection_id.is_not_distinct_from(managed_by))
    query = _needing(scope, query, search.attention)
    column = GROUP_SORTS.get(search.sort, Group.display_name_key)
    order = [column.desc().nulls_last() if search.descending else column.asc().nulls_last()]
    order += [Group.display_name_key, Group.seq]
    return Page.of(query, query.with_only_columns(func.count()), order, search.page, search.per_page)


def _needing(scope, query, attention):
    if attention == "skipped":
        return query.where(Group.last_push_skipped > 0)
    if attention == "conflict":
        return query.where(Group.conflict_at.is_not(None))
    if attention == "empty":
        holding_groups = scope.select(NestedGroup, NestedGroup.group_seq)
        return query.where(Group.member_count == 0, Group.seq.not_in(holding_groups))
    return query


def about(scope, groups):
    """The About of these groups. Two statements."""
    seqs = [group.seq for group in groups]
    rules = scope.select(RoleRule, RoleRule.group_seq, RoleRule.role).where(RoleRule.group_seq.in_(seqs))
    counts = scope.select(NestedGroup, NestedGroup.group_seq, func.count()).where(NestedGroup.group_seq.in_(seqs))
    return About(
        {seq: Role(role) for seq, role in db.session.execute(rules)},
        dict(db.session.execute(counts.group_by(NestedGroup.group_seq)).tuples().all()),
    )


def connections(scope):
    """The directories that manage groups here, for the source filter."""
    query = scope.select(Group, Group.connection_id).where(Group.connection_id.is_not(None)).distinct()
    return sorted(db.session.scalars(query))


def skipped_members_count(scope):
    """How many member values of the last pushes, over all groups, matched nobody."""
    total = func.coalesce(func.sum(Group.last_push_skipped), 0)
    return int(db.session.scalar(scope.select(Group, total)))


def find_members(scope, group, q="", page=1, per_page=25):
    """A Page of the people in a group, by name. Five statements at most; on Postgres up to three more for what is kept."""
    scope.require(Permission.VIEW_DIRECTORY)
    if group.account_id != scope.account_id:
        raise NotInAccount("Group")
    return _by_name(scope, q, [_members(scope, group)], [], page, per_page)


def find_everyone(scope, q="", page=1, per_page=25):
    """A Page of the built-in group Everyone: all active and invited people, by name. Statements as in ``find_members``."""
    scope.require(Permission.VIEW_DIRECTORY)
    inactive = scope.select(User, User.seq).where(in_state("inactive"))
    return _by_name(scope, q, [], [inactive], page, per_page)


def _by_name(scope, q, met, unmet, page, per_page):
    """A Page of the people who are in each list of ``met`` and in none of ``unmet``, and have the words typed."""
    words = q.strip()
    if words:
        named = scope.select(User, User.seq).where(typed_words.named_like(scope, words))
        met = [named.order_by(User.order_key, User.seq), *met]
    people, *_ = people_found.in_lists(scope, met, unmet, is_in_order=bool(words))
    everybody = kept_counts.by_state(scope).people
    total = people.count(everybody)
    page = max(1, min(page, -(-total // per_page) or 1))
    seqs = Order().seqs(scope, people, everybody, (page - 1) * per_page, per_page)
    return Page(_people(scope, seqs), total, page, per_page)


def _people(scope, seqs):
    """The people with these numbers, by name."""
    people = db.session.scalars(scope.select(User).where(User.seq.in_(seqs))) if seqs else []
    return sorted(people, key=lambda user: (user.order_key, user.seq))


def _members(scope, group):
    return scope.select(Membership, Membership.user_seq).where(Membership.group_seq == group.seq)


def find_people_to_add(scope, group, q, limit=25, left_out=()):
    """People who are not in a group yet and match what was typed, by name; at most ``limit``. ``left_out`` are ids."""
    scope.require(Permission.MANAGE_GROUPS)
    # Conditions on numbers, so that an index of the names and words is walked alone and no row is read.
    found = scope.select(User, User.seq)
    if q.strip():  # first: SQLite checks conditions in their order
        found = found.where(typed_words.named_like(scope, q.strip()))
    removed = scope.select(User, User.seq).where(User.scim_id.is_(None))
    found = found.where(User.seq.not_in(_members(scope, group)), User.seq.not_in(removed))
    seqs = db.session.scalars(found.order_by(User.order_key, User.seq).limit(limit + len(left_out))).all()
    return [user for user in _people(scope, seqs) if user.id not in left_out][:limit]


def find_groups_to_add(scope, group, q, left_out=()):
    """Groups that may become members of a group: not in it yet, and not above it. By name, at most MOST_TO_ADD.
    ``left_out`` are seqs.
    """
    scope.require(Permission.MANAGE_GROUPS)
    inside = scope.select(NestedGroup, NestedGroup.member_seq).where(NestedGroup.group_seq == group.seq)
    query = scope.select(Group).where(
        has_words(Group.display_name_key, fold(q.strip())),
        Group.seq.not_in(inside),
        Group.seq.not_in(sorted(left_out)),
        Group.seq.not_in(closure(scope, [group.seq], down=False)),
    )
    return list(db.session.scalars(query.order_by(Group.display_name_key, Group.seq).limit(MOST_TO_ADD)))


def groups_by_hand(scope):
    """``[(id, name)]`` of the groups whose members the actor may choose here, by name; at most MOST_TO_CHOOSE."""
    scope.require(Permission.VIEW_DIRECTORY)
    closed = sorted(seq for seq, role in ruled_groups(scope).items() if role not in assignable_roles(scope.actor.role))
    query = scope.select(Group, Group.id, Group.display_name).where(Group.connection_id.is_(None))
    query = query.where(Group.seq.not_in(closed)) if closed else query
    return list(db.session.execute(query.order_by(Group.display_name_key, Group.seq).limit(MOST_TO_CHOOSE)).tuples())
