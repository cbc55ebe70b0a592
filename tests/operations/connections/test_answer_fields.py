"""The header fields of an answer go out as gunicorn sends them, and none becomes two."""

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName
from gunicorn.http.wsgi import Response as PlainResponse

from scimapp.serving.known_lines import Response


class _Answered:
    version, method = (1, 1), "GET"

    def should_close(self):
        return False


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "text/plain"), ("Content-Length", "3"), ("X", " padded\t")],
        [("content-length", "3"), ("ETag", 'W/"1"')],
        [("Connection", "close"), ("Server", "mine"), ("Date", "today"), ("X", "y")],
        [("Connection", "upgrade"), ("Upgrade", "websocket")],
        [("Transfer-Encoding", "chunked"), ("Content-Length", "3")],
    ],
)
def test_fields_of_an_answer_go_out_as_gunicorn_sends_them(headers):
    sent = []
    for kind in (PlainResponse, Response):
        response = kind(_Answered(), None, Config())
        response.start_response("200 OK", headers)
        lines = "".join(response.default_headers())
        sent.append(
            (response.headers, response.response_length, [line for line in lines.split("\r\n") if "Date" not in line])
        )

    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    "name, value, refusal",
    [
        ("X", "a\r\nSet-Cookie: b", InvalidResponseHeader),
        ("X", "a\0", InvalidResponseHeader),
        ("X", "Ā", InvalidResponseHeader),
        ("X\r\n", "a", InvalidResponseHeaderName),
        ("", "a", InvalidResponseHeaderName),
        ("X", b"a", TypeError),
        (b"X", "a", TypeError),
    ],
)
def test_fields_that_would_be_more_than_one_are_refused(name, value, refusal):
    response = Response(_Answered(), None, Config())

    with pytest.raises(refusal):
        response.start_response("200 OK", [("Content-Type", "text/plain"), (name, value), ("X", "a")])
