"""Calls about one person, with Okta's bodies."""

from .. import bodies
from ..checks import counts, expect, holds, new_id
from .operation import Operation

_TITLES = ("Baker", "Driver", "Countess", "Analyst", "Keeper of the lighthouse")


def _get(target, client, _clients):
    chance = target.chance(client)
    while True:
        one = target.known.anybody(chance)
        holds((yield target.wire.get(f"/Users/{one.id}")), one.id, one.user_name)


def _find(target, client, _clients):
    """Okta's question before it assigns somebody, of somebody who is here."""
    chance = target.chance(client)
    while True:
        one = target.known.anybody(chance)
        counts((yield target.find(f'userName eq "{one.user_name}"')), 1, one.id)


def _miss(target, client, _clients):
    chance = target.chance(client)
    while True:
        counts((yield target.find(f'userName eq "nobody{chance.randrange(10**9)}@crowd.example"')), 0)


def _patch_active(target, client, clients):
    """Off and on again, each time somebody else."""
    for one in _in_turn(target, client, clients):
        body = bodies.patch(("replace", None, {"active": not one.active}))
        expect((yield target.wire.send("PATCH", f"/Users/{one.id}", body)), 200, 204)
        one.active = not one.active
        target.known.changed(one)


def _patch_profile(target, client, clients):
    for one in _in_turn(target, client, clients):
        title, given = _other(one.title), one.given[:1] + _other(one.given[1:]).lower()
        body = bodies.patch(("replace", "title", title), ("replace", "name.givenName", given))
        holds((yield target.wire.send("PATCH", f"/Users/{one.id}", body)), title, given)
        one.title, one.given = title, given
        target.known.changed(one)


def _put(target, client, clients):
    """The whole person back with another title."""
    for one in _in_turn(target, client, clients):
        title = _other(one.title)
        body = bodies.replaced(one, target.extension, title=title)
        holds((yield target.wire.send("PUT", f"/Users/{one.id}", body)), one.id, title)
        one.title = title
        target.known.changed(one)


def _post(target, _client, _clients):
    while True:
        yield from _created(target)


def _post_and_delete(target, _client, _clients):
    while True:
        one = yield from _created(target)
        expect((yield target.wire.delete(f"/Users/{one.id}")), 204)
        target.known.removed(one)


def _created(target):
    """Create somebody; returns who it is."""
    one = target.known.newcomer()
    one.id = new_id((yield target.wire.send("POST", "/Users", bodies.created(one, target.extension))))
    target.known.created(one)
    return one


def _in_turn(target, client, clients):
    """The people this client may change, from a place of chance on, round and round."""
    share = target.known.share(client, clients)
    place = target.chance(client).randrange(len(share))
    while True:
        yield target.known.people[share[place % len(share)]]
        place += 1


def _other(word):
    """A title that is not this one."""
    return _TITLES[(_TITLES.index(word) + 1) % len(_TITLES)] if word in _TITLES else _TITLES[0]


def _few(target):
    """Newcomers of one stretch: a directory of 1,000 should not be one of 2,000 afterwards."""
    return max(20, target.known.total // 25)


PEOPLE = (
    Operation("post", "POST /Users", _post, "W", 3.0, _few),
    Operation("get", "GET /Users/{id}", _get, "F", 1.35),
    Operation("find", "userName eq, hit", _find, "F", 1.4),
    Operation("miss", "userName eq, miss", _miss, "F", 1.4),
    Operation("patch-active", "PATCH active", _patch_active, "W", 2.2),
    Operation("patch-profile", "PATCH title and given name", _patch_profile, "W", 2.8),
    Operation("put", "PUT user", _put, "W", 2.6),
    Operation("post-delete", "POST + DELETE, per call", _post_and_delete, "W", None, _few),
)
