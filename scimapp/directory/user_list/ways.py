"""Which way a page of people is found. SQLite looks somebody up in less time; what it has at hand is read into the process."""

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
    passed = min(offset, max(0, total - offset - limit))
    if finds_in_order():
        if passed > FAR and order.is_walked() and _are_lists(left) and _pays_to_read(left, passed, total):
            return AT_HAND
        return ONE_BY_ONE if one_by_one else LISTED
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


def _pays_to_read(conditions, passed, total):
    """The same of SQLite, which lists numbers, and walks past people, in a fifth of the time that it takes to look somebody up."""
    walked = passed * EVERYBODY // total
    listed = total if any(one.operator not in NEGATED for one in conditions) else max(EVERYBODY - total, 0)
    return listed < 5 * walked and walked < 3 * max(total, listed)


def _are_lists(conditions):
    return bool(conditions) and all(one.attribute.path is not None for one in conditions)


def _is_short(search, conditions, counts):
    """Whether several conditions are on values alone, and few people meet them all."""
    beside = replace(search, conditions=())
    are_lists = _are_lists(conditions) and all(one.operator not in NEGATED for one in conditions)
    return len(conditions) > 1 and are_lists and counts.people <= FAR and not beside.is_narrowed
