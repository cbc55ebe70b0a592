"""A client gets every byte of an answer in order, however little it takes at once."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from scimapp.serving.connections import ClientSocket

HEAD, BODY = b"HTTP/1.1 200 OK\r\n\r\n" * 30, bytes(range(256)) * 8_000


@pytest.fixture
def sockets():
    ours, client = socket.socketpair()
    with ClientSocket(ours.detach()) as ours, client:
        client.setblocking(False)
        yield ours, client


def taken(client):
    """What has arrived at the client."""
    parts = []
    try:
        while part := client.recv(1 << 20):
            parts.append(part)
    except BlockingIOError:
        return b"".join(parts)


def fill(ours):
    """Send until nothing more is taken; returns what was sent."""
    sent = 0
    try:
        while True:
            sent += ours.send(b"x" * 1_000, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b"x" * sent


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("size", [0, 100, len(BODY)])
def test_an_answer_arrives_whole(sockets, is_full, size):
    ours, client = sockets
    before = fill(ours) if is_full else b""

    ours.expect_head()
    ours.sendall(HEAD)
    if size:
        ours.sendall(BODY[:size])
    ours.settle()
    came = taken(client)
    assert bool(ours.unsent) is (is_full or size == len(BODY))
    while ours.unsent:
        ours.send_on()
        came += taken(client)

    assert came == before + HEAD + BODY[:size]


def test_an_answer_waits_for_what_went_before(sockets):
    ours, client = sockets
    ours.sendall(BODY)
    came = taken(client)
    assert ours.unsent

    ours.expect_head()
    ours.sendall(HEAD)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(ours.sendall, BODY)
        while len(came) < 2 * len(BODY) + len(HEAD):
            if sending.done() and ours.unsent:
                ours.send_on()
            came += taken(client)
        sending.result()

    assert came == BODY + HEAD + BODY
