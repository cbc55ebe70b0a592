"""Calls about groups of several sizes. A size has one group, ten people many, so that adding a few does not double them."""

from .. import bodies
from ..checks import counts, expect, holds, new_id, shows
from ..known import Group
from ..load import Wrong
from .operation import Operation, again

SMALL, SMALL_GROUPS = 10, 100
SIZES = (SMALL, 1_000, 10_000, 50_000)
CROWD = "crowd"  # the group of those who are assigned, among the groups of a target
_MEMBER = b'"value"'  # stands once in each member of an answer


def _adding(size):
    def step(caller):
        yield from add(caller, _any_group(caller, size))

    return again(step)


def add(caller, group):
    """Somebody who is not in it yet, and of this caller's share."""
    one = caller.somebody().id
    while one in group.members:
        one = caller.somebody().id
    yield from add_member(caller, group, one)
    group.added.append(one)


def add_member(caller, group, id_):
    body = bodies.patch(("add", "members", [{"value": id_}]))
    expect((yield caller.wire.send("PATCH", f"/Groups/{group.id}", body)), 200, 204)
    group.members.add(id_)


def remove(caller, group):
    """Who was added last."""
    one = group.added.pop()
    by_path = ("remove", f'members[value eq "{one}"]', None)
    by_value = ("remove", "members", [{"value": one}])
    body = bodies.patch(by_path if caller.target.words.removes_by_path else by_value)
    expect((yield caller.wire.send("PATCH", f"/Groups/{group.id}", body)), 200, 204)
    group.members.discard(one)


def _removing(size):
    def script(caller):
        while groups := [group for group in caller.target.groups[size] if group.added]:
            for group in groups:
                yield from remove(caller, group)

    return script


def _getting(size):
    def step(caller):
        group = _any_group(caller, size)
        answer = yield caller.wire.get(f"/Groups/{group.id}")
        holds(answer, group.name)
        shows(answer, len(group.members), _MEMBER)

    return again(step)


def _getting_without_members(size):
    def step(caller):
        group = _any_group(caller, size)
        answer = yield caller.wire.get(f"/Groups/{group.id}?excludedAttributes=members")
        holds(answer, group.name)
        shows(answer, 0, _MEMBER)

    return again(step)


def _finding(size):
    """Okta's question before it pushes a group."""

    def step(caller):
        group = _any_group(caller, size)
        answer = yield caller.target.find(f'displayName eq "{group.name}"', "Groups", excludedAttributes="members")
        counts(answer, 1, group.id)

    return again(step)


def _putting(size):
    """Everybody at once: one in a hundred goes, as many come."""

    def script(caller):
        if not caller.target.words.members_at_once:
            raise Wrong("members in the PUT of a group are not taken")
        while True:
            group = _any_group(caller, size)
            change = max(1, len(group.members) // 100)
            members = set(sorted(group.members)[change:])
            while len(members) < len(group.members):
                members.add(caller.anybody().id)
            body = bodies.dumped({"id": group.id} | bodies.group(group.name, sorted(members)))
            expect((yield caller.wire.send("PUT", f"/Groups/{group.id}", body)), 200, 204)
            group.members = members

    return script


def _creating(size):
    def step(caller):
        if not caller.target.words.members_at_once:
            raise Wrong("members in the POST of a group are not taken")
        members = caller.chance.sample(caller.known.linked, size)
        name = f"Made {size} {len(caller.target.groups['made'])}"
        body = bodies.dumped(bodies.group(name, members))
        id_ = new_id((yield caller.wire.send("POST", "/Groups", body)))
        caller.target.groups["made"].append(Group(id_, name, set(members)))

    return again(step)


def _any_group(caller, size):
    groups = caller.target.groups[size]
    if not groups:
        raise Wrong(caller.target.memory.get(f"no group of {size}", "there is no such group"))
    return caller.chance.choice(groups)


def of_size(size):
    """The operations on a group of this size."""
    name, title = f"{size // 1000}k" if size >= 1000 else str(size), f"group of {size:,}: "
    added = 3 * SMALL_GROUPS if size == SMALL else min(400, size // 5)
    is_large = size > 1_000
    made = (
        Operation("create", "create", _creating(size), "W", most=lambda _: 1 if is_large else 20, rounds=2 if is_large else 5),
        Operation("add", "add one", _adding(size), "W", 1.8, lambda _: added),
        Operation("remove", "remove one", _removing(size), "W", 1.8, is_whole=True),
        Operation("get", "GET", _getting(size)),
        Operation("without", "GET without members", _getting_without_members(size), "F", 1.4),
        Operation("find", "displayName eq", _finding(size), "F"),
        Operation("put", "PUT all members", _putting(size), "W", most=lambda _: 3 if is_large else 30),
    )  # fmt: skip
    return tuple(_of(one, name, title, size) for one in made)


def _of(operation, name, title, size):
    return Operation(
        f"group-{name}-{operation.name}", title + operation.title, operation.script, operation.floor, operation.limit,
        operation.most, operation.is_whole, size=size, rounds=operation.rounds,
    )  # fmt: skip


GROUPS = tuple(operation for size in SIZES for operation in of_size(size))
