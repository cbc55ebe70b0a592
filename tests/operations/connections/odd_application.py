"""The application with a few addresses that behave as no view of ours does, to see what the server makes of it."""

import itertools
import os
from urllib.parse import parse_qs

from wsgi import app

from .large_answer import LARGE, LINES

_served = itertools.count(1)
_ours = app.wsgi_app


def _count(_environ, start_response):
    start_response("200 OK", [("Content-Length", "6")])
    return [b"%06d" % next(_served)]


def _fail(_environ, _start_response):
    raise RuntimeError("before the answer")


def _fail_at_a_file(_environ, start_response):
    start_response("200 OK", [("Content-Length", "1")])
    raise FileNotFoundError(2, "a file of ours that is gone")


def _fail_late(_environ, start_response):
    start_response("200 OK", [("Content-Length", "8")])
    yield b"half"
    raise RuntimeError("in the middle of the answer")


def _in_pieces(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([b"one ", b"two ", b"three"])


def _large(environ, start_response):
    start_response("200 OK", [("Content-Length", str(LARGE))])
    return (
        [LINES]
        if environ["QUERY_STRING"] != "pieces"
        else [LINES[at : at + LARGE // 8] for at in range(0, LARGE, LARGE // 8)]
    )


def _wait(environ, start_response):
    """Answer once somebody writes into the pipe that the query names."""
    with open(parse_qs(environ["QUERY_STRING"])["pipe"][0], "rb") as pipe:
        told = pipe.read()
    start_response("200 OK", [("Content-Length", str(len(told)))])
    return [told]


_ODD = {
    "/odd/large": _large,
    "/odd/count": _count,
    "/odd/fail": _fail,
    "/odd/fail-at-a-file": _fail_at_a_file,
    "/odd/fail-late": _fail_late,
    "/odd/pieces": _in_pieces,
    "/odd/wait": _wait,
    "/odd/pid": lambda _environ, start_response: (
        start_response("200 OK", [("Content-Length", "8")]) and [b"%08d" % os.getpid()]
    ),
}


def _odd_or_ours(environ, start_response):
    return _ODD.get(environ["PATH_INFO"], _ours)(environ, start_response)


app.wsgi_app = _odd_or_ours
