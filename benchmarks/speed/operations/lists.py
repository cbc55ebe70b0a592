"""Pages of people, whole imports, and questions that few people meet."""

import json
import re

from .. import bodies
from ..checks import counts, expect, holds, shows, total
from ..load import Wrong
from .operation import Operation, again
from .people import patch_active

PAGE = 100
_BEGINNINGS = 900  # places where a page that is read anew may begin: as many pages do not fit where pages are kept
_CURSOR = re.compile(rb'"nextCursor":\s*"([^"]+)"')
_IDS = re.compile(rb'"id":\s*"([^"]+)"')
RECENT = "recent"  # the moment after which a few people were changed, among what a target remembers
IMPORTS = "imports"  # how many by index there were before, among the same
_FEW = 5


def first_page(caller):
    yield from _page(caller, 1)


def last_page(caller):
    yield from _page(caller, max(1, caller.known.total - PAGE + 1))


def _page_anew(caller):
    """A page that begins where hardly any has begun before, so that the server has none kept of it."""
    yield from _page(caller, 1 + caller.chance.randrange(min(_BEGINNINGS, caller.known.total - PAGE + 1)))


def _page(caller, start):
    before = caller.known.bounds
    answer = yield caller.wire.get(f"/Users?startIndex={start}&count={PAGE}")
    shows(answer, min(PAGE, before[0] - start + 1))
    _tells_everybody(caller, answer, before)


def _packed_page(caller):
    """The first page as a client gets it that takes gzip, as Okta says it does."""
    answer = yield caller.wire.get(f"/Users?startIndex=1&count={PAGE}", b"Accept-Encoding: gzip,deflate\r\n")
    shows(answer, min(PAGE, caller.known.total))


def sweep(caller):
    """An import by index: every page once, nobody twice, nobody left out. A small directory is imported several times, by pages of
    another size each time: the server keeps pages, all that a small directory has and few of a large one.
    """
    for _ in range(_times(caller)):
        number = caller.target.memory[IMPORTS] = caller.target.memory.get(IMPORTS, -1) + 1
        yield from _sweep(caller, _page_of_import(number))


def _page_of_import(number):
    """How many people a page of this import has: 101, 99, 102, 98 …, so that they are a hundred on average."""
    return PAGE + (number // 2 % (PAGE - 1) + 1) * (-1 if number % 2 else 1)


def _sweep(caller, page):
    seen = set()
    for start in range(1, caller.known.total + 1, page):
        before = caller.known.bounds
        answer = yield caller.wire.get(f"/Users?startIndex={start}&count={page}")
        _tells_everybody(caller, answer, before)
        seen.update(_IDS.findall(answer.text()))
    _saw_everybody(caller, seen)


def sweep_by_cursor(caller):
    """The same by cursor."""
    for _ in range(_times(caller)):
        yield from _sweep_by_cursor(caller)


def _sweep_by_cursor(caller):
    _saw_everybody(caller, set((yield from _walk(caller, _tells_everybody))))


def _times(caller):
    """How often, for a hundred pages at least: the first ones after a rest are the slowest."""
    return max(1, 100 * PAGE // caller.known.total)


def sweep_loosely(caller, seen):
    """An import by cursor while others come and go; ``seen`` gets the ids."""
    seen += [one.decode() for one in (yield from _walk(caller))]


def _walk(caller, check=lambda caller, answer, before: None):
    """Follow the cursors from page to page; returns the ids in the order in which they came."""
    seen, cursor = [], ""
    while cursor is not None:
        before = caller.known.bounds
        answer = yield caller.wire.get(f"/Users?cursor={cursor}&count={PAGE}")
        check(caller, answer, before)
        text = answer.text()
        seen += _IDS.findall(text)
        following = _CURSOR.search(text)
        cursor = following[1].decode() if following else None
    return seen


def _tells_everybody(caller, answer, before):
    """Between who was there when it was asked and who is there now."""
    (low, high), (low_now, high_now), found = before, caller.known.bounds, total(answer)
    if not min(low, low_now) <= found <= max(high, high_now):
        raise Wrong(f"told {found} people, there are {low_now} to {high_now}")


def _saw_everybody(caller, seen):
    missing = [one for one in caller.known.people if one.encode() not in seen]
    if missing:
        raise Wrong(f"the import left out {len(missing)} people, {missing[0]} among them")


def _asking(filter_of):
    """A script that asks for one person: ``filter_of(person)``, who must be all that is found."""

    def step(caller):
        one = caller.anybody()
        counts((yield caller.target.find(filter_of(one, caller.target))), 1, one.id)

    return again(step)


def _two_terms(caller):
    one = caller.anybody()
    filter_ = f'userName eq "{one.user_name}" and active eq true'
    counts((yield caller.target.find(filter_)), int(one.active))


def _family(caller):
    """The beginning of a family name, which a handful share."""
    one = caller.anybody()
    begin = one.family[:-1]
    counts((yield caller.target.find(f'name.familyName sw "{begin}"')), caller.known.families[begin], one.id)


def _change_a_few(caller):
    """So that a question for what changed has a few answers: remembers the moment of the first change, and who came after."""
    yield from patch_active(caller)
    one = caller.known.people[next(reversed(caller.known.touched))]
    answer = yield caller.wire.get(f"/Users/{one.id}")
    expect(answer, 200)
    changed = [one.id]
    caller.target.memory[RECENT] = json.loads(answer.text())["meta"]["lastModified"], changed
    for _ in range(_FEW):
        yield from patch_active(caller)
        changed.append(next(reversed(caller.known.touched)))


def _changed_since(caller):
    since, changed = caller.target.memory[RECENT]
    counts((yield caller.target.find(f'meta.lastModified gt "{since}"')), len(set(changed[1:])), changed[-1])


def _schemas(caller):
    holds((yield caller.wire.get("/Schemas")), bodies.CORE, bodies.GROUP)


LISTS = (
    Operation("email", "emails.value eq", _asking(lambda one, _: f'emails.value eq "{one.email}"'), "F", 1.5),
    Operation("external-id", "externalId eq", _asking(lambda one, _: f'externalId eq "{one.external_id}"'), "F", 1.5),
    Operation("family", "name.familyName sw, a few", again(_family), "F", 1.5),
    Operation(
        "custom", "custom field eq", _asking(lambda one, of: f'{of.extension}:desk eq "{one.custom["desk"]}"'), "F", 1.5
    ),
    Operation("modified", "meta.lastModified gt, a few", again(_changed_since), "F", 1.5, before=_change_a_few),
    Operation("two-terms", "userName eq … and active eq …", again(_two_terms), "F", 1.5),
    Operation(
        "value-path", "emails[type eq … and value eq …]",
        _asking(lambda one, _: f'emails[type eq "work" and value eq "{one.email}"]'), "F", 1.5,
    ),
    Operation("first-page", "first page of 100", again(first_page), "F", 2.7),
    Operation("last-page", "last page of 100", again(last_page), "F", 2.7),
    Operation("page-anew", "a page of 100, read anew", again(_page_anew)),
    Operation("packed-page", "first page of 100, gzip taken", again(_packed_page)),
    Operation("sweep", "import by index, a page", sweep, "F", is_whole=True, rounds=2),
    Operation("sweep-cursor", "import by cursor, a page", sweep_by_cursor, "F", is_whole=True, rounds=2),
    Operation("schemas", "GET /Schemas", again(_schemas)),
)  # fmt: skip
