"""The lists of the screens at one size, on the same server: CPU time of a page, the database's included, and whether the page counts
right.

A page costs most right after somebody has changed people, since lists are kept until then; that is what is judged, at the speed of
the goals' machine: F runs before and after every few pages.
"""

import contextlib
import re
import statistics
from dataclasses import dataclass, field
from types import SimpleNamespace

from ..beside import change_people, commit_something, computed_beside, engine_of, watching
from ..pages import PAGES
from .checks import expect
from .findings import CLOSE, Finding, of_waiting
from .floors_beside import GOALS_F, Floors
from .load import Wrong, drive
from .servers import scimapp
from .wire import Wire

TRIES, AGAIN = 3, 6
LIMIT_MS = 60
_BESIDE = 8  # pages between two looks at F
_SAID = re.compile(rb'data-said="([\d,]+)?')


@dataclass(slots=True)
class _Tried:
    """CPU milliseconds of the tries of a page: after a change of people as measured (``here``) and at the speed of the goals'
    machine (``paced``), and beside other commits. ``waited`` are the milliseconds until the answers after a change had come.
    ``first`` is how many of each belong to the first look.
    """

    page: object
    here: list = field(default_factory=list)
    waited: list = field(default_factory=list)
    paced: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    first: int = TRIES

    @property
    def cost(self):
        return statistics.median(self.paced)

    @property
    def looks(self):
        """What both looks found, () if there was one."""
        parts = self.paced[: self.first], self.paced[self.first :]
        return tuple(map(statistics.median, parts)) if parts[1] else ()


def look(kind, people, folder):
    """``(Findings, complaints)``: the slowest page of each area after a change of people, and the slowest of all beside
    other commits.
    """
    staged = kind.stage(people)
    database = engine_of(staged.database_url)
    with contextlib.ExitStack() as opened:
        opened.callback(database.dispose)
        server, floors = map(opened.enter_context, (scimapp(staged, folder), Floors(people, folder)))
        watch = watching(database)
        if watch is not None:
            opened.enter_context(watch)
        wire = Wire(server.port, headers=[staged.cookie().split(": ", 1)])
        place = SimpleNamespace(
            server=server, floors=floors, wire=wire, crowd=staged.crowd, database=database, watch=watch
        )
        tried, complaints = [], []
        for start in range(0, len(PAGES), _BESIDE):
            tried += _pages(place, list(map(_Tried, PAGES[start : start + _BESIDE])), TRIES, complaints)
        for one in tried:
            if one.cost > LIMIT_MS * (1 - CLOSE):
                _pages(place, [one], AGAIN, complaints)
    return _found(tried, f"{kind.name}, {people:,} people"), complaints


def _pages(place, tried, tries, complaints):
    """Try some pages between two looks at F; returns those that answered right."""
    before, right, came = place.floors.f(), [], {}
    for one in tried:
        try:
            came[one.page] = _costs(place, one.page, change_people, tries)
            one.kept += [cost for cost, _ in _costs(place, one.page, commit_something, tries)]
            right.append(one)
        except Wrong as complaint:
            complaints.append(f"screen {one.page.area}, {one.page.name}: {complaint}")
    pace = GOALS_F / statistics.mean((before, place.floors.f()))
    for one in right:
        costs, waited = zip(*came[one.page], strict=True)
        one.here += costs
        one.waited += waited
        one.paced += [pace * cost for cost in costs]
    return right


def _found(tried, where):
    found = []
    for area in dict.fromkeys(one.page.area for one in tried):
        there = [one for one in tried if one.page.area == area]
        slowest = max(there, key=lambda one: one.cost)
        here, waited = map(statistics.median, (slowest.here, slowest.waited))
        note = (
            f"{slowest.page.name}; at the speed of the goals' machine; {here:.1f} ms here, answered in {waited:.1f} ms"
        )
        found.append(of_waiting(f"screens, {area}: slowest of {len(there)}", slowest.cost, "ms", where, LIMIT_MS, note=note,
                             looks=slowest.looks))  # fmt: skip
    if not tried:
        return []
    took, name = max((statistics.median(one.kept), one.page.name) for one in tried)
    return [*found, Finding(f"screens, beside other commits: slowest of {len(tried)}", took, "ms", where, note=name)]


def _costs(place, page, commit, tries):
    """``(CPU milliseconds of the server and its database, milliseconds until the answer)`` for each of the tries of a page, each
    right after a ``commit``. Raises Wrong.
    """
    costs = []
    for _ in range(tries + 1):
        commit(place.database)
        computed = _computed(place)
        came = drive([(place.server.port, _script(page, place.wire, place.crowd))], 0, 1)
        if came.complaint:
            raise Wrong(came.complaint)
        costs.append((1e3 * (_computed(place) - computed), 1e3 * came.latencies[0]))
    return costs[1:]  # the first call fills caches


def _computed(place):
    return place.server.processor() + computed_beside(place.watch)


def _script(page, wire, crowd):
    answer = yield wire.get(page.address.replace(" ", "%20"))
    expect(answer, 200)
    if page.found is not None:
        said = _SAID.search(answer.text())
        found, wanted = int((said and said[1] or b"0").replace(b",", b"")), page.found(crowd)
        if found != wanted:
            raise Wrong(f"found {found:,}, wrote {wanted:,}")
    yield b""
