"""The wire itself: clients that dribble, requests that mean two things, and bytes that are no HTTP."""

import json
import socket
from contextlib import ExitStack, contextmanager

import pytest

from scimapp.scim.urns import CORE_GROUP as GROUP
from scimapp.scim_api.resources import MAXIMUM_GROUP_BODY
from scimapp.serving.whole_requests import LONGEST_BODY, LONGEST_HEAD, Collected
from tests.support.live_account import LiveAccount
from tests.support.near_server import NearServer

from .rubbish import mangled_bytes
from .weather import Weather

SLOW_CLIENTS = 64
SERVED_WITHIN_SECONDS = 8  # however many clients dribble (security H17)
SECONDS = 0.5
HEAD = b"POST /scim/A/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Type: application/scim+json\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
TLS_HELLO = b"\x16\x03\x01\x00\xf5\x01\x00\x00\xf1\x03\x03"
WHOLE = {
    "no body": GET,
    "length": HEAD + b"Content-Length: 7\r\n\r\n{\r\n\r\n}x",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n0\r\n\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "trailers": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n",
}
# Two readers in a row may see two different requests in these (security H19).
AMBIGUOUS = {
    "length and chunks": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET,
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "lengths in one": HEAD + b"Content-Length: 2, 3\r\n\r\n{}x",
    "negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "length with a sign": HEAD + b"Content-Length: +2\r\n\r\n{}",
    "unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "coding without an end": HEAD + b"Transfer-Encoding: gzip\r\n\r\nx" + GET,
    "coding and length": HEAD + b"Transfer-Encoding: identity\r\nContent-Length: 9\r\n\r\n{}",
    "chunks inside of a coding": HEAD + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + GET,
    "coding with a blank": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "bad chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "bad chunk end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n" + GET,
    "folded header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
    "null in a header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    "bare return in a header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "blank in the target": b"GET /health z HTTP/1.1\r\nHost: x\r\n\r\n",
    "long line": b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "long header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9_000 + b"\r\n\r\n",
    "many headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: a\r\n" % each for each in range(200)) + b"\r\n",
}  # fmt: skip
DRIBBLES = (
    b"",
    b"G",
    GET[:-2],
    HEAD,
    HEAD + b"Content-Length: 900\r\n\r\n{",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    GET + GET[:9],
)


@pytest.fixture(scope="module")
def server(databases, tmp_path_factory):
    """One process with its eight threads; nothing here depends on the database."""
    running = NearServer(tmp_path_factory.mktemp("wire"), databases.copy("sqlite", "wire"), WEB_CONCURRENCY="1")
    yield running.start()
    running.end()


@contextmanager
def connected(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=SERVED_WITHIN_SECONDS) as client:
        yield client


def answers(server, raw):
    """Everything that comes back for ``raw`` until the server closes."""
    with connected(server) as client:
        told = b""
        try:
            client.sendall(raw)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(65_536):
                told += part
        except ConnectionError:
            pass  # closed in the middle of what it had refused already
        return told


def received(client, mark):
    """What has come when ``mark`` has."""
    told = b""
    while mark not in told:
        part = client.recv(65_536)
        assert part, told
        told += part
    return told


def is_served(server):
    return answers(server, GET).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_a_request_is_whole_with_its_last_byte(raw):
    collected = Collected()
    assert [collected.takes(raw[at : at + 1]) for at in range(len(raw))] == [False] * (len(raw) - 1) + [True]
    assert collected.give() == raw
    for at in range(1, len(raw)):
        assert not collected.takes(raw[:at])
        assert collected.takes(raw[at:])
        assert collected.give() == raw


def test_what_cannot_become_a_request_is_passed_on_to_be_refused():
    for raw in (
        b"a" * (LONGEST_HEAD + 1),
        HEAD + b"Content-Length: %d\r\n\r\n" % (LONGEST_BODY + 1),
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
        HEAD + b"Transfer-Encoding: identity\r\nContent-Length: 9\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nno chunk\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-6\r\n",  # as long as the line: where it would lead is itself
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a" * (LONGEST_HEAD + 1),
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 200,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n" + b"a" * LONGEST_BODY,
    ):
        assert Collected().takes(raw), raw[:200]


def test_clients_that_dribble_keep_nobody_waiting(server):
    with ExitStack() as stack:
        for number in range(SLOW_CLIENTS):
            client = stack.enter_context(connected(server))
            client.sendall(DRIBBLES[number % len(DRIBBLES)])

        assert is_served(server)
        late = stack.enter_context(connected(server))
        for byte in GET:  # slow, but in time
            late.sendall(bytes([byte]))
        assert late.recv(65_536).startswith(b"HTTP/1.1 200")
    assert is_served(server)


