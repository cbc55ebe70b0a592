"""The floors: what every figure stands beside."""

import random

from ..checks import holds
from .operation import Operation


def _read(target, client, _clients):
    chance, count = target.chance(client), target.known.total
    while True:
        name = f"document-{chance.randrange(count)}"
        holds((yield target.wire.get(f"/read/{name}")), name)


def _write(target, client, _clients):
    chance, count = target.chance(client), target.known.total
    while True:
        name, mark = f"document-{chance.randrange(count)}", random.randrange(10**6)
        holds((yield target.wire.send("PUT", f"/write/{name}/{mark}", b"{}")), f'"{name}","mark":{mark}')


def _fixed(target, _client, _clients):
    while True:
        holds((yield target.wire.get("/fixed")), "ListResponse")


FLOORS = (
    Operation("F", "F: Flask, one SQLite read", _read),
    Operation("W", "W: Flask, one SQLite UPDATE, commit", _write, "W"),
    Operation("fixed", "Flask, fixed bytes", _fixed),
)
