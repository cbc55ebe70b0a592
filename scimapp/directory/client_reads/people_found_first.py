"""Reads the few people whom a list of numbers yields first, on Postgres, with a plan that it keeps.

A filter by a value is such a list, of those who have it. A plan for all values expects a share of everybody, and one for the
values at hand a few people, so Postgres makes one for each search, which takes longer than the search. Here both look the
same, because the planner does not see the values, and both are good, because the list ends after a few numbers (decision 0101).
"""

from sqlalchemy import Float, and_, bindparam, cast, exists, literal_column, or_, select, union_all
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.operators import ge, gt, le, lt
from sqlalchemy.sql.visitors import replacement_traverse

from ...database import current_engine
from ..model import User, UserDocument
from ..scope import own_rows
from .reading import person_columns

_ORDERED = (User.updated_at, User.created_at, User.user_name_key, User.external_id)  # each has an index of its own
_ORDERING = frozenset((gt, ge, lt, le))
_ONE_MORE_THAN_FEW = literal_column("21")  # FEW + 1, where the planner sees it


def answers_quickly():
    """Whether this statement is useful here. SQLite has one for any condition, and plans by the form of a statement."""
    return current_engine().dialect.name == "postgresql"


def walks(terms):
    """``[(numbers, others)]``: for each column that some conditions bound and an index orders, a select of the numbers of the
    people within these bounds, in that order, and the other conditions.
    """
    found = []
    for column in _ORDERED:
        bounds = [term for term in terms if _bounds(term, column)]
        if bounds:
            numbers = own_rows(User, User.seq).where(User.scim_id.is_not(None), *bounds).order_by(column)
            found.append((numbers, [term for term in terms if not _bounds(term, column)]))
    return found


def statement(leading, lists, conditions, with_groups=True):
    """The people among the first 21 numbers of the list ``leading`` whom clients see, who are in each of ``lists`` and meet the
    conditions, as rows like ``reading.Person``. A list is a tuple of selects of numbers.

    Each number yields a row, one of None for a person who is not sought, so that 21 rows say that the list may go on. A person
    comes as often as the list names them.
    """
    numbers = union_all(*leading) if len(leading) > 1 else leading[0]
    found = _unseen(numbers.limit(_ONE_MORE_THAN_FEW)).subquery()
    sought = [_unseen(each) for each in (*map(_is_in, lists), *conditions)]
    person = and_(
        User.account_id == bindparam("account_id"), User.seq == found.c[0], User.scim_id.is_not(None), *sought
    )
    document = and_(UserDocument.account_id == User.account_id, UserDocument.user_seq == User.seq)
    rows = select(*person_columns(with_groups)).select_from(found)
    return rows.outerjoin(User, person).outerjoin(UserDocument, document)


def _is_in(selects):
    """The condition that a person is in a list, written so that Postgres looks up each person instead of making the list."""
    return or_(*map(_is_among, selects))


def _is_among(numbers):
    listed = numbers.correlate(None).subquery()
    this = select(literal_column("1")).select_from(listed).where(listed.c[0] == User.seq).correlate(User)
    return exists(this.with_statement_hint("OFFSET 0", "postgresql"))


def _unseen(expression):
    """The same with each value in a SELECT of its own."""
    return replacement_traverse(expression, {}, _in_a_select)


def _in_a_select(element, **_):
    if not isinstance(element, BindParameter):
        return None
    # A number alone tells Postgres no type; SQLAlchemy writes those of others.
    typed = cast(element, element.type) if isinstance(element.type, Float) else element
    return select(typed).scalar_subquery()


def _bounds(term, column):
    return getattr(term, "operator", None) in _ORDERING and term.left.compare(column.expression)
