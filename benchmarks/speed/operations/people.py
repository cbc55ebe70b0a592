"""Calls about one person, with Okta's bodies."""

from dataclasses import replace

from .. import bodies
from ..checks import counts, expect, holds, new_id
from .operation import Operation, again

_TITLES = ("Baker", "Driver", "Countess", "Analyst", "Keeper of the lighthouse")


def get(caller):
    one = caller.anybody()
    holds((yield caller.wire.get(f"/Users/{one.id}")), one.id, one.user_name)


def _unchanged(caller):
    """Somebody whose version the client has: 304 without a body."""
    known = {}
    for _ in range(_VERSIONS):
        one = caller.anybody()
        answer = yield caller.wire.get(f"/Users/{one.id}")
        known[one.id] = answer.header(b"etag")
    while True:
        for id_, version in known.items():
            answer = yield caller.wire.get(f"/Users/{id_}", b"If-None-Match: %b\r\n" % version)
            expect(answer, 304)


def find(caller):
    """Okta's question before it assigns somebody, of somebody who is here."""
    one = caller.anybody()
    counts((yield caller.target.find(f'userName eq "{one.user_name}"')), 1, one.id)


def miss(caller):
    """The same of somebody who is not."""
    counts((yield caller.target.find(f'userName eq "nobody{caller.chance.randrange(10**9)}@crowd.example"')), 0)


def patch_active(caller):
    """Off or on again."""
    one = caller.somebody()
    yield from switch(caller, one, not one.active)


def switch(caller, one, active):
    body = bodies.patch(("replace", None, {"active": active}))
    expect((yield caller.wire.send("PATCH", f"/Users/{one.id}", body)), 200, 204)
    one.active = active
    caller.known.changed(one)


def patch_profile(caller):
    one = caller.somebody()
    changed = replace(one, given=_other(one.given), title=one.title and _other(one.title))
    operations = [("replace", "name.givenName", changed.given)]
    if changed.title:
        operations.insert(0, ("replace", "title", changed.title))
    expect((yield caller.wire.send("PATCH", f"/Users/{one.id}", bodies.patch(*operations))), 200, 204)
    one.given, one.title = changed.given, changed.title
    caller.known.changed(one)


def put(caller):
    """The whole person back with another title, or another given name where titles are not kept."""
    one = caller.somebody()
    changed = replace(one, title=_other(one.title)) if one.title else replace(one, given=_other(one.given))
    answer = yield caller.wire.send("PUT", f"/Users/{one.id}", bodies.replaced(changed, caller.target))
    holds(answer, one.id, changed.title or changed.given)
    one.given, one.title = changed.given, changed.title
    caller.known.changed(one)


def post(caller):
    """Create somebody; gives who it is."""
    one = caller.target.newcomer()
    caller.known.arriving += 1
    try:
        one.id = new_id((yield caller.wire.send("POST", "/Users", bodies.created(one, caller.target))))
    finally:
        caller.known.arriving -= 1
    caller.known.created(one)
    return one


def post_and_delete(caller):
    one = yield from post(caller)
    yield from delete(caller, one)


def delete(caller, one):
    caller.known.leaving += 1
    try:
        expect((yield caller.wire.delete(f"/Users/{one.id}")), 204)
    finally:
        caller.known.leaving -= 1
    caller.known.removed(one)


def _bulk(caller):
    """A thousand people in one call."""
    newcomers = {f"n{number}": caller.target.newcomer() for number in range(BULK)}
    body = bodies.bulk_of_people(newcomers, caller.target)
    answer = yield caller.wire.send("POST", "/Bulk", body)
    for bulk_id, id_ in bodies.created_in_bulk(answer).items():
        one = newcomers[bulk_id]
        one.id = id_
        caller.known.created(one)


def _other(word):
    """A word that is not this one."""
    return _TITLES[(_TITLES.index(word) + 1) % len(_TITLES)] if word in _TITLES else _TITLES[0]


def _few(target):
    """Newcomers of one stretch: a directory of 1,000 should not be one of 2,000 afterwards."""
    return max(20, target.known.total // 4)


BULK = 1_000
_VERSIONS = 5
PEOPLE = (
    Operation("post", "POST /Users", again(post), "W", 3.0, _few),
    Operation("get", "GET /Users/{id}", again(get), "F", 1.35),
    Operation("unchanged", "GET with If-None-Match, 304", _unchanged),
    Operation("find", "userName eq, hit", again(find), "F", 1.4),
    Operation("miss", "userName eq, miss", again(miss), "F", 1.4),
    Operation("patch-active", "PATCH active", again(patch_active), "W", 2.2),
    Operation("patch-profile", "PATCH title and given name", again(patch_profile), "W", 2.8),
    Operation("put", "PUT user", again(put), "W", 2.6),
    Operation("post-delete", "POST + DELETE, a call", again(post_and_delete), "W", None, _few),
)
BULKS = (
    Operation("bulk", f"Bulk of {BULK:,} POSTs, a person", again(_bulk), "W", None, lambda _: 1, units=BULK, rounds=2),
)
