"""The floors as a server that is asked beside everything else: what bare Flask and SQLite cost at this very moment."""

import contextlib

from .floors import DATABASE, write_documents
from .known import Known
from .load import Callers, Slice
from .operations import FLOORS, Caller
from .servers import Server
from .target import Target
from .wire import Wire

GOALS_F = 259e-6  # CPU seconds of F on the machine on which goals in seconds were set
_SECONDS = 0.25


def floor_server(documents, folder, **placed):
    """The Server of the floors, not yet started; ``placed`` are its workers and cores."""
    database = folder / f"floor-{documents}.db"
    if not database.exists():
        write_documents(database, documents)
    settings = {DATABASE: str(database)}
    return Server("benchmarks.speed.floors:app", "python:benchmarks.speed.floors_conf", settings, folder, **placed)


def floor_target(server, documents):
    """What scripts ask of a ``floor_server``."""
    return Target("floor", Wire(server.port), Known({}, documents))


class Floors:
    """The server of the floors with so many documents, in a ``with`` statement."""

    def __init__(self, documents, folder):
        self._server = floor_server(documents, folder)
        self._target = floor_target(self._server, documents)

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    @contextlib.contextmanager
    def turn(self):
        """A FloorTurn, whose connections last as long as the ``with`` statement."""
        with contextlib.ExitStack() as opened:
            yield FloorTurn(self._server, self._target, opened)

    def f(self, seconds=_SECONDS):
        """CPU seconds of one F now."""
        with self.turn() as turn:
            turn.play("F", seconds)
        return turn.slices["F"].processor / turn.slices["F"].requests


class FloorTurn:
    """Pieces of the floors in one turn; ``slices`` holds what came of each, by name."""

    def __init__(self, server, target, opened):
        self._server, self._target, self.slices = server, target, {}
        self._callers = {
            one.name: opened.enter_context(Callers([(server.port, one.script(Caller(target)))])) for one in FLOORS
        }

    def play(self, name, seconds):
        """Play one floor until it has computed ``seconds``."""
        began = self._server.processor()
        piece = self._callers[name].play(seconds, clock=self._server.processor)
        piece.processor = self._server.processor() - began
        self.slices.setdefault(name, Slice()).add(piece)
