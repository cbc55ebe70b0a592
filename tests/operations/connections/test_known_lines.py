"""Whatever came before on a connection, a request means what gunicorn reads in it alone."""

import functools
import random
import socket
from contextlib import suppress

import pytest
from gunicorn.config import Config
from gunicorn.http import message
from gunicorn.http.errors import InvalidHTTPVersion, NoMoreData, ParseException
from gunicorn.http.parser import RequestParser

from scimapp.serving.known_lines import LONGEST_KEPT, PIECE, Parser
from scimapp.serving.unread_requests import NoHost, OtherHTTP
from scimapp.serving.whole_requests import Collected

HOST = b"Host: x\r\nAuthorization: Bearer one\r\nX-Note: a\r\n"
LINES = (
    HOST,
    HOST.replace(b"one", b"two"),
    HOST + b"Content-Length: 2\r\n",
    HOST + b"Content-Length: 3\r\n",
    HOST + b"Transfer-Encoding: chunked\r\n",
    HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n",
    HOST + b"Connection: keep-alive\r\n",
    HOST + b"X: " + b"a" * LONGEST_KEPT + b"\r\n",
    HOST + b"Host: y\r\n",
    HOST.replace(b"Host: x", b"Host: x/y"),
    HOST.replace(b"Host: x", b"Host: [::1]:8000"),
    HOST.replace(b"Host: x\r\n", b""),
    HOST + b"X_Note: b\r\n",
    HOST + b"X: a\0b\r\n",
    b"",
)
FIRST = (
    b"GET /a?b=c HTTP/1.1", b"POST /%20 HTTP/1.1", b"GET http://y/a HTTP/1.0", b"", b"\r\nGET /a HTTP/1.1", b"GET /a\nX: y HTTP/1.1",
    b"GET / HTTP/2.0", b"get / HTTP/1.1", b"GET /" + b"a" * 9_000 + b" HTTP/1.1", b"Host: x", b"GET  / HTTP/1.1",
)  # fmt: skip
BODIES = (b"", b"{}", b"{} ", b"2\r\n{}\r\n0\r\n\r\n")
PLAIN = Config()  # gunicorn's own settings; they cost more to make than a request to read


def read_by(make, settings, raws):
    """What the last of the requests of a connection is, or how it is refused; None where one before ended it."""
    here, there = socket.socketpair()
    with here, there:
        there.shutdown(socket.SHUT_WR)
        parser = make(settings, here, ("192.0.2.1", 5))
        for raw in raws:
            parser.unreader.take_buffered()
            parser.unreader.unread(raw)
            try:
                request = next(parser)
                told = (request.method, request.uri, request.path, request.query, request.version, request.headers)
                told += (body_of(request), request.scheme, request.should_close(), request._expected_100_continue)
            except StopIteration:
                return None
            except Exception as error:
                told = type(error)
        return told


def body_of(request):
    """The body, None where it is none."""
    try:
        return request.body.read()
    except (NoMoreData, ParseException):
        return None


class _Distrusting(message.Request):
    def _peer_is_trusted_proxy(self):
        return False


class Alone(RequestParser):
    """gunicorn's own, as it reads for strangers."""

    mesg_class = _Distrusting


@functools.cache
def read_alone(raw):
    """What gunicorn itself says of a request, but for three things: the host, which it does not ask for (RFC 9112 §3.2), an
    empty path, and another version of HTTP, which it refuses like bytes that are no request."""
    told = read_by(Alone, PLAIN, [raw])
    if not isinstance(told, tuple):
        return OtherHTTP if told is InvalidHTTPVersion and b" HTTP/2.0" in raw else told
    told = (*told[:2], told[2] or "/", *told[3:])
    host = dict(told[5]).get("HOST")
    return NoHost if host == "x/y" or (host is None and told[4] >= (1, 1)) else told


def test_what_was_sent_before_changes_nothing():
    chance, settings, met, refused = random.Random(64), Config(), set(), set()
    for _ in range(3_000):
        raws = []
        for _ in range(3):
            first, lines, body = chance.choice(FIRST[:2]), chance.choice(LINES[:8]), chance.choice(BODIES)
            raws.append(first + b"\r\n" + lines + b"\r\n" + body)
        raws.append(chance.choice(FIRST) + b"\r\n" + chance.choice((lines, *LINES)) + b"\r\n" + chance.choice(BODIES))
        ours, alone = read_by(Parser, settings, raws), read_alone(raws[-1])

        assert ours in (alone, None), raws
        met.add(ours is None or isinstance(ours, type) or ours[0])

        refused |= {ours} if isinstance(ours, type) else set()

    assert {"GET", "POST", True} <= met
    assert NoHost in refused


def test_a_request_line_means_what_gunicorn_reads_in_it():
    chance, settings, read, refused = random.Random(95), Config(), 0, 0
    methods, versions = (
        (*("GET", "PUT") * 4, "HEAD", "CONNECT", "get", "G(T", ""),
        (*("HTTP/1.1",) * 6, "HTTP/1.0", "HTTP/1.1 ", "http/1.1"),
    )
    pieces = (
        "/",
        "/",
        "?",
        "a",
        "%2F",
        "=",
        "&",
        ":",
        "//",
        "#",
        "@",
        "[",
        "]",
        "*",
        ".",
        "\\",
        "~",
        "!",
        '"',
        "\x7f",
        "\xe9",
        "\t",
        "\0",
        "\x85",
        " ",
    )
    for number in range(2_000):
        pick = pieces if number % 2 else pieces[:8]
        uri = chance.choice(("/", "/", "/", "", "//", "http://y/", "*")) + "".join(
            chance.choices(pick, k=chance.randrange(9))
        )
        line = f"{chance.choice(methods)} {uri} {chance.choice(versions)}".encode("latin-1")
        raw = line + b"\r\nHost: x\r\n\r\n"

        ours = read_by(Parser, settings, [raw])

        assert ours == read_alone(raw), raw
        read, refused = (read + 1, refused) if isinstance(ours, tuple) else (read, refused + 1)
    assert min(read, refused) > 300


