"""What scripts ask: one server, ours or a peer's, with its address, its people and its words."""

import random
from dataclasses import dataclass, field
from urllib.parse import quote

from .figures import OURS
from .known import Known
from .wire import Wire

OKTA = {"Accept": "application/scim+json", "Accept-Charset": "utf-8", "User-Agent": "Okta SCIM Client 1.0.0"}
SEED = 20_261_125


@dataclass(frozen=True, slots=True)
class Words:
    """What a server understands beyond the least: titles, the enterprise extension, ``remove`` at a path that names the
    member, members in the POST of a group."""

    titles: bool = True
    enterprise: bool = True
    removes_by_path: bool = True
    members_at_once: bool = True


@dataclass(slots=True)
class Target:
    """``extension`` is the URN of the account's own attributes, None if there are none."""

    name: str
    wire: Wire
    known: Known
    extension: str | None = None
    words: Words = Words()
    groups: dict = field(
        default_factory=lambda: {"made": [], "crowd": []}
    )  # the groups of the benchmark: Groups by size
    memory: dict = field(default_factory=dict)  # what scripts keep from one stretch to the next
    _stretches: int = 0

    def chance(self, client):
        """Numbers that look random and are the same in every run."""
        self._stretches += 1
        return random.Random(f"{SEED}-{client}-{self._stretches}")

    def newcomer(self):
        """A Person who does not exist yet, with what this server keeps; ``id`` is empty."""
        one = self.known.newcomer()
        if not self.words.titles:
            one.title = None
        if not self.words.enterprise:
            one.department = None
        if not self.extension:
            one.custom = {}
        return one

    def find(self, filter_, resource="Users", **query):
        """A request with a filter, as Okta writes it."""
        rest = "".join(f"&{name}={quote(str(value))}" for name, value in query.items())
        return self.wire.get(f"/{resource}?filter={quote(filter_, safe='')}&startIndex=1&count=100{rest}")


def of_stage(stage, port):
    """The Target of a server that runs on a Stage."""
    wire = Wire(port, stage.path, OKTA | {"Authorization": f"Bearer {stage.told['token']}"})
    return Target(OURS, wire, stage.known(), stage.extension)
