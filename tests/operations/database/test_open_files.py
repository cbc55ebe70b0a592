"""Connections are open files; however many there are, enough is left to answer with."""

import resource
import socket
import urllib.request
from contextlib import ExitStack

import pytest

from scimapp.serving import open_files
from tests.support.server import LiveServer

FEW = 256


def test_many_connections_leave_files_for_an_answer(databases, tmp_path):
    """Debian gives a service 1,024 open files; here it is fewer, so that it takes no thousand clients."""
    server = LiveServer(tmp_path, databases.copy("sqlite", "open-files"), WEB_CONCURRENCY="1")
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, most))
    try:
        server.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    try:
        with ExitStack() as clients:
            for _ in range(FEW):
                clients.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            with urllib.request.urlopen(f"{server.url}/sign-in", timeout=10) as answer:
                assert answer.status == 200
    finally:
        server.end()


@pytest.mark.parametrize(
    "limit, most, connections, raised",
    [
        (256, 256, 56, [256]),
        (256, 600, 400, [600]),
        (256, 900, 500, [700]),
        (256, resource.RLIM_INFINITY, 500, [700]),
        (800, 900, 500, []),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 500, []),
        (64, 64, 1, [64]),
    ],
)
def test_connections_are_as_many_as_the_system_has_files_for(monkeypatch, limit, most, connections, raised):
    told = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (limit, most))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: told.append(limits))

    assert open_files.room_for(500) == connections
    assert told == [(new, most) for new in raised]
