"""The worker between clients and the application: what it makes of connections, odd answers, and its own end."""

import hashlib
import os
import re
import signal
import socket
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from scimapp.serving.whole_requests import LONGEST_BODY
from scimapp.serving.worker import REQUEST_SECONDS
from tests.support.server import ROOT, ForkedServer

from .large_answer import LARGE, LINES

ODD = "tests.operations.connections.odd_application:app"
STYLES = "/static/css/base.css"
PATIENCE_SECONDS = 20
CONNECTIONS = 4


def request(path, *lines, method="GET", body=b""):
    head = "".join(f"{line}\r\n" for line in (f"{method} {path} HTTP/1.1", "Host: x", *lines))
    return f"{head}\r\n".encode() + body


@pytest.fixture(scope="module")
def server(databases, tmp_path_factory):
    """One process with one thread, a few connections, and little patience for idle ones."""
    arguments = f"--threads 1 --worker-connections {CONNECTIONS} --keep-alive 1"
    folder, url = tmp_path_factory.mktemp("worker"), databases.copy("sqlite", "worker")
    running = ForkedServer(folder, url, ODD, WEB_CONCURRENCY="1", GUNICORN_CMD_ARGS=arguments)
    yield running.start()
    running.end()


@contextmanager
def connected(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS) as client:
        yield client


def answered(client, told=b"", *, has_body=True):
    """``(status, headers in lower case, body)`` of the next answer, of which ``told`` has come; the body is not cut."""
    while b"\r\n\r\n" not in told:
        told += _more(client)
    head, _, body = told.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    while has_body and len(body) < int(headers.get("content-length", 0)):
        body += _more(client)
    return int(first.split(" ")[1]), headers, body


def until_closed(client):
    told = b""
    while part := client.recv(65_536):
        told += part
    return told


def _more(client):
    part = client.recv(65_536)
    assert part, "the server has closed the connection"
    return part


def test_files_leave_as_they_are(server):
    with connected(server) as client:
        client.sendall(request(STYLES))
        status, _, body = answered(client)

    assert status == 200
    assert body == Path(ROOT, STYLES[1:]).read_bytes()


def test_answers_without_a_body_leave_the_connection_in_order(server):
    with connected(server) as client:
        client.sendall(request(STYLES, method="HEAD"))
        assert answered(client, has_body=False)[::2] == (200, b"")
        client.sendall(request("/odd/count"))
        assert answered(client)[0] == 200


def test_an_answer_of_unknown_length_comes_in_chunks(server):
    with connected(server) as client:
        client.sendall(request("/odd/pieces", "Connection: close"))
        told = until_closed(client)

    assert re.findall(rb"\r\n\d\r\n(\w+ ?)", told) == [b"one ", b"two ", b"three"]
    assert told.endswith(b"0\r\n\r\n")


def test_a_body_that_nobody_wanted_is_stepped_over(server):
    body = request("/odd/fail") * 2_000  # would be requests
    with connected(server) as client:
        client.sendall(request("/odd/count", f"Content-Length: {len(body)}", method="POST", body=body))
        assert answered(client)[0] == 200
        client.sendall(request("/odd/count"))
        assert answered(client)[0] == 200


CHUNKED = ("Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")
ENDLESS = {
    "head": request("/odd/count")[:-2] + b"".join(b"X%d: %s\r\n" % (number, b"a" * 7_000) for number in range(20)),
    "line of a chunk": request("/sign-in", *CHUNKED, method="POST", body=b"1;" + b"a" * 300),
    "chunk": request("/sign-in", *CHUNKED, method="POST", body=b"fffffff\r\n" + b"a" * LONGEST_BODY),
}


@pytest.mark.parametrize("raw, status", [*zip(ENDLESS.values(), (431, 400, 303), strict=True)], ids=ENDLESS)
def test_no_thread_waits_for_what_has_no_end(server, raw, status):
    with connected(server) as endless, connected(server) as other:
        endless.sendall(raw)
        other.sendall(request("/odd/count"))

        told, headers, _ = answered(endless)
        assert (told, headers["connection"]) == (status, "close")
        assert answered(other)[0] == 200


@pytest.mark.parametrize("path, status", [("/sign-in", 400), ("/odd/count", 200)])
@pytest.mark.parametrize(
    "body", [b"zz\r\n", b"2\r\n{}XX0\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}\r\n0\r\nHost: x\r\n\r\n",
             b"2;=\r\n{}\r\n0\r\n\r\n"]
)  # fmt: skip
def test_chunks_that_are_none_are_no_fault_of_ours(server, path, status, body):
    with connected(server) as client:
        client.sendall(request(path, *CHUNKED, method="POST", body=body))
        told = until_closed(client).lower()

    assert told.startswith(b"http/1.1 %d " % status)
    assert b"connection: close\r\n" in told
    assert "invalid chunk" not in server.log.lower()


def test_a_request_of_a_later_minor_version_is_answered_as_1_1(server):
    with connected(server) as client:
        client.sendall(
            request("/odd/pieces").replace(b"HTTP/1.1", b"HTTP/1.2") + request("/odd/count", "Connection: close")
        )
        told = until_closed(client)

    assert told.startswith(b"HTTP/1.1 200 ")
    assert told.count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize(
    "path, words", [("fail", "before the answer"), ("fail-at-a-file", "a file of ours that is gone")]
)
def test_a_fault_before_the_answer_is_told(server, path, words):
    with connected(server) as client:
        client.sendall(request(f"/odd/{path}?link=secret-of-{path}"))
        told = until_closed(client)

    assert told.startswith(b"HTTP/1.1 500 ")
    assert words.encode() not in told
    server.wait_for_line(words)  # whoever runs it learns why, and no secret of an address
    assert f"secret-of-{path}" not in server.log


