"""People who stand in lists of numbers, read and counted from the lists themselves, or sorted by one, on Postgres.

Postgres plans once for all values. Expecting few in any list it looks each of them up among all people, to see whether a directory
sees the person, and lays one list beside the other by comparing each with each. People whom no directory sees are few: they are listed
once, and everybody else in the lists is seen.
"""

from sqlalchemy import Integer, bindparam, func, intersect, select, union_all

from ...database import current_engine
from ..model import User
from .reading import shown_people, those


def answers_quickly():
    """Whether this is the better way. SQLite looks somebody up in a fraction of the time that a list of its own takes."""
    return current_engine().dialect.name == "postgresql"


def page_statement(scope, lists, with_groups=True, behind=None):
    """The people that SCIM sees and who are in each of ``lists``, as rows like ``reading.Person``, in no order: those of a page in the
    order of creation. Takes ``limit`` and ``offset``.

    A list is a tuple of selects of numbers, of which one holds a person. The page begins behind the person with the number ``behind``.
    """
    seq, seen = _seen(scope, lists)
    seen = seen if behind is None else seen.where(seq > behind)
    page = seen.with_only_columns(seq.label("seq")).distinct().order_by(seq)
    return those(page.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer)), with_groups)


def count_statement(scope, lists):
    """How many people SCIM sees who are in each of ``lists``."""
    seq, seen = _seen(scope, lists)
    return seen.with_only_columns(func.count(seq.distinct()))


def sorted_statement(scope, values, conditions, order, with_groups=True):
    """A page of the people that SCIM sees who meet the conditions, as rows like ``reading.Person``, sorted by their keys in ``values``, a
    table of ``seq`` and ``key``: by ``order(key)``, then in the order of creation. Takes ``limit`` and ``offset``.

    For its own key Postgres would look up each of all people.
    """
    narrow = scope.select(User, User.seq, values.c.key).outerjoin_from(User, values, values.c.seq == User.seq)
    narrow = narrow.where(User.scim_id.is_not(None), *conditions).order_by(*order(values.c.key), User.seq)
    page = narrow.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer)).subquery()
    rows = shown_people(with_groups).join(page, page.c.seq == User.seq)
    return rows.order_by(*order(page.c.key), User.seq)


def _seen(scope, lists):
    """``(column, select)`` of the numbers of the people in all lists, but for those whom no directory sees; some more than once."""
    each = [union_all(*selects) if len(selects) > 1 else selects[0] for selects in lists]
    seq = (intersect(*each) if len(each) > 1 else each[0]).subquery().c[0]
    unseen = scope.select(User, User.seq).where(User.scim_id.is_(None)).correlate(None)
    return seq, select(seq).where(seq.not_in(unseen))
