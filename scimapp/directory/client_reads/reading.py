"""Reads whole people and groups for a directory client; a page takes the same few statements at any size.

Narrow rows decide which people are on a page; only those are then read with their documents. Memberships are read in one
statement per page, never one per row. A client's conditions arrive as expressions and are AND-ed to the account's own.
"""

from collections import namedtuple

from orjson import dumps
from sqlalchemy import Integer, bindparam, case, func, literal, null, select, type_coerce, union_all
from sqlalchemy.sql.operators import and_, in_op, not_in_op

from ...database import current_engine, db
from ...database.column_types import utc_text
from ...database.statements import Prepared
from ..errors import NotInAccount
from ..model import Counter, Group, User, UserDocument
from ..scope import own_rows
from ..sql.functions import even_chance, moment_text, octets, quoted
from ..sql.lists import among, json_list
from .groups_of_people import GROUPS
from .members_of_groups import MEMBER_SHIFTS

FEW = 20  # the most people that a search reads in the statement that finds them
# Rows are read by the hundred, so values are converted as little as possible: booleans stay as the driver returns them
# (0 and 1, or False and True), and texts that are sent on unchanged stay in UTF-8. Names are quoted by the database, because
# Python would decode and encode each letter by letter that has an accent.
_PERSON = (
    User.seq,
    octets(User.scim_id).label("scim_id"),
    octets(User.external_id).label("external_id"),
    octets(User.connection_id).label("connection_id"),
    octets(quoted(User.display_name)).label("display_name"),
    case((User.active_unassigned, null()), else_=type_coerce(User.active, Integer)).label("active"),
    User.version,
    octets(moment_text(User.created_at)).label("created_at"),
    octets(moment_text(User.updated_at)).label("updated_at"),
    octets(UserDocument.core).label("core"),
    octets(UserDocument.enterprise).label("enterprise"),
    octets(UserDocument.custom).label("custom"),
)
# A person's row. ``active`` is None if a client removed it. Ids, names and documents, which are JSON, and moments, which are
# ``2026-11-23 09:30:00.000000`` in UTC, are bytes. GROUPS of ``groups_of_people`` follow if they are read.
Person = namedtuple("Person", [column.key for column in _PERSON])
_GROUP = (
    Group.seq,
    Group.id,
    Group.external_id,
    Group.connection_id,
    Group.display_name,
    Group.member_count,
    Group.version,
    moment_text(Group.created_at).label("created_at"),
    moment_text(Group.updated_at).label("updated_at"),
)
# Columns by whether members are shown: MEMBER_SHIFTS of ``members_of_groups`` if they are, None if not.
_GROUP_WITH = {False: (*_GROUP, null().label(MEMBER_SHIFTS.name)), True: (*_GROUP, MEMBER_SHIFTS)}
# Equals IS NOT NULL, and both planners know that, but it does not tempt SQLite to walk the index of all ids.
_VISIBLE = User.scim_id != ""
# The same for a search without an order: if SQLite has to look at everybody, it walks ``ix_users_visible``, which holds
# only visible people in row order, and reads no row to check visibility.
_VISIBLE_IN_ROW = (User.scim_id.is_not(None), even_chance(User.seq > 0))


def shown_people(with_groups, *, by_number=False):
    """Begin a statement on people as rows like Person; for ``by_number`` see ``own_rows``."""
    same_person = (UserDocument.account_id == User.account_id) & (UserDocument.user_seq == User.seq)
    return own_rows(User, *person_columns(with_groups), by_number=by_number).join(UserDocument, same_person)


def person_columns(with_groups):
    """The columns of a row like Person."""
    return (*_PERSON, *GROUPS) if with_groups else _PERSON


def those(narrow, with_groups):
    """As ``shown_people``, for the people whose seqs ``narrow`` selects, in no order."""
    page = narrow.subquery()
    return shown_people(with_groups).join(page, page.c.seq == User.seq)