def test_requests_one_behind_the_other_are_all_answered(server):
    assert answers(server, GET * 3).count(b"HTTP/1.1 200") == 3
    assert answers(server, b"\r\n" + GET + b"\r\n\r\n" + GET).count(b"HTTP/1.1 200") == 2
    with connected(server) as client:
        client.sendall(GET + GET[:20])
        assert received(client, b'"ok"}').startswith(b"HTTP/1.1 200")
        client.sendall(GET[20:])
        assert received(client, b'"ok"}').startswith(b"HTTP/1.1 200")


def test_a_client_that_asks_before_it_sends_is_told_to(server):
    with connected(server) as client:
        client.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 100")
        client.sendall(b"{}")
        assert b" 401 " in received(client, b"bearer token")


@pytest.mark.parametrize("raw", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_request_that_can_be_read_in_two_ways_is_refused(server, raw):
    told = answers(server, raw)

    assert b"HTTP/1.1 2" not in told  # neither the request itself nor one that hides in it
    assert b"HTTP/1.1 5" not in told.replace(b"HTTP/1.1 501", b"")
    assert b"Traceback" not in told


@pytest.mark.parametrize(
    ("status", "raw", "words"),
    [
        (414, b"GET /scim/A/v2/Users?filter=" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", "send long filters to /.search"),
        (431, HEAD + b"X: " + b"a" * 9_000 + b"\r\n\r\n", "one of more than 8190 bytes"),
        (431, HEAD + b"".join(b"X-%d: a\r\n" % each for each in range(200)) + b"\r\n", "More than 100 header fields"),
        (431, HEAD + b"".join(b"X-%d: %s\r\n" % (each, b"a" * 7_000) for each in range(20)), "no end of them"),
        (400, HEAD + b"X: a\0b\r\n\r\n", "no request of HTTP/1.1"),
        (400, HEAD.replace(b"Host: x\r\n", b"") + b"\r\n", "in one Host field"),
        (400, HEAD.replace(b"HTTP/1.1", b"HTTP/1") + b"\r\n", "METHOD, address, HTTP/1.1"),
        (400, b'GET /scim/A/v2/Users?filter=userName eq "a" HTTP/1.1\r\nHost: x\r\n\r\n', "a blank is %20"),
        (400, "GET /scim/A/v2/Users/é HTTP/1.1\r\nHost: x\r\n\r\n".encode(), "é is %C3%A9"),
        (505, HEAD.replace(b"HTTP/1.1", b"HTTP/2.0") + b"\r\n", "HTTP/1.1 and HTTP/1.0"),
        (501, HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "chunked is"),
        (501, HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "chunked is"),
        (400, HEAD.replace(b" ", b"  ") + b"\r\n", "METHOD, address, HTTP/1.1"),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_as_scim_refuses(server, status, raw, words):
    head, _, body = answers(server, raw).partition(b"\r\n\r\n")
    error = json.loads(body)

    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/scim+json" in head
    assert error["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert error["status"] == str(status)
    assert words in error["detail"]
    assert "aaa" not in error["detail"]


def test_a_client_that_speaks_tls_is_refused_at_once(server):
    with connected(server) as client:
        client.sendall(TLS_HELLO)
        assert received(client, b"\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_people_get_a_page_about_what_is_no_request(server):
    told = answers(server, b"GET /users?q=" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 414 ")
    assert b"Content-Type: text/html" in told
    assert b"search for less" in told and b'<a href="/">' in told


def test_nothing_of_what_is_no_request_comes_back_or_stands_in_the_log(server):
    """It may be the address of a mailed link that a program has spoiled."""
    told = answers(server, b"GET /invitations/the-secret-of-a-link\xff HTTP/1.1\r\nHost: x\r\n\r\n")
    server.wait_for_line("InvalidRequestLine")

    assert told.startswith(b"HTTP/1.1 400 ")
    assert b"the-secret" not in told and "the-secret" not in server.log


def test_the_wire_stands_the_storm(server):
    weather = Weather("on the wire", SECONDS)
    corpus, refused = [*WHOLE.values(), *AMBIGUOUS.values()], 0
    while weather.blows(least=100):
        random = weather.random
        raw = mangled_bytes(random, random.choice(corpus), random.choice(corpus))
        told = answers(server, raw)
        refused += not told.startswith(b"HTTP/1.1 2")
        assert b"HTTP/1.1 500" not in told, f"seed {weather.seed}, input {weather.inputs}: {raw!r}"[:3_000]
        assert b"Traceback" not in told

    assert is_served(server)
    weather.settle(refused=refused)


def test_the_limits_of_the_server_are_those_of_the_application(server):
    """A SCIM answer for a body above the limit, also over the wire, and the connection is good for the next request."""
    account = LiveAccount(server)
    scim = account.scim()
    group = {
        "schemas": [GROUP],
        "displayName": "Long",
        "members": [{"value": "x" * 60 + str(n)} for n in range(70_000)],
    }

    for path, size in (("/Users", 1024 * 1024), ("/Groups", MAXIMUM_GROUP_BODY)):
        answer = scim.post(path, b" " * (size + 1))
        assert answer.status_code == 413
        assert answer.json["status"] == "413"
    assert scim.post("/Groups", group).status_code == 201
    account.close()