@pytest.mark.parametrize("target", ["http://x", "http://x?a=b"])
def test_an_address_without_a_path_is_that_of_the_first_page(target):
    """The router would lead on to its own idea of that address, which begins with what ``Host`` names."""
    assert read_by(Parser, Config(), [f"GET {target} HTTP/1.1\r\nHost: other.example\r\n\r\n".encode()])[2] == "/"


@pytest.mark.parametrize("host", ["scim.example.com", "a_b:443", "", "[2001:db8::1]:1", "10.0.0.1:8000", "x:", "%41"])
def test_a_request_that_names_its_host_is_read(host):
    assert isinstance(read_by(Parser, Config(), [f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()]), tuple)


@pytest.mark.parametrize(
    "fields", ["", "X: y\r\n", *(f"Host: {host}\r\n" for host in ("a b", "a@b", "a/b", "a:b", "\xe4", "[x", "a,b\\"))]
)
def test_a_request_that_names_no_host_is_none(fields):
    assert read_by(Parser, Config(), [f"GET / HTTP/1.1\r\n{fields}\r\n".encode("latin-1")]) is NoHost


@pytest.mark.parametrize("fields", ["Connection: TE, Close\r\n", "Connection: TE\r\nConnection: close ,\r\n"])
def test_close_is_heard_among_other_options(fields):
    """RFC 9112 §9.6; perl's LWP sends it so. Heard again where the lines are known."""
    raw = f"GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\n".encode()

    for raws in ([raw], [raw.replace(b"lose", b"losed"), raw], [raw, raw]):
        told = read_by(Parser, Config(), raws)
        assert told is None or told[8] is True


def test_an_older_client_needs_no_host_and_its_lines_serve_no_newer_one():
    old, new = (f"GET / HTTP/1.{minor}\r\nX: y\r\nConnection: keep-alive\r\n\r\n".encode() for minor in (0, 1))

    assert read_by(Parser, Config(), [old, old])[4] == (1, 0)
    assert read_by(Parser, Config(), [old, new]) is NoHost


CHUNKS = (b"1\r\na\r\n" * 3_000, b"%x\r\n%s\r\n1\r\nb\r\n" % (3 * PIECE, b"a" * 3 * PIECE), b"%x\r\n" % (3 * PIECE))


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"0\r\nX: %s\r\n\r\n" % (b"a" * 2 * PIECE), b"0\r\n", b""])
def test_long_bodies_are_read_as_gunicorn_reads_them(chunks, end):
    raw = b"\r\n".join((FIRST[1], LINES[4], chunks + end))

    assert read_by(Parser, Config(), [raw]) == read_by(Alone, Config(), [raw])


def test_what_was_collected_is_read_in_pieces():
    """For gunicorn copies what it has of a piece with each chunk: a body of single letters would be copied for minutes."""
    unreader = Parser(Config(), (), None).unreader
    unreader.unread(b"a" * 3 * PIECE)

    assert unreader.read() == b"a" * PIECE
    unreader.unread(b"b")
    assert unreader.read(2) == b"ba"
    assert unreader.read(read_ahead=PIECE + 1) == b"a" * (PIECE + 1)
    assert unreader.take_buffered() == b"a" * (PIECE - 2)
    assert unreader.read() == unreader.read(1) == b""


def test_the_lines_of_the_request_before_are_known(monkeypatch):
    read = []
    monkeypatch.setattr(
        message.Request, "parse_headers", lambda *_, **__: read.append(1) or [("HOST", "x"), ("X", str(len(read)))]
    )
    raws = [b"GET /%d HTTP/1.1\r\n" % number + HOST + b"\r\n" for number in range(3)]

    told = read_by(Parser, Config(), raws)

    assert (len(read), told[1]) == (1, "/2")


def test_a_body_that_came_with_known_lines_is_read_to_its_end():
    """And what came behind it is the next request."""
    lines = b"\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
    raws = [b"PUT /%d HTTP/1.1" % number + lines + b"a\nb%d\n" % number for number in range(3)]
    parser = Parser(Config(), (), ("192.0.2.1", 5))
    parser.unreader.unread(b"".join(raws))

    read = []
    for _ in raws:
        request = next(parser)
        read.append((request.uri, request.body.read(2), list(request.body)))

    assert read == [(f"/{number}", b"a\n", [b"b%d\n" % number]) for number in range(3)]
    assert parser.unreader.take_buffered() == b""


def test_known_lines_tell_where_a_request_ends():
    chance, settings, read = random.Random(149), Config(), 0
    for _ in range(3_000):
        parser, lines = Parser(settings, (), ("192.0.2.1", 5)), chance.choice(LINES)
        parser.unreader.unread(FIRST[1] + b"\r\n" + lines + b"\r\n" + chance.choice(BODIES))
        with suppress(Exception):
            next(parser)
        known, plain = Collected(parser.unreader.known), Collected()
        lines = chance.choice((lines, *LINES))
        raw = chance.choice(FIRST) + b"\r\n" + lines + b"\r\n" + chance.choice(BODIES) + chance.choice((b"", FIRST[0]))
        place = chance.randrange(len(raw) + 1)

        for part in (raw[:place], raw[place:]):
            takes = plain.takes(part)
            assert known.takes(part) == takes, raw
            read += known.known is not None and known.known.length is not None and takes
            if takes:
                break
        assert (known.is_whole, known.give()) == (plain.is_whole, plain.give())
    assert read > 300
