"""One thing to ask of a server, as often as wanted."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """``script(target, client, clients)`` is a generator for one of several clients (``load``).

    ``floor`` names what its cost is compared with: "F" a read, "W" a write. ``limit`` is the goal in that floor.
    ``most(target)`` bounds the answers of one stretch, for what would change the size of things otherwise.
    ``is_whole`` plays the script to its end.
    """

    name: str
    title: str
    script: Callable
    floor: str = "F"
    limit: float | None = None
    most: Callable | None = None
    is_whole: bool = False
