"""Makes the groups that operations need, over SCIM, before anything is measured."""

import random

from . import bodies
from .checks import expect, new_id
from .known import Group
from .load import drive
from .operations.groups import CROWD, SMALL, SMALL_GROUPS

SLICE = 5_000  # members in each call, if one body may not hold all


def make(target, server, operations):
    """Make the groups whose sizes the operations name; ``target.groups`` holds them. A refused group is remembered."""
    for size in sorted({operation.size for operation in operations} - {None}):
        target.groups.setdefault(size, [])
        came = drive([(server.port, _script(target, size, SMALL_GROUPS if size == SMALL else 1))], 600)
        if came.complaint:
            target.memory[f"no group of {size}"] = came.complaint
    for size in {operation.crowd for operation in operations} - {None}:
        if size <= len(target.known.people) / 10:
            drive([(server.port, _script(target, size, 1, CROWD))], 600)


def _script(target, size, count, key=None):
    chance = random.Random(size)
    for number in range(count):
        members = chance.sample(list(target.known.people), size)
        name = f"Bench {key or size} {number}"
        at_once = SLICE if target.words.members_at_once else 0
        first, rest = members[:at_once], members[at_once:]
        body = bodies.dumped(bodies.group(name, first))
        group = Group(new_id((yield target.wire.send("POST", "/Groups", body))), name, set(members))
        for start in range(0, len(rest), SLICE):
            values = [{"value": one} for one in rest[start : start + SLICE]]
            body = bodies.patch(("add", "members", values))
            expect((yield target.wire.send("PATCH", f"/Groups/{group.id}", body)), 200, 204)
        target.groups[key or size].append(group)
