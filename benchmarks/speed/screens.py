"""The lists of the screens at one size, on the same server: CPU time of a page, and whether the page counts right."""

import re
import statistics

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
    """``(Findings, complaints)``: the slowest page of each area."""
    staged = kind.stage(people)
    slowest, counted, complaints = {}, {}, []
    with scimapp(staged, folder) as server:
        wire, crowd = Wire(server.port, headers=[staged.cookie().split(": ", 1)]), staged.crowd
        for page in PAGES:
            took, complaint = _one(page, wire, crowd, server)
            if complaint:
                complaints.append(f"screen {page.area}, {page.name}: {complaint}")
                continue
            counted.setdefault(page.area, []).append(took)
            slowest[page.area] = max(slowest.get(page.area, (0, "")), (took, page.name))
    where = f"{kind.name}, {people:,} people"
    found = [
        Finding(f"screens, {area}: slowest of {len(counted[area])}", took, "ms", where, LIMIT_MS, note=name)
        for area, (took, name) in slowest.items()
    ]
    return found, complaints


def _one(page, wire, crowd, server):
    """``(CPU milliseconds of the server, complaint)``."""
    costs = []
    for number in range(TRIES + 1):
        began = server.processor()
        came = drive([(server.port, _script(page, wire, crowd))], 0, 1)
        if came.complaint:
            return 0, came.complaint
        if number:  # the first call fills caches
            costs.append(1e3 * (server.processor() - began))
    return statistics.median(costs), ""


def _script(page, wire, crowd):
    answer = yield wire.get(page.address.replace(" ", "%20"))
    expect(answer, 200)
    if page.found is not None:
        said = _SAID.search(answer.text())
        found, wanted = int((said and said[1] or b"0").replace(b",", b"")), page.found(crowd)
        if found != wanted:
            raise Wrong(f"found {found:,}, wrote {wanted:,}")
    yield b""
