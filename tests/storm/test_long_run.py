"""A server under a mixed load for as long as asked: no fault, a bounded write-ahead log, bounded memory, times that stay.

``make test`` gives it a second, ``make soak`` a quarter of its time. The process is not replaced meanwhile.
"""

import http.client
import json
import os
import threading
import time
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from tests.scim_api.bodies import group, person
from tests.support.live_account import LiveAccount, SocketScimClient

from .requests import absurd_headers, mangled
from .test_scim import corpus
from .weather import SECONDS_VARIABLE, Weather

SECONDS = 1
SHARE_OF_A_SOAK = 1 / 4
LEAST = 10  # stories of each client
MOST_LOG = 64 * 1024 * 1024  # bytes of the write-ahead log
MOST_MEMORY = 50 * 1024 * 1024  # bytes that a process grows by in 100,000 requests
# What would end the connection or leave the other side waiting; the wire has a storm of its own (test_wire).
ABOUT_THE_WIRE = frozenset(("content-length", "transfer-encoding", "expect", "connection", "host"))


class Client(threading.Thread):
    """Tells stories until its time is over. ``statuses`` and ``reads`` (seconds) are of all of them."""

    def __init__(self, scim, until, random):
        super().__init__(daemon=True)
        self.scim, self.until, self.random = scim, until, random
        self.statuses, self.reads, self.problem = {}, [], None

    def run(self):
        try:
            number = 0
            while number < LEAST or time.monotonic() < self.until:
                self.story(number)
                number += 1
        except Exception as problem:
            self.problem = problem

    def noted(self, answer):
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        return answer


class Directory(Client):
    """Somebody comes, is looked for, read, changed, put into a group and goes."""

    def story(self, number):
        name, noted, scim = f"{self.name}-{number}@soak.example".lower(), self.noted, self.scim
        made = noted(scim.post("/Users", person(userName=name))).json["id"]
        assert noted(scim.get("/Users", filter=f'userName eq "{name}"')).json["totalResults"] == 1
        began = time.monotonic()
        noted(scim.get(f"/Users/{made}"))
        self.reads.append(time.monotonic() - began)
        noted(scim.patch(f"/Users/{made}", replace={"title": "Clerk"}))
        crew = noted(scim.post("/Groups", group(name, made))).json["id"]
        noted(scim.get("/Users", filter='title sw "C"', count=5))
        noted(scim.delete(f"/Groups/{crew}"))
        noted(scim.delete(f"/Users/{made}"))


class Rubbish(Client):
    """What the storm makes of good requests, over a socket."""

    def __init__(self, scim, until, random, good, account_id):
        super().__init__(scim, until, random)
        self.good, self.account_id = good, account_id

    def story(self, _number):
        sent = mangled(self.random, *self.random.sample(self.good, 2))
        path = sent.place.address(None, self.account_id).removeprefix(f"/scim/{self.account_id}/v2")
        pairs = [(quote(name), quote(text.encode("utf-8", "surrogatepass"))) for name, text in sent.query]
        query = "&".join("=".join(pair) for pair in pairs)
        body = sent.raw if sent.raw is not None else None if sent.body is None else json.dumps(sent.body).encode()
        headers = {
            name: text for name, text in absurd_headers(sent.headers)
            if name.lower() not in ABOUT_THE_WIRE and text.isascii()
        }  # fmt: skip
        try:
            self.noted(self.scim.open(sent.place.method, f"{path}?{query}" if query else path, body, headers))
        except (http.client.HTTPException, OSError):  # refused before it was read; others go on over a new connection
            self.scim.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_server_stays_as_it_is(app, start_server, figure):
    soak = float(os.environ.get(SECONDS_VARIABLE) or 0) * SHARE_OF_A_SOAK
    weather = Weather("over a long run", 0)
    server = start_server(WEB_CONCURRENCY="1", GUNICORN_CMD_ARGS="--max-requests 0")
    account = LiveAccount(server)
    given = account.scim()
    until = time.monotonic() + (soak or SECONDS)
    good = corpus(app, Random(weather.seed))
    clients = [Directory(_again(given), until, Random(f"{weather.seed} {place}")) for place in range(2)]
    clients.append(Rubbish(_again(given), until, Random(weather.seed), good, account.id))

    log = Path(server.database_url.removeprefix("sqlite:///") + "-wal")
    for client in clients:
        client.start()
    memory, logs = [], []
    while any(client.is_alive() for client in clients):
        memory.append(resident(server.workers[0]))
        logs.append(log.stat().st_size if log.exists() else 0)
        clients[-1].join(max(0.05, soak / 200))
    requests = sum(sum(client.statuses.values()) for client in clients)
    for client in (given, *(client.scim for client in clients)):
        client.close()

    assert [client.problem for client in clients if client.problem] == []
    faults = {status for client in clients for status in client.statuses if status >= 500 and status != 501}
    assert not faults, f"{faults} (seed {weather.seed})\n{server.errors}"
    assert max(logs) < MOST_LOG
    warm = memory[len(memory) // 4]  # until then caches fill
    assert memory[-1] - warm < MOST_MEMORY * max(1, requests / 100_000)
    figure("requests of long runs", requests)
    reads = [client.reads for client in clients[:-1]]
    print(
        f"\nlong run: {requests:,} requests, memory {warm / 1e6:.1f} → {memory[-1] / 1e6:.1f} MB, "
        f"write-ahead log up to {max(logs) / 1e6:.1f} MB, p99 of a read, first third → last third: "
        f"{late(reads, 0):.1f} → {late(reads, 2):.1f} ms"
    )


def _again(client):
    return SocketScimClient(client.base_url, client.token)


def late(reads, third):
    """The 99th percentile of a third of the reads of all clients, in ms."""
    some = sorted(one for mine in reads for one in mine[len(mine) * third // 3 : len(mine) * (third + 1) // 3])
    return some[int(len(some) * 0.99)] * 1e3


def resident(pid):
    """Bytes of memory that a process has for itself."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"nothing is told about {pid}")
