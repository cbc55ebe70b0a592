"""What screens list of people: one page at a time, in a constant number of statements."""

from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from ...database import db
from .. import kept_counts
from ..groups.group_closure import closure
from ..kept_counts import StateCounts
from ..links import standings
from ..model import Group, Membership, User, UserDocument
from ..page import MAXIMUM_PER_PAGE, Page
from ..people.profile import Profile
from ..roles import Permission
from ..sql_text import unsought
from . import counted_by_number, counted_in_lists, typed_words, user_filters, ways
from .list_attributes import NAME
from .user_filters import AT_HAND, LISTED, ONE_BY_ONE
from .user_order import Order, finds_in_order

BY_HAND = "hand"  # the source filter for people whom no directory manages and no file brought
FROM_FILE = "file"  # for those whom a CSV file brought
EVERYONE = -1  # in place of a group's seq: the built-in group of all active people
FILE_SOURCE = "import"  # what ``User.source`` says of them
_FEW = 200  # people that are read and counted here rather than sought once more


@dataclass(frozen=True, slots=True)
class UserSearch:
    """Which people, in which order. ``conditions`` are of ``user_filters``, ``sort`` is an Attribute.

    ``state``: active, invited, inactive or None. ``connection``: a directory, ``hand``, ``file`` or None. ``group`` is
    the seq of a group (people in groups in it count) or EVERYONE. ``ids`` names people one by one.
    """

    q: str = ""
    state: str | None = None
    role: str | None = None
    connection: str | None = None
    group: int | None = None
    conditions: tuple = ()
    ids: tuple | None = None
    sort: object = NAME
    descending: bool = False
    page: int = 1
    per_page: int = 25

    @property
    def is_narrowed(self):
        """Whether anything but the state narrows the list."""
        beside = (self.q.strip(), self.role, self.connection, self.conditions)
        return any(beside) or self.group is not None or self.ids is not None


@dataclass(frozen=True, slots=True)
class UserRow:
    """One row of the people list."""

    user: User
    profile: Profile
    groups: list[str] = field(default_factory=list)

    @property
    def custom(self):
        return self.profile.custom


def find_users(scope, search, counts=None):
    """A Page of UserRow. Seven statements at most; ``counts`` are those of ``count_states``, where they are known."""
    scope.require(Permission.VIEW_DIRECTORY)
    counts = counts or _count(scope, search)
    total = counts.of(search.state)
    page, per_page, offset = _place(search, total)
    seqs = []
    if total:
        # Who was invited never signed in, who is inactive did so long ago: behind all others in that order.
        sought = search.sort.key == "last_sign_in" and search.state in ("invited", "inactive")
        order = Order(search.sort, search.descending, asked=search.conditions, sought=sought)
        left = tuple(condition for condition in search.conditions if not order.stands_for(condition))
        way = ways.way_to(search, left, order, counts, total, offset, per_page)
        if way == AT_HAND and finds_in_order():
            beside = conditions_of(scope, replace(search, conditions=()))
            lists = user_filters.of_values(scope, left)
            seqs = order.beside(scope, beside, lists, offset, per_page, total, ways.EVERYBODY)
        else:
            order = replace(order, one_by_one=way in (ONE_BY_ONE, AT_HAND))
            conditions = conditions_of(scope, replace(search, conditions=left), way=way)
            seqs = order.seqs(scope, conditions, offset, per_page, total)
    return Page(rows(scope, seqs) if seqs else [], total, page, per_page)