def test_a_fault_in_the_middle_of_an_answer_ends_the_connection(server):
    with connected(server) as client:
        client.sendall(request("/odd/fail-late") + request("/odd/count"))
        told = until_closed(client)

    assert told.endswith(b"half")
    assert told.count(b"HTTP/1.1 ") == 1
    server.wait_for_line("in the middle of the answer")


def test_a_client_that_sends_a_thousand_requests_at_once_takes_turns_with_others(server):
    with connected(server) as greedy, connected(server) as other:
        greedy.sendall(request("/odd/count") * 999 + request("/odd/count", "Connection: close"))
        first = answered(greedy)[2][:6]
        other.sendall(request("/odd/count"))
        between = answered(other)[2]
        until_closed(greedy)

    assert int(first) < int(between) < int(first) + 999


@pytest.mark.parametrize("kind", ["", "pieces"])
def test_an_answer_that_is_taken_slowly_arrives_whole(server, kind):
    with connected(server) as slow, connected(server) as other:
        slow.sendall(request(f"/odd/large?{kind}") + request("/odd/count"))
        begun = slow.recv(1)
        if not kind:  # the only thread does not wait for it
            other.sendall(request("/odd/count"))
            assert answered(other)[0] == 200
        status, _, body = answered(slow, begun)
        assert (status, hashlib.sha256(body[:LARGE]).digest()) == (200, hashlib.sha256(LINES).digest())
        assert answered(slow, body[LARGE:])[0] == 200


def test_who_comes_to_a_full_server_is_served_when_somebody_goes(server):
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(CONNECTIONS)]
        for client in clients:
            client.sendall(request("/odd/count"))
            answered(client)
        late = stack.enter_context(connected(server))
        late.sendall(request("/odd/count"))
        clients[0].close()
        assert answered(late)[0] == 200


@pytest.mark.parametrize("behind, later", [(b"", b""), (b"\r\n", b""), (b"", b"\r\n")])
def test_an_idle_connection_is_closed_after_a_while(server, behind, later):
    """Empty lines, which clients leave behind a body (RFC 9112 §2.2), begin no request, which would have longer to come."""
    with connected(server) as client:
        client.settimeout(REQUEST_SECONDS / 2)
        client.sendall(request("/odd/count") + behind)
        answered(client)
        client.sendall(later)
        assert until_closed(client) == b""


def test_a_request_that_waits_for_a_thread_keeps_its_connection(server, tmp_path):
    """Idle ones are closed meanwhile. The second request came with the first, the first while the only thread was busy."""
    pipes = [tmp_path / name for name in ("before", "between")]
    for pipe in pipes:
        os.mkfifo(pipe)
    with ExitStack() as stack:
        busy, patient, idle, later = (stack.enter_context(connected(server)) for _ in range(4))
        for client in (patient, idle):
            client.sendall(request("/odd/count"))
            answered(client)
        busy.sendall(b"".join(request(f"/odd/wait?pipe={pipe}") for pipe in pipes))
        with pipes[0].open("wb"):  # open once the thread waits
            patient.sendall(request("/odd/count") * 2)
            later.sendall(request("/odd/count"))
            assert until_closed(idle) == b""
        with pipes[1].open("wb"):
            assert until_closed(later).startswith(b"HTTP/1.1 200 ")
        patient.sendall(request("/odd/count", "Connection: close"))
        assert until_closed(patient).count(b"HTTP/1.1 200 ") == 3


def test_empty_lines_between_requests_are_nothing(server):
    with connected(server) as client:
        for behind in (b"\r\n", b"\r\n\r\n", b""):
            client.sendall(request("/odd/count") + behind)
            assert answered(client)[0] == 200
            client.sendall(behind)


def test_a_worker_that_stops_finishes_what_it_began(databases, tmp_path):
    server = ForkedServer(tmp_path, databases.copy("sqlite", "worker-stop"), ODD, WEB_CONCURRENCY="1").start()
    os.mkfifo(tmp_path / "pipe")
    try:
        with connected(server) as busy, connected(server) as idle:
            idle.sendall(request("/odd/count"))
            answered(idle)
            busy.sendall(request(f"/odd/wait?pipe={tmp_path / 'pipe'}"))
            with (tmp_path / "pipe").open("wb") as pipe:  # open once the call is under way
                os.kill(server.pid, signal.SIGTERM)
                server.wait_for_silence()
                idle.sendall(request("/odd/count"))  # on its way already, for all the client knows
                late = answered(idle)
                pipe.write(b"done")
            ended = answered(busy)
    finally:
        status = server.stop()

    assert (late[0], late[1]["connection"]) == (200, "close")
    assert (ended[0], ended[1]["connection"], ended[2]) == (200, "close", b"done")
    assert status == 0


def test_a_worker_that_served_enough_is_replaced(databases, tmp_path):
    url = databases.copy("sqlite", "worker-enough")
    arguments = "--max-requests 20 --max-requests-jitter 0"
    server = ForkedServer(tmp_path, url, ODD, WEB_CONCURRENCY="1", GUNICORN_CMD_ARGS=arguments).start()
    pids = []
    try:
        while len(set(pids)) < 2:
            with connected(server) as client:
                client.sendall(request("/odd/pid"))
                status, _, body = answered(client)
                assert status == 200
                pids.append(body)
    finally:
        assert server.stop() == 0

    assert 15 <= len(pids) < 60  # fewer by looks at whether it was ready, more until its first thread woke
