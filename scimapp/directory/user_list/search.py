"""The lists of people on screens: one page at a time, in a constant number of statements."""

from msgspec import Struct

from ...database import db
from .. import kept_counts
from ..groups.group_closure import closure
from ..model import Group, Membership, User, UserDocument
from ..page import MAXIMUM_PER_PAGE, Page
from ..people.profile import Profile
from ..roles import Permission, Role
from ..sql.few_people import above_member, in_state, with_role
from ..sql.functions import unsought
from . import people_found, typed_words, user_filters, values_in_order
from .list_attributes import NAME
from .user_order import Order
from .values_in_order import FILE_SOURCE

BY_HAND = "hand"  # source filter: people whom no directory manages and no file brought
FROM_FILE = "file"  # source filter: people from a CSV file
EVERYONE = -1  # instead of a group's seq: the built-in group of all active and invited people


class UserSearch(Struct, frozen=True):
    """Which people to list, in which order. ``conditions`` are those of ``user_filters``, ``sort`` is a ListAttribute.

    ``state``: active, invited, inactive or None. ``connection``: a directory, ``hand``, ``file`` or None. ``group`` is
    the seq of a group (its nested groups count) or EVERYONE. ``ids`` selects single people.
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
        """Whether anything besides the state narrows the list."""
        beside = (self.q.strip(), self.role, self.connection, self.conditions)
        return any(beside) or self.group is not None or self.ids is not None


class UserRow(Struct, frozen=True):
    """One row of the people list. ``groups`` are names, ``group_connections`` the ids of their connections, None for groups
    made here.
    """

    user: User
    profile: Profile
    groups: list[str] = []
    group_connections: list[str | None] = []

    @property
    def custom(self):
        return self.profile.custom


def find_users(scope, search):
    """A Page of UserRow. Takes the statements of ``find_and_count``."""
    return find_and_count(scope, search)[0]


def find_and_count(scope, search):
    """``(Page, StateCounts, expired, bounced)``: a page of UserRow; the people by state, whatever state is searched for;
    and how many of their open invitations came to nothing, see ``people_found.Found``.

    At most eleven statements, besides those of ``_lists`` and ``mended``; on Postgres up to three more for what is kept.
    """
    scope.require(Permission.VIEW_DIRECTORY)
    people, everybody = None, kept_counts.by_state(scope)
    if search.is_narrowed or search.state:
        found = _find(scope, search, everybody.people)
        people, counts, in_vain = found.people, found.counts, (found.expired, found.bounced)
    else:  # only invited people have open invitations, so all of them count
        counts, in_vain = everybody, people_found.in_vain(scope)
    total = counts.of(search.state)
    page, per_page, offset = _place(search, total)
    seqs = Order(search.sort, search.descending).seqs(scope, people, everybody.people, offset, per_page)
    return Page(rows(scope, seqs) if seqs else [], total, page, per_page), counts, *in_vain


def all_seqs(scope, search):
    """The seqs of all people that a search finds, in its order."""
    scope.require(Permission.VIEW_DIRECTORY)
    everybody = kept_counts.by_state(scope).people
    people = _find(scope, search, everybody).people if search.is_narrowed or search.state else None
    return Order(search.sort, search.descending).seqs(scope, people, everybody)


def rows(scope, seqs):
    """The UserRows of these seqs, in their order, without people who are gone. Three statements."""
    people = {user.seq: user for user in db.session.scalars(scope.select(User).where(User.seq.in_(seqs)))}
    documents = scope.select(UserDocument).where(UserDocument.user_seq.in_(seqs))
    profiles = {stored.user_seq: Profile.load(stored) for stored in db.session.scalars(documents)}
    groups = _groups(scope, seqs)
    return [UserRow(people[seq], profiles[seq], *groups.get(seq, ())) for seq in seqs if seq in people]


def count_states(scope, search=None):
    """People by state: the kept counts, or the counts of a search, whatever state it asks for."""
    scope.require(Permission.VIEW_DIRECTORY)
    counts = kept_counts.by_state(scope)
    return counts if search is None or not search.is_narrowed else _find(scope, search, counts.people).counts


def conditions_of(scope, search):
    """The conditions on ``User`` for a search; they leave the narrow indexes usable. Takes the statements of ``_lists``."""
    found = _of_rows(scope, search)
    if search.state:
        found.append(User.state == "active" if search.state == "active" else in_state(search.state))
    if search.role and search.role != Role.MEMBER:
        found.append(above_member())  # few people, in an index of their own
    if search.group == EVERYONE:
        found.append(User.state != "inactive")
    elif search.group is not None:
        # Without the hint, Postgres expects many people in a group and looks up everybody in it, by name.
        found.append(User.seq.in_(_people_in(scope, search.group).with_statement_hint("OFFSET 0", "postgresql")))
    return [*found, *user_filters.clauses(scope, search.conditions)]


def by_name(search):
    """The columns that sort the people of a search by name.

    The few of ``ids``, of another state than active or of a role above Member are looked up and sorted: otherwise SQLite would
    walk everybody in an index with that order.
    """
    are_few = search.ids is not None or search.state not in (None, "active") or search.role not in (None, Role.MEMBER)
    return (unsought(User.order_key) if are_few else User.order_key, User.seq)


def _find(scope, search, everybody):
    """The Found of a search; ``everybody`` is the number of people in the account."""
    met, unmet, is_in_order = _lists(scope, search)
    return people_found.find(scope, everybody, met, unmet, search.state, is_in_order=is_in_order)


def _lists(scope, search):
    """``(met, unmet, is_in_order)`` for a search: people must be in each select of ``met`` and in none of ``unmet``. The
    last says whether the first select is in the order of the search, or by name where that decides among equals.

    One statement for words, on Postgres one for a group, and those of ``user_filters.lists``.
    """
    met, unmet, is_in_order = user_filters.lists(scope, search.conditions, search.sort)
    everybody = scope.select(User, User.seq)
    if search.q.strip() or search.ids is not None:
        people = everybody.where(*_of_rows(scope, search))
        if search.sort.key in values_in_order.BY_NAME and search.ids is None:  # as the index of the words is
            met.insert(0, people.order_by(User.order_key, User.seq))
            is_in_order = True
        else:
            met.append(people)
    else:  # each from an index of its own
        if search.role == Role.MEMBER:
            unmet.append(everybody.where(above_member()))
        elif search.role:
            met.append(everybody.where(with_role(search.role)))
        if search.connection:
            met.append(everybody.where(*_from_source(search)))
    if search.group == EVERYONE:
        unmet.append(everybody.where(in_state("inactive")))
    elif search.group is not None:
        met.append(_people_in(scope, search.group))
    return met, unmet, is_in_order


def _of_rows(scope, search):
    """The conditions of a search on the row of ``User`` itself, except the state."""
    found = []
    if search.q.strip():
        found.append(typed_words.named_like(scope, search.q.strip()))
    if search.role:
        found.append(User.role == search.role)
    if search.connection:
        found += _from_source(search)
    if search.ids is not None:
        found.append(User.id.in_(search.ids))
    return found


def _from_source(search):
    if search.connection not in (BY_HAND, FROM_FILE):
        return [User.connection_id == search.connection]
    is_from_file = User.source == FILE_SOURCE
    return [User.connection_id.is_(None), is_from_file if search.connection == FROM_FILE else ~is_from_file]


def _place(search, total):
    """``(page, rows per page, offset)``: the page that was asked for, or the last one if there are fewer."""
    per_page = max(1, min(search.per_page, MAXIMUM_PER_PAGE))
    page = max(1, min(search.page, -(-total // per_page) or 1))
    return page, per_page, (page - 1) * per_page


def _people_in(scope, group_seq):
    """A select of the seqs of the people in a group and in its nested groups. On Postgres, one statement reads the groups
    first: the plan depends on how many people are in them.
    """
    inside = closure(scope, [group_seq], down=True)
    inside = inside if db.engine.dialect.name == "sqlite" else db.session.scalars(inside).all()
    return scope.select(Membership, Membership.user_seq).where(Membership.group_seq.in_(inside))


def _groups(scope, seqs):
    """``{seq: (names, connection ids)}`` of the groups that people are in themselves, by name."""
    query = (
        scope.select(
            Membership, Group.display_name_key, Group.seq, Membership.user_seq, Group.display_name, Group.connection_id
        )
        .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
        .where(Membership.user_seq.in_(seqs))
    )
    groups = {}
    # Sorted here: for an ORDER BY, SQLite would go through the groups of the account and check the members of each.
    for *_, seq, name, connection in sorted(tuple(row) for row in db.session.execute(query)):
        names, connections = groups.setdefault(seq, ([], []))
        names.append(name)
        connections.append(connection)
    return groups
