"""People by their state, role or source: for each value the numbers of those who have it, in the order of the values.

One value that most people have is not read: it belongs to those who are in no other list. What is in no list at all, such as a
source that is not known here, goes with it, so nobody is lost.
"""

from functools import lru_cache, reduce
from operator import or_

from ..model import User
from ..roles import Role
from ..scope import own_rows
from ..sql.few_people import in_state, with_role
from . import filter_choices, people_found
from .kept_lists import listed
from .list_attributes import NAME

FILE_SOURCE = "import"  # the ``User.source`` of people from a file
_SOURCES = ("cli", "demo", FILE_SOURCE, "scim", "screen", "setup")
KEYS = frozenset(("state", "role", "source"))
BY_NAME = KEYS | {NAME.key}  # orders in which people are walked by name


def parts(scope, key, people):
    """The People of each value of the attribute ``key`` among ``people`` (a People, None for everybody), in the order of the
    values; values that nobody has may be missing. Takes the statements of ``people_found.in_lists``, and one for sources.
    """
    connections = tuple(filter_choices.connections(scope)) if key == "source" else ()
    asked = _lists(key, connections)
    everybody, *marks = people_found.in_lists(scope, (), (), [each for each in asked if each is not None])
    marks = iter(marks)
    read = [each if each is None else next(marks) for each in asked]
    read = [each for each in read if each is None or each]
    if people is None:
        people, narrow = everybody, lambda marks: marks
    else:
        read, narrow = [each and people.marks.alike(each) for each in read], people.of
    others = [each for each in read if each is not None]
    rest = people.without(reduce(or_, others)) if others else people
    return [rest if each is None else people_found.People(narrow(each), in_order=people.in_order) for each in read]


@lru_cache
def _lists(key, connections):
    """The Listed of each value in their order, None for the usual one."""
    everybody = own_rows(User, User.seq)
    return tuple(one if one is None else listed(everybody.where(one)) for one in _conditions(key, connections))


def _conditions(key, connections):
    if key == "state":
        return None, in_state("inactive"), in_state("invited")
    if key == "role":
        return tuple(None if role is Role.MEMBER else with_role(role.value) for role in sorted(Role))
    # By directory and how people came; those whom no directory manages come last.
    usual = (connections[0], "scim") if connections else (None, FILE_SOURCE)
    pairs = [(connection, source) for connection in (*connections, None) for source in _SOURCES]
    return tuple(None if pair == usual else _from(*pair) for pair in pairs)


def _from(connection, source):
    of_connection = User.connection_id == connection if connection else User.connection_id.is_(None)
    return of_connection & (User.source == source)
