"""What screens list of people: one page at a time, in a constant number of statements."""

from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, func, or_, select, union_all

from ...database import db
from ...database.statements import Prepared
from .. import kept_counts
from ..groups.group_closure import closure
from ..kept_counts import StateCounts
from ..links import standings
from ..model import Group, Membership, User, UserDocument
from ..page import MAXIMUM_PER_PAGE, Page
from ..people.profile import Profile
from ..roles import Permission
from ..scope import own_rows
from ..sql_text import unsought
from ..text_keys import name_order
from . import counted_by_number, user_filters
from .list_attributes import NAME
from .user_order import Order

BY_HAND = "hand"  # the source filter for people whom no directory manages and no file brought
FROM_FILE = "file"  # for those whom a CSV file brought
EVERYONE = -1  # in place of a group's seq: the built-in group of all active people
FILE_SOURCE = "import"  # what ``User.source`` says of them
# People that a page walks past before it is full, when ``total`` of so many match, against listing all who match first.
_LARGE = 100_000
_FEW = 200  # people that are read and counted here rather than sought once more
_IDS = (User.id, User.scim_id, User.external_id)
_OF_ID = Prepared(union_all(*(own_rows(User, User.seq).where(one == bindparam("id")) for one in _IDS)))


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
        one_by_one = (offset + per_page) * _LARGE < total * total
        # Who was invited never signed in, who is inactive did so long ago: behind all others in that order.
        sought = search.sort.key == "last_sign_in" and search.state in ("invited", "inactive")
        order = Order(search.sort, search.descending, one_by_one, search.conditions, sought)
        left = tuple(condition for condition in search.conditions if not order.stands_for(condition))
        conditions = conditions_of(scope, replace(search, conditions=left), one_by_one=one_by_one)
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
    is_by_fields = not replace(search, conditions=()).is_narrowed
    if is_by_fields and (counted := counted_by_number.count(scope, search.conditions)):
        return counted
    in_vain = (func.count().filter(User.state == "invited", User.seq.in_(seqs)) for seqs in (expired, bounced))
    *states, expired, bounced = db.session.execute(_counting(scope, search).add_columns(*in_vain)).one()
    return StateCounts(*states), expired, bounced


def conditions_of(scope, search, *, with_state=True, one_by_one=False):
    """What a person must meet to be found: conditions on ``User`` that leave the narrow indexes usable.

    ``one_by_one``: see ``user_filters.clauses``, whose statements these are, and one for words.
    """
    found = []
    if search.q.strip():
        found.append(_named_like(scope, search.q.strip()))
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
        is_in = User.seq.in_(_people_in(scope, search.group, listed=not one_by_one))
        found.append(User.state != "inactive" if search.group == EVERYONE else is_in)
    if search.ids is not None:
        found.append(User.id.in_(search.ids))
    return [*found, *user_filters.clauses(scope, search.conditions, one_by_one)]


def by_name(search):
    """The columns that put those whom a search finds in the order of names.

    Who is named one by one is looked up and sorted: SQLite would walk everybody in an index that has that order.
    """
    return (User.order_key if search.ids is None else unsought(User.order_key), User.seq)


def matching(query, q):
    """Names, nicknames, addresses and user names that contain the words typed; an id must match whole."""
    text = q.strip()
    if not text:
        return query
    return query.where(or_(_like(text), User.id == text, User.scim_id == text, User.external_id == text))


def escaped(key):
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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


def _named_like(scope, text):
    """As ``matching``. Ids are looked up first: asked of everybody beside the words, they would cost a quarter of these."""
    people = [seq for (seq,) in _OF_ID.tuples(account_id=scope.account_id, id=text)]
    return or_(_like(text), User.seq.in_(people)) if people else _like(text)


def _like(text):
    return User.search_key.like(f"%{escaped(name_order(text))}%", escape="\\")


def _people_in(scope, group_seq, listed):
    """A select of the seqs of the people in a group. ``listed``: Postgres makes a list of them; expecting many in any group, it
    would else walk everybody by name and look each up in it.
    """
    inside = closure(scope, [group_seq], down=True)
    people = scope.select(Membership, Membership.user_seq).where(Membership.group_seq.in_(inside))
    return people.with_statement_hint("OFFSET 0", "postgresql") if listed else people


def _count(scope, search):
    if not search.is_narrowed:
        return kept_counts.by_state(scope)
    return StateCounts(*db.session.execute(_counting(scope, search)).one())


def _counting(scope, search):
    """A query of one row: how many people, and how many of them in each state."""
    # Not GROUP BY state: it would lead SQLite through an index that lacks what the conditions ask.
    active, invited, inactive = (
        func.count().filter(User.state == state) for state in ("active", "invited", "inactive")
    )
    people = None if replace(search, conditions=()).is_narrowed else kept_counts.by_field(scope, search.conditions)
    conditions = conditions_of(scope, search, with_state=False, one_by_one=people is not None)
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
