"""Chains of calls as an identity provider makes them: assigning somebody, and a day of everything."""

from ..checks import counts
from . import groups, lists, people
from .groups import CROWD, SMALL
from .operation import Operation, again

_SHARES = (
    (people.find, 22), (people.get, 22), (people.miss, 6), (people.put, 14), (people.patch_active, 8), (people.patch_profile, 6),
    (people.post, 4), (lists.first_page, 3), (lists.last_page, 3),
)  # fmt: skip
_MEMBERS, _ASSIGNMENTS = 10, 2  # of a hundred: a member added or removed, somebody assigned
_FIRST_ASSIGNMENT = 0.3  # of those who are assigned, how many are new


def assign(caller):
    """Find; create who is new, switch on who is known; then add to a group: a small one, or that of all who are assigned."""
    small, crowd = (caller.target.groups[size] for size in (SMALL, CROWD))
    group = caller.chance.choice([caller.chance.choice(small), *crowd])
    if caller.chance.random() < _FIRST_ASSIGNMENT:
        yield from people.miss(caller)
        one = yield from people.post(caller)
    else:
        one = caller.somebody()
        counts((yield caller.target.find(f'userName eq "{one.user_name}"')), 1, one.id)
        yield from people.switch(caller, one, True)
    if one.id not in group.members:
        yield from groups.add_member(caller, group, one.id)
        group.added.append(one.id)


def _member(caller):
    group = caller.chance.choice(caller.target.groups[SMALL])
    if group.added and caller.chance.random() < 0.5:
        yield from groups.remove(caller, group)
    else:
        yield from groups.add(caller, group)


def _day(caller):
    """One call or chain of a mixed day."""
    steps, shares = zip(*_SHARES, (_member, _MEMBERS), (assign, _ASSIGNMENTS), strict=True)
    (step,) = caller.chance.choices(steps, shares)
    yield from step(caller)


DAYS = (
    Operation(
        "assign", "Okta assigns somebody, a call", again(assign), "W", None, lambda _: 300, size=SMALL, crowd=1_000
    ),
    Operation("day", "a mixed Okta day, a call", again(_day), "W", size=SMALL, crowd=1_000),
)
