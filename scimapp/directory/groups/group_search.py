"""What screens list of groups and their members: one page at a time, in a constant number of statements."""

from dataclasses import dataclass, field

from sqlalchemy import func, or_

from ...database import db
from ..errors import NotInAccount
from ..model import Group, Membership, NestedGroup, RoleRule, User
from ..page import Page
from ..roles import Permission, Role
from ..text_keys import fold
from ..user_list.search import BY_HAND, EVERYONE, UserSearch, conditions_of, count_states
from ..user_list.typed_words import escaped, matching
from ..user_list.user_order import finds_in_order, numbers_found
from .group_closure import closure

GROUP_SORTS = {
    "name": Group.display_name_key,
    "members": Group.member_count,
    "source": Group.connection_id,
    "created": Group.created_at,
    "pushed": Group.last_push_at,
}
MANY, FEW = 5_000, 1_000  # members to list, and members to walk past
ATTENTION = ("skipped", "empty", "conflict")  # what may need a look


@dataclass(frozen=True, slots=True)
class GroupSearch:
    """``connection``: a directory, ``hand`` or None. ``attention``: one of ``ATTENTION`` or None."""

    q: str = ""
    connection: str | None = None
    attention: str | None = None
    sort: str = "name"
    descending: bool = False
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True)
class About:
    """What a list tells of groups beside their rows: ``{group seq: …}``."""

    roles: dict = field(default_factory=dict)
    group_counts: dict = field(default_factory=dict)


def find_groups(scope, search):
    """A Page of Group rows. Two statements."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = scope.select(Group)
    if search.q.strip():
        key = escaped(fold(search.q.strip()))
        query = query.where(or_(Group.display_name_key.like(f"%{key}%", escape="\\"), Group.id == search.q.strip()))
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
    """How many member values the last pushes of all groups named in vain."""
    total = func.coalesce(func.sum(Group.last_push_skipped), 0)
    return int(db.session.scalar(scope.select(Group, total)))


def find_members(scope, group, q="", page=1, per_page=25):
    """A Page of the people in a group, by name. Four statements at most."""
    scope.require(Permission.VIEW_DIRECTORY)
    if group.account_id != scope.account_id:
        raise NotInAccount("Group")
    return _by_name(scope, UserSearch(q), None if q else group.member_count, page, per_page, group)


def find_everyone(scope, q="", page=1, per_page=25):
    """A Page of the built-in group Everyone, whoever is active or invited, by name. Four statements at most."""
    counts = count_states(scope)
    total = None if q else counts.active + counts.invited
    return _by_name(scope, UserSearch(q, group=EVERYONE), total, page, per_page)


def _by_name(scope, search, total, page, per_page, group=None):
    """A Page of the people whom ``search`` finds, in ``group`` where there is one; ``total`` is their number if known.

    Of two halves the second is read from its end. Where they are counted anyway, SQLite lists them in the same walk.
    """
    found = conditions_of(scope, search)
    people = scope.select(User, User.seq).where(*found, *_is_member(scope, group, total is None))
    if total is None and finds_in_order():
        seqs = _listed(scope, found, group)
        page = max(1, min(page, -(-len(seqs) // per_page) or 1))
        return Page(_people(scope, seqs[(page - 1) * per_page : page * per_page]), len(seqs), page, per_page)
    if total is None:
        total = db.session.scalar(people.with_only_columns(func.count()))
    page = max(1, min(page, -(-total // per_page) or 1))
    before = (page - 1) * per_page
    limit = min(per_page, total - before)
    if not limit:
        return Page([], total, page, per_page)
    after = total - before - limit
    order = [User.order_key, User.seq] if before <= after else [User.order_key.desc(), User.seq.desc()]
    if min(before, after) < FEW:
        people = scope.select(User, User.seq).where(*found, *_is_member(scope, group, True))
    seqs = db.session.scalars(people.order_by(*order).offset(min(before, after)).limit(limit)).all()
    return Page(_people(scope, seqs), total, page, per_page)


def _listed(scope, found, group):
    """The numbers of the people who meet conditions and are in a group, if there is one, by name."""
    is_large = group is not None and group.member_count > MANY
    people = scope.select(User, User.seq).where(*found, *_is_member(scope, None if is_large else group, False))
    seqs = numbers_found(people.order_by(User.order_key, User.seq))
    if not is_large or not seqs:
        return seqs
    members = set(numbers_found(_members(scope, group)))  # cheaper than to look thousands up
    return [seq for seq in seqs if seq in members]


def _members(scope, group):
    return scope.select(Membership, Membership.user_seq).where(Membership.group_seq == group.seq)


def _people(scope, seqs):
    """The people with these numbers, by name."""
    rows = db.session.scalars(scope.select(User).where(User.seq.in_(seqs))) if seqs else []
    return sorted(rows, key=lambda user: (user.order_key, user.seq))


def _is_member(scope, group, one_by_one):
    """The condition on ``User``. ``one_by_one``: of a large group no list is made, each person is looked up in it."""
    if group is None:
        return []
    members = _members(scope, group)
    if one_by_one and group.member_count > MANY:
        return [members.where(Membership.user_seq == User.seq).correlate(User).exists()]
    is_in = User.seq.in_(members)
    # Joined with its members, Postgres sorts a large group by name. So it has their numbers at hand and walks everybody by name.
    return [is_in.is_(True) if group.member_count > MANY and not finds_in_order() else is_in]


def find_people_to_add(scope, group, q, limit=25):
    """People who are not in a group yet and match what was typed, by name; at most ``limit``."""
    scope.require(Permission.MANAGE_GROUPS)
    query = scope.select(User).where(User.scim_id.is_not(None), User.seq.not_in(_members(scope, group)))
    query = matching(query, q)
    return list(db.session.scalars(query.order_by(User.order_key, User.seq).limit(limit)))


def find_groups_to_add(scope, group, q, limit=25):
    """Groups that may become members of a group: not in it yet, and not above it. By name, at most ``limit``."""
    scope.require(Permission.MANAGE_GROUPS)
    inside = scope.select(NestedGroup, NestedGroup.member_seq).where(NestedGroup.group_seq == group.seq)
    key = escaped(fold(q.strip()))
    query = scope.select(Group).where(
        Group.display_name_key.like(f"%{key}%", escape="\\"),
        Group.seq.not_in(inside),
        Group.seq.not_in(closure(scope, [group.seq], down=False)),
    )
    return list(db.session.scalars(query.order_by(Group.display_name_key, Group.seq).limit(limit)))


def groups_by_hand(scope, limit=1_000):
    """``[(id, name)]`` of the groups whose members are chosen here, by name; at most ``limit``."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = scope.select(Group, Group.id, Group.display_name).where(Group.connection_id.is_(None))
    return list(db.session.execute(query.order_by(Group.display_name_key, Group.seq).limit(limit)).tuples())
