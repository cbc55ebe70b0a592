"""One thing to ask of a server, as often as wanted, and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import count


class Caller:
    """One of ``clients`` that ask a target at the same time. Nobody of its ``share`` is in another caller's."""

    def __init__(self, target, number=0, clients=1):
        self.target, self.known, self.wire = target, target.known, target.wire
        self.number, self.clients = number, clients
        self.chance, self._turns = target.chance(number), count()

    @cached_property
    def share(self):
        """The ids of the people this caller may change; it begins at a place of chance."""
        mine = self.known.linked[self.number :: self.clients]
        place = self.chance.randrange(len(mine))
        return mine[place:] + mine[:place]

    def anybody(self):
        """Somebody of the connection, to read."""
        return self.known.people[self.chance.choice(self.known.linked)]

    def somebody(self):
        """The next of the share, to change: round and round."""
        return self.known.people[self.share[next(self._turns) % len(self.share)]]


@dataclass(frozen=True, slots=True)
class Operation:
    """``script(caller)`` is a generator for one of several clients (``load``).

    ``floor`` names what its cost is compared with: "F" a read, "W" a write. ``limit`` is the goal in that floor.
    ``most(target)`` bounds the answers of one stretch, for what would change the size of things otherwise.
    ``is_whole`` plays the script to its end. ``before(caller)`` is played ahead and not counted. ``size`` is that of the
    group it needs; ``crowd`` that of one of its own, where that is no more than a tenth of the people. ``units`` is how many
    things one call does. ``rounds`` bounds how often it is played.
    """

    name: str
    title: str
    script: Callable
    floor: str = "F"
    limit: float | None = None
    most: Callable | None = None
    is_whole: bool = False
    before: Callable | None = None
    size: int | None = None
    crowd: int | None = None
    units: int = 1
    rounds: int | None = None

    @property
    def comes_late(self):
        """Whether it belongs after the others of a round: it removes what another added, or makes the directory larger."""
        return (self.name.endswith("-remove"), self.units > 1)


def again(step):
    """A script that does a step again and again."""

    def script(caller):
        while True:
            yield from step(caller)

    return script
