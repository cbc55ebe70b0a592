"""Which way a page of people is found. SQLite knows the first two of ``user_filters``, and looks somebody up in no time."""

from dataclasses import replace

from .user_filters import AT_HAND, LISTED, NEGATED, ONE_BY_ONE, READ_FIRST
from .user_order import finds_in_order

# People that a page walks past before it is full, when ``total`` of so many match, against listing all who match first.
EVERYBODY = 100_000
FAR = 2_000  # people on the list that a page walks past
_LISTED = 6_000  # people, in the time that Postgres takes for long lists


def way_to(search, left, order, counts, total, offset, limit):
    """The way to ``limit`` people from ``offset`` on, in an Order that leaves the conditions ``left`` to be asked."""
    one_by_one = (offset + limit) * EVERYBODY < total * _listed(search, total)
    if finds_in_order():
        return ONE_BY_ONE if one_by_one else LISTED
    passed = min(offset, max(0, total - offset - limit))
    is_far = one_by_one and passed > FAR and search.group is not None
    if is_far or left and order.is_walked() and _pays_to_list(left, passed + limit, total):
        return AT_HAND
    if one_by_one:
        return ONE_BY_ONE
    return READ_FIRST if _is_short(search, left, counts) else LISTED


def _listed(search, total):
    """How many people are looked up to list the ``total`` whom a search finds. Where conditions meet with others, Postgres makes a
    list of each.
    """
    if finds_in_order() or not search.conditions:
        return total
    is_narrowed = replace(search, conditions=()).is_narrowed or search.state
    return max(total, _LISTED) if is_narrowed or search.conditions[1:] else total


def _pays_to_list(conditions, passed, total):
    """Whether people are walked past ``passed`` of those who are found beside a list of these, rather than without one: to look
    somebody up takes six times what it takes to list one, and to sort what is listed ten times what it takes to walk past.
    """
    walked = passed * EVERYBODY // total
    if len(conditions) == 1 and conditions[0].operator in NEGATED:  # whoever may not be found is listed, always
        return max(EVERYBODY - total, total // 6) < 6 * walked
    return total < 6 * walked < 60 * total


def _is_short(search, conditions, counts):
    """Whether several conditions are on values alone, and few people meet them all."""
    beside = replace(search, conditions=())
    are_lists = all(one.attribute.path is not None and one.operator not in NEGATED for one in conditions)
    return len(conditions) > 1 and are_lists and counts.people <= FAR and not beside.is_narrowed
