"""Calls about groups of several sizes. A size has one group, ten people many, so that adding a few does not double them."""

from itertools import cycle

from .. import bodies
from ..checks import expect
from .operation import Operation

SMALL, SMALL_GROUPS = 10, 40
SIZES = (SMALL, 1_000, 10_000, 50_000)


def _add(size):
    """Somebody who is not in it yet, one a call."""

    def script(target, client, clients):
        for group, one in _outsiders(target, size, client, clients):
            body = bodies.patch(("add", "members", [{"value": one}]))
            expect((yield target.wire.send("PATCH", f"/Groups/{group.id}", body)), 200, 204)
            group.members.add(one)
            group.added.append(one)

    return script


def _remove(size):
    """Those who were added, the last one first."""

    def script(target, client, clients):
        groups = target.groups[size][client::clients]
        while any(group.added for group in groups):
            for group in groups:
                if group.added:
                    one = group.added.pop()
                    body = bodies.patch(("remove", f'members[value eq "{one}"]', None))
                    expect((yield target.wire.send("PATCH", f"/Groups/{group.id}", body)), 200, 204)
                    group.members.discard(one)

    return script


def _outsiders(target, size, client, clients):
    groups, chance = target.groups[size][client::clients], target.chance(client)
    for group in cycle(groups):
        one = target.known.anybody(chance)
        while one.id in group.members:
            one = target.known.anybody(chance)
        yield group, one.id


def _fifth(size):
    return lambda target: 3 * SMALL_GROUPS if size == SMALL else min(300, size // 5)


def _named(size):
    return f"{size // 1000}k" if size >= 1000 else str(size)


def of_size(size):
    """The operations on a group of this size."""
    name = _named(size)
    return (
        Operation(f"group-{name}-add", f"group of {size:,}: add one", _add(size), "W", 1.8, _fifth(size)),
        Operation(f"group-{name}-remove", f"group of {size:,}: remove one", _remove(size), "W", 1.8, is_whole=True),
    )


GROUPS = of_size(SMALL)


def size_in(operation):
    """The size of the groups that an operation needs, None for none."""
    return next((size for size in SIZES if operation.name.startswith(f"group-{_named(size)}-")), None)