_SEQ = User.seq.expression
_OFFSET, _LIMIT = bindparam("offset", type_=Integer), bindparam("limit", type_=Integer)
_ONE_PERSON = {
    with_groups: Prepared(shown_people(with_groups).where(User.scim_id == bindparam("scim_id")))
    for with_groups in (False, True)
}
_ONE_GROUP, _ALL_GROUPS, _GROUPS_AFTER = (
    {with_members: Prepared(make(own_rows(Group, *columns))) for with_members, columns in _GROUP_WITH.items()}
    for make in (
        lambda groups: groups.where(Group.id == bindparam("group_id")),
        lambda groups: groups.order_by(Group.seq).limit(_LIMIT).offset(_OFFSET),
        lambda groups: groups.where(Group.seq > bindparam("after")).order_by(Group.seq).limit(_LIMIT),
    )
)
_NAMES = Prepared(own_rows(User, User.scim_id, User.display_name).where(among(User.scim_id, bindparam("scim_ids"))))
_COUNT = Prepared(own_rows(Counter, Counter.value).where(Counter.name == bindparam("name")))


def person(scope, scim_id, *, with_groups=False):
    """The person with this SCIM id, as a row like Person. Raises NotInAccount."""
    row = _ONE_PERSON[with_groups].first(account_id=scope.account_id, scim_id=scim_id)
    if row is None:
        raise NotInAccount("User")
    return row


def as_read(row):
    """A PersonRow as a Person."""
    active, name = None if row.active_unassigned else row.active, dumps(row.display_name)
    moments = utc_text(row.created_at), utc_text(row.updated_at)
    texts = row.scim_id, row.external_id, row.connection_id, *moments, row.core, row.enterprise, row.custom
    *ids, created, updated, core, enterprise, custom = [text and text.encode() for text in texts]
    return Person(row.seq, *ids, name, active, row.version, created, updated, core, enterprise, custom)


def has_groups(row):
    """Whether a person was read with GROUPS."""
    return len(row) > len(Person._fields)


def people_statement(scope, conditions, order, with_groups=True):
    """A page of the people visible to SCIM, as rows like Person; takes ``limit`` and ``offset``.

    Narrow rows decide who is on the page; ``order`` is completed by the order of creation. Without ``order`` the page is in
    order of creation, but its rows come in any order: sorting wide rows would cost as much as reading them.
    """
    seqs = scope.select(User, User.seq, by_number=_name_numbers(conditions))
    narrow = seqs.where(_VISIBLE, *conditions).order_by(*order, User.seq)
    rows = those(narrow.offset(_OFFSET).limit(_LIMIT), with_groups)
    return rows.order_by(*order, User.seq) if order else rows


def few_people_statement(_scope, conditions, with_groups=True):
    """The first people found that are visible to SCIM and meet the conditions: at most FEW and one more, as rows like
    Person, in no order.

    For a page, SQLite builds and sorts a list before it reads the rows, which costs more than everything about one person.
    """
    rows = shown_people(with_groups, by_number=_name_numbers(conditions))
    return rows.where(*_VISIBLE_IN_ROW, *conditions).limit(FEW + 1)


def finds_few_at_once():
    """Whether ``few_people_statement`` is useful here. Postgres takes a limit without an order as a sign that many match,
    and would walk past everybody to find the one.
    """
    return current_engine().dialect.name == "sqlite"


def _name_numbers(conditions):
    """Whether the conditions say that a person's number is in a list, and otherwise only that it is in or not in others."""
    terms = [term for each in conditions for term in terms_of(each)]
    listed = [_is(term, in_op) and term.left.compare(_SEQ) for term in terms]
    others = [term for term, is_listed in zip(terms, listed, strict=True) if not is_listed]
    return any(listed) and all(_is(term, not_in_op) and term.left.compare(_SEQ) for term in others)


def terms_of(condition):
    """The terms that a condition joins by "and"; a condition of any other kind is its only term."""
    return condition.clauses if _is(condition, and_) else (condition,)


def _is(condition, operator):
    return getattr(condition, "operator", None) is operator


def people(scope, conditions, order, offset, limit, with_groups=True):
    """The rows of ``people_statement``."""
    statement = people_statement(scope, conditions, order, with_groups)
    given = {"offset": offset, "limit": limit, "account_id": scope.account_id}
    rows = db.session.execute(statement, given).all()
    return rows if order else sorted(rows, key=lambda row: row.seq)