def find_and_count(scope, search):
    """``(Page, StateCounts, expired, bounced)``: what ``find_users`` and ``count_with_invites`` say.

    Words that stand in few names are sought once: whoever has them is counted and put in order here.
    """
    named = _few_named(scope, search)
    if named is None:
        counts, *in_vain = count_with_invites(scope, search)
        return find_users(scope, search, counts), counts, *in_vain
    states = [row.state for row in named]
    counts = StateCounts(len(named), *map(states.count, StateCounts.__slots__[1:]))
    in_vain = standings.count_in_vain(scope, [row.seq for row in named if row.state == "invited"])
    seqs = [row.seq for row in named if search.state in (None, row.state)]
    page, per_page, offset = _place(search, len(seqs))
    if seqs and (search.sort.key != NAME.key or search.descending):
        seqs = Order(search.sort, search.descending).seqs(scope, [User.seq.in_(seqs)], offset, per_page)
    else:
        seqs = seqs[offset : offset + per_page]
    return Page(rows(scope, seqs) if seqs else [], counts.of(search.state), page, per_page), counts, *in_vain


def all_seqs(scope, search):
    """The seqs of everybody whom a search finds, in its order."""
    scope.require(Permission.VIEW_DIRECTORY)
    order = Order(search.sort, search.descending, asked=search.conditions)
    return order.seqs(scope, conditions_of(scope, search))


def rows(scope, seqs):
    """The UserRows of these seqs, in their order; people who are gone are left out. Three statements."""
    people = {user.seq: user for user in db.session.scalars(scope.select(User).where(User.seq.in_(seqs)))}
    documents = scope.select(UserDocument).where(UserDocument.user_seq.in_(seqs))
    profiles = {stored.user_seq: Profile.load(stored) for stored in db.session.scalars(documents)}
    groups = _group_names(scope, seqs)
    return [UserRow(people[seq], profiles[seq], groups.get(seq, [])) for seq in seqs if seq in people]


def count_states(scope, search=None):
    """People by state: the kept counts, or those of a search (its state left aside). One statement."""
    scope.require(Permission.VIEW_DIRECTORY)
    return _count(scope, search or UserSearch())


def count_with_invites(scope, search):
    """``(StateCounts, expired, bounced)``: a search by state, and its open invitations that came to nothing.

    ``expired`` ones nobody can use any more, ``bounced`` ones had their mail refused. Three statements at most, mostly one for a
    search that is narrowed: counting people is what costs, so all is counted in one walk.
    """
    scope.require(Permission.VIEW_DIRECTORY)
    expired, bounced = standings.in_vain(scope)
    if not search.is_narrowed:  # an open invitation belongs to somebody invited, so all of them count
        both = select(
            *(select(func.count()).select_from(seqs.subquery()).scalar_subquery() for seqs in (expired, bounced))
        )
        return _count(scope, search), *db.session.execute(both).one()
    if counted := _count_lists(scope, search):
        return counted
    in_vain = (func.count().filter(User.state == "invited", User.seq.in_(seqs)) for seqs in (expired, bounced))
    *states, expired, bounced = db.session.execute(_counting(scope, search).add_columns(*in_vain)).one()
    return StateCounts(*states), expired, bounced


def conditions_of(scope, search, *, with_state=True, way=LISTED):
    """What a person must meet to be found: conditions on ``User`` that leave the narrow indexes usable.

    ``way``: see ``user_filters.clauses``, whose statements these are, one for words and on Postgres one for a group.
    """
    found = []
    if search.q.strip():
        found.append(typed_words.named_like(scope, search.q.strip()))
    if with_state and search.state:
        found.append(User.state == search.state)
    if search.role:
        found.append(User.role == search.role)
    if search.connection in (BY_HAND, FROM_FILE):
        is_from_file = User.source == FILE_SOURCE
        found += [User.connection_id.is_(None), is_from_file if search.connection == FROM_FILE else ~is_from_file]
    elif search.connection:
        found.append(User.connection_id == search.connection)
    if search.group is not None:
        found.append(User.state != "inactive" if search.group == EVERYONE else _is_in(scope, search, way))
    if search.ids is not None:
        found.append(User.id.in_(search.ids))
    return [*found, *user_filters.clauses(scope, search.conditions, way)]


def by_name(search):
    """The columns that put those whom a search finds in the order of names.

    Who is named one by one is looked up and sorted: SQLite would walk everybody in an index that has that order.
    """
    return (User.order_key if search.ids is None else unsought(User.order_key), User.seq)


