"""The floors: what every figure stands beside."""

from ..checks import holds
from .operation import Operation, again


def read(caller):
    """Read a document of chance."""
    name = f"document-{caller.chance.randrange(caller.known.total)}"
    holds((yield caller.wire.get(f"/read/{name}")), name)


def _write(caller):
    name, mark = f"document-{caller.chance.randrange(caller.known.total)}", caller.chance.randrange(10**6)
    holds((yield caller.wire.send("PUT", f"/write/{name}/{mark}", b"{}")), f'"{name}","mark":{mark}')


def _fixed(caller):
    holds((yield caller.wire.get("/fixed")), "ListResponse")


FLOORS = (
    Operation("F", "F: Flask, one SQLite read", again(read)),
    Operation("W", "W: Flask, one SQLite UPDATE, commit", again(_write), "W"),
    Operation("fixed", "Flask, fixed bytes", again(_fixed)),
)