def people_count_statement(scope, conditions):
    """The number of people who are visible to SCIM and meet the conditions."""
    people = scope.select(User, func.count(), by_number=_name_numbers(conditions))
    return people.where(*_VISIBLE_IN_ROW, *conditions)


def count_people(scope, conditions):
    """The number of people who are visible to SCIM and meet the conditions."""
    return db.session.scalar(people_count_statement(scope, conditions))


def group(scope, group_id, *, with_members=False):
    """One group as a row; ``with_members`` adds the column for ``members_of_groups``. Raises NotInAccount."""
    row = _ONE_GROUP[with_members].first(account_id=scope.account_id, group_id=group_id)
    if row is None:
        raise NotInAccount("Group")
    return row


def groups_statement(scope, conditions, order, with_members=False):
    """A page of groups as rows; takes ``limit`` and ``offset``. ``order`` is completed by the order of creation."""
    query = scope.select(Group, *_GROUP_WITH[with_members]).where(*conditions).order_by(*order, Group.seq)
    return query.offset(_OFFSET).limit(_LIMIT)


def groups(scope, conditions, order, offset, limit, with_members=False):
    """The rows of ``groups_statement``."""
    statement = groups_statement(scope, conditions, order, with_members)
    given = {"offset": offset, "limit": limit, "account_id": scope.account_id}
    return db.session.execute(statement, given).all()


def all_groups(scope, offset, limit, with_members=False):
    """``(rows, total)``: up to ``limit`` groups starting at ``offset``, and the number of all groups."""
    total = _all_groups_count(scope)
    if not limit or offset >= total:
        return [], total
    return _ALL_GROUPS[with_members].all(account_id=scope.account_id, offset=offset, limit=limit), total


def groups_after(scope, seq, limit, with_members=False):
    """Up to ``limit`` groups created after the one with the number ``seq``."""
    return _GROUPS_AFTER[with_members].all(account_id=scope.account_id, after=seq, limit=limit)


def groups_count_statement(scope, conditions):
    """The number of groups that meet the conditions."""
    return scope.select(Group, func.count()).where(*conditions)


def count_groups(scope, conditions):
    """The number of groups that meet the conditions; without conditions, one row is read."""
    if not conditions:
        return _all_groups_count(scope)
    return db.session.scalar(groups_count_statement(scope, conditions))


def value_statement(scope, owner, expression):
    """The value of an expression for the one row whose number, in the column ``owner``, is ``seq``."""
    return scope.select(owner.class_, expression).where(owner == bindparam("seq"))


def merged(scope, parts, descending, offset, limit):
    """``[(seq, key, rank)]``: a page over several kinds of rows, sorted together.

    ``parts`` are ``(User.seq or Group.seq, conditions, key)``; ``rank`` is the index of a part. ``key`` is None if a kind
    has no such value. Missing values come last, or first when descending.
    """
    selects = []
    for rank, (owner, conditions, key) in enumerate(parts):
        visible = (_VISIBLE,) if owner.class_ is User else ()
        value = null() if key is None else key
        columns = (owner.label("seq"), value.label("key"), literal(rank).label("rank"))
        selects.append(scope.select(owner.class_, *columns).where(*visible, *conditions))
    rows = union_all(*selects).subquery()
    is_missing = rows.c.key.is_(None)
    by = (is_missing.desc(), rows.c.key.desc()) if descending else (is_missing, rows.c.key)
    query = select(rows.c.seq, rows.c.key, rows.c.rank).order_by(*by, rows.c.rank, rows.c.seq)
    return [tuple(row) for row in db.session.execute(query.offset(offset).limit(limit))]


def names_of_people(scope, scim_ids):
    """``{id: display name}`` of the people with these SCIM ids; no statement if there are no ids."""
    if not scim_ids:
        return {}
    return dict(_NAMES.all(account_id=scope.account_id, scim_ids=json_list(sorted(scim_ids))))


def _all_groups_count(scope):
    return _COUNT.scalar(account_id=scope.account_id, name="scim_groups") or 0