def _few_named(scope, search):
    """``[(seq, state, order key)]`` of all who have the words in their names, by name, whatever their state.

    None where they are more than _FEW, without words, and with conditions: those would be listed a second time.
    """
    scope.require(Permission.VIEW_DIRECTORY)
    if not search.q.strip() or search.conditions:
        return None
    people = scope.select(User, User.seq, User.state, User.order_key)
    # Sorted here: to spare itself that, Postgres would fetch all rows in the order of names.
    found = db.session.execute(people.where(*conditions_of(scope, search, with_state=False)).limit(_FEW + 1)).all()
    return sorted(found, key=lambda row: (row.order_key, row.seq)) if len(found) <= _FEW else None


def _place(search, total):
    """``(page, rows per page, rows before it)``: the page that was asked for, else the last one."""
    per_page = max(1, min(search.per_page, MAXIMUM_PER_PAGE))
    page = max(1, min(search.page, -(-total // per_page) or 1))
    return page, per_page, (page - 1) * per_page


def _is_in(scope, search, way):
    """The condition that a person is in the group of a search."""
    is_in = User.seq.in_(_people_in(scope, search.group, listed=way not in (ONE_BY_ONE, AT_HAND)))
    return is_in.is_(True) if way == AT_HAND else is_in  # as in ``group_search``


def _people_in(scope, group_seq, listed=False):
    """A select of the seqs of the people in a group. On Postgres it takes a statement, which asks for the groups in it: how many
    people are in these decides how to find them.

    ``listed``: Postgres makes a list of the people; it would else walk everybody by name and look each up in the group.
    """
    inside = closure(scope, [group_seq], down=True)
    people = scope.select(Membership, Membership.user_seq)
    if finds_in_order():
        return people.where(Membership.group_seq.in_(inside))
    inside = db.session.scalars(inside).all()
    people = people.where(Membership.group_seq.in_(inside))
    people = people.distinct() if len(inside) > 1 else people
    return people.with_statement_hint("OFFSET 0", "postgresql") if listed else people


def _count(scope, search):
    if not search.is_narrowed:
        return kept_counts.by_state(scope)
    return StateCounts(*db.session.execute(_counting(scope, search)).one())


def _count_lists(scope, search):
    """What ``count_with_invites`` says of a search that lists answer, None for another one."""
    has_group = search.group is not None and not finds_in_order()
    beside = replace(search, conditions=(), group=None if has_group else search.group)
    if beside.is_narrowed or search.group == EVERYONE:
        return None
    if finds_in_order():
        return counted_by_number.count(scope, search.conditions)
    return counted_in_lists.count(scope, search.conditions, (_people_in(scope, search.group),) if has_group else ())


def _counting(scope, search):
    """A query of one row: how many people, and how many of them in each state."""
    # Not GROUP BY state: it would lead SQLite through an index that lacks what the conditions ask.
    active, invited, inactive = (
        func.count().filter(User.state == state) for state in ("active", "invited", "inactive")
    )
    people = None if replace(search, conditions=()).is_narrowed else kept_counts.by_field(scope, search.conditions)
    conditions = conditions_of(scope, search, with_state=False, way=LISTED if people is None else ONE_BY_ONE)
    if people is None:
        return scope.select(User, func.count(), active, invited, inactive).where(*conditions)
    counted = scope.select(User, people, people - invited - inactive, invited, inactive)
    return counted.where(User.state != "active", *conditions)  # who are most, and are what is left


def _group_names(scope, seqs):
    query = (
        scope.select(Membership, Group.display_name_key, Group.seq, Membership.user_seq, Group.display_name)
        .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
        .where(Membership.user_seq.in_(seqs))
    )
    names = {}
    # Sorted here: to spare itself that, SQLite would ask of each group of the account, in order, who is in it.
    for *_, seq, name in sorted(tuple(row) for row in db.session.execute(query)):
        names.setdefault(seq, []).append(name)
    return names
