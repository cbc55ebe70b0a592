"""The lists of the screens at one size, on the same server: CPU time of a page, and whether the page counts right.

A page costs most right after somebody has changed people, since lists are kept until then; that is what is judged.
"""

import re
import statistics
from functools import partial

from sqlalchemy import create_engine

from ..beside import change_people, commit_something
from ..pages import PAGES
from .checks import expect
from .findings import Finding
from .load import Wrong, drive
from .servers import scimapp
from .wire import Wire

TRIES = 3
LIMIT_MS = 60
_SAID = re.compile(rb'data-said="([\d,]+)?')


def look(kind, people, folder):
    """``(Findings, complaints)``: the slowest page of each area after a change of people, and the slowest of all beside
    other commits.
    """
    staged = kind.stage(people)
    changed, kept, complaints = {}, [], []
    database = create_engine(staged.database_url)
    with scimapp(staged, folder) as server:
        wire, crowd = Wire(server.port, headers=[staged.cookie().split(": ", 1)]), staged.crowd
        for page in PAGES:
            try:
                costs = [
                    _cost(page, wire, crowd, server, partial(commit, database))
                    for commit in (change_people, commit_something)
                ]
            except Wrong as complaint:
                complaints.append(f"screen {page.area}, {page.name}: {complaint}")
                continue
            changed.setdefault(page.area, []).append((costs[0], page.name))
            kept.append((costs[1], page.name))
    database.dispose()
    where = f"{kind.name}, {people:,} people"
    found = [_slowest(f"screens, {area}", costs, where, LIMIT_MS) for area, costs in changed.items()]
    return [*found, _slowest("screens, beside other commits", kept, where)], complaints


def _slowest(name, costs, where, limit=None):
    took, page = max(costs)
    return Finding(f"{name}: slowest of {len(costs)}", took, "ms", where, limit, note=page)


def _cost(page, wire, crowd, server, commit):
    """CPU milliseconds of the server for a page right after a ``commit``. Raises Wrong."""
    costs = []
    for _ in range(TRIES + 1):
        commit()
        began = server.processor()
        came = drive([(server.port, _script(page, wire, crowd))], 0, 1)
        if came.complaint:
            raise Wrong(came.complaint)
        costs.append(1e3 * (server.processor() - began))
    return statistics.median(costs[1:])  # the first call fills caches


def _script(page, wire, crowd):
    answer = yield wire.get(page.address.replace(" ", "%20"))
    expect(answer, 200)
    if page.found is not None:
        said = _SAID.search(answer.text())
        found, wanted = int((said and said[1] or b"0").replace(b",", b"")), page.found(crowd)
        if found != wanted:
            raise Wrong(f"found {found:,}, wrote {wanted:,}")
    yield b""
