"""Reads, counts and sorts the people in lists of numbers, starting from the lists, on Postgres.

Postgres makes one plan for all values. It expects few numbers in a list, so it looks up each of them among all people to
see whether the person is visible to SCIM, and intersects lists by comparing each with each. Invisible people are few, so
these statements list them once and take everybody else in the lists as visible.
"""

from sqlalchemy import Integer, bindparam, func, intersect, select, union_all

from ...database import current_engine
from ..model import User
from .reading import shown_people, those


def answers_quickly():
    """Whether these statements are faster here. SQLite looks a person up faster than it builds a list."""
    return current_engine().dialect.name == "postgresql"


def page_statement(scope, lists, with_groups=True, behind=None):
    """The visible people who are in each of ``lists``, as rows like ``reading.Person``: a page in order of creation, but
    its rows in no order. Takes ``limit`` and ``offset``.

    A list is a tuple of selects of numbers; the person must be in one of them. The page begins after the number ``behind``.
    """
    seq, seen = _seen(scope, lists)
    seen = seen if behind is None else seen.where(seq > behind)
    page = seen.with_only_columns(seq.label("seq")).distinct().order_by(seq)
    return those(page.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer)), with_groups)


def count_statement(scope, lists):
    """The number of visible people who are in each of ``lists``."""
    seq, seen = _seen(scope, lists)
    return seen.with_only_columns(func.count(seq.distinct()))


def sorted_statement(scope, values, conditions, order, with_groups=True):
    """A page of the visible people who meet the conditions, as rows like ``reading.Person``, sorted by ``order(key)``,
    then in order of creation. ``values`` is a table of ``seq`` and ``key``. Takes ``limit`` and ``offset``.

    To sort by a key of its own, Postgres would look up everybody's.
    """
    narrow = scope.select(User, User.seq, values.c.key).outerjoin_from(User, values, values.c.seq == User.seq)
    narrow = narrow.where(User.scim_id.is_not(None), *conditions).order_by(*order(values.c.key), User.seq)
    page = narrow.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer)).subquery()
    rows = shown_people(with_groups).join(page, page.c.seq == User.seq)
    return rows.order_by(*order(page.c.key), User.seq)


def _seen(scope, lists):
    """``(column, select)`` of the numbers of the visible people who are in all lists; a number may come more than once."""
    each = [union_all(*selects) if len(selects) > 1 else selects[0] for selects in lists]
    seq = (intersect(*each) if len(each) > 1 else each[0]).subquery().c[0]
    unseen = scope.select(User, User.seq).where(User.scim_id.is_(None)).correlate(None)
    return seq, select(seq).where(seq.not_in(unseen))
