"""gunicorn's parser and framing, without repeating the work done for the previous request.

A client sends the same header lines with nearly every request of a connection. They are parsed and checked once and
reused as long as the bytes are the same; gunicorn parses the rest of each request. One pattern reads a plain request
line, and gunicorn's own pattern checks the header fields of an answer, all values at once.
"""

import io
import re
import time
from functools import lru_cache

from gunicorn import util
from gunicorn.http import message, wsgi
from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import (
    InvalidHTTPVersion,
    InvalidRequestLine,
    LimitRequestHeaders,
    NoMoreData,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.http.parser import RequestParser

from .unread_requests import NoHost, OtherHTTP
from .whole_requests import begins

LONGEST_KEPT = 4 * 1024  # bytes of header lines, for each connection
PIECE = 8 * 1024  # bytes read at once
_LINE_END = b"\r\n"
# A plain request line: a path from the root, printable throughout, without a fragment.
_PLAIN_LINE = re.compile(r'(GET|POST|PUT|PATCH|DELETE) ((/(?!/)[!-"$->@-~]*)(?:\?([!-"$-~]*))?) HTTP/1\.1')
_HEAD_END = b"\r\n\r\n"
# RFC 3986 §3.2.2: a name or an address in brackets, and a port; empty if the target has no host.
_HOST = re.compile(r"([\w.~!$&'()*+,;=%-]*|\[[\w:.~!$&'()*+,;=%-]+\])(:[0-9]*)?", re.ASCII)


class KnownLines:
    """Header lines as gunicorn parsed them: ``raw`` reaches from the end of the request line to the end of the head.

    ``is_last``: they ask to close the connection after the answer. ``environ`` is a place for the caller to
    keep what it made of ``headers``. ``length`` is that of the body in bytes, and ``fields`` are the attributes of a request
    with these lines; both None if the body is chunked or no plain request line came with them.
    """

    __slots__ = ("environ", "fields", "headers", "is_last", "length", "raw")

    def __init__(self, raw, headers, is_last):
        self.raw, self.headers, self.is_last, self.environ = raw, headers, is_last, None
        self.fields = self.length = None

    def begins_behind(self, part):
        """Where these lines begin in ``part``, right behind its first line; 0 if others do, or the body is not told of."""
        line = 0 if self.length is None else part.find(_LINE_END)
        return line if line > 0 and part.startswith(self.raw, line) else 0


class Request(message.Request):
    """A request of a connection; ``known`` are its header lines if they are kept."""

    known, is_plain = None, False  # ``is_plain``: it has a plain request line

    @classmethod
    def again(cls, known, raw, line):
        """The request that ``raw`` begins with, which has ``known`` lines from ``line`` on, and where it ends. ``(None, 0)``
        if gunicorn has to read its request line, or if its body is not whole.
        """
        start = line + len(known.raw)
        end = start + known.length
        plain = _PLAIN_LINE.fullmatch(raw[:line].decode("latin-1"))
        if plain is None or end > len(raw) or line > known.fields["limit_request_line"]:
            return None, 0
        request = cls.__new__(cls)
        request.__dict__.update(known.fields)
        request.known = known
        request.method, request.uri, request.path, request.query = plain.groups("")
        request.body = _WholeBody(raw[start:end])
        return request, end

    def should_close(self):
        # ``must_close`` tells what Connection says; gunicorn would look for that field three times a request.
        return self.must_close if self.is_plain else super().should_close()

    def _peer_is_trusted_proxy(self):
        return False  # forwarded headers are read later, if SCIMAPP_TRUSTED_PROXIES allows it

    def parse(self, unreader):
        raw, known = unreader.take_buffered(), unreader.known
        line = raw.find(_LINE_END)
        if known is not None and raw.startswith(known.raw, line):
            told, _ = self.read_line(unreader, bytearray(raw[: line + 2]), self.limit_request_line)
            self.parse_request_line(told)
            self.headers, self.known, self.must_close = known.headers, known, known.is_last
            return raw[line + len(known.raw) :]
        unreader.unread(raw)
        try:
            rest = super().parse(unreader)
        except NoMoreData:  # a head without an end gets here only if it is too long or no request begins like this
            raise (LimitRequestHeaders("the head does not end") if begins(raw) else InvalidRequestLine("")) from None
        self.must_close = _is_last(self.headers)
        host = next((value for name, value in self.headers if name == "HOST"), None)
        if (host is None and self.version >= (1, 1)) or not _HOST.fullmatch(host or ""):
            raise NoHost()  # gunicorn itself refuses a second one
        end = raw.find(_HEAD_END, line) + 4
        # Do not keep lines with an Expect field, which demands an action; lines without any field, where the head ends
        # elsewhere; or lines without a host, which the next request line may require.
        if host is not None and 0 < line < end <= line + LONGEST_KEPT and not self._expected_100_continue:
            self.known = unreader.known = KnownLines(raw[line:end], self.headers, self.must_close)
        return rest

    def parse_request_line(self, line_bytes):
        plain = _PLAIN_LINE.fullmatch(line_bytes.decode("latin-1"))
        if plain is None:
            try:
                super().parse_request_line(line_bytes)
            except InvalidHTTPVersion as error:  # with the numbers of a version, or with a text that is none
                raise OtherHTTP(error.version) if isinstance(error.version, tuple) else error from None
            self.version = min(self.version, (1, 1))  # an answer to 1.2 is one of 1.1 (RFC 9110 §2.5)
            self.path = self.path or "/"  # for http://host (RFC 3986 §6.2.3); a router would redirect to the Host
            return
        self.method, self.uri, self.path, self.query = plain.groups("")
        self.fragment, self.version, self.is_plain = "", (1, 1), True

    def set_body_reader(self):
        super().set_body_reader()
        if self.known is not None and self.known.fields is None and self.is_plain:
            self._keep_fields()
        if isinstance(self.body.reader, ChunkedReader):
            for name, value in self.headers:  # gunicorn hands on what is compressed as well, as it came (RFC 9112 §6.1)
                if name == "TRANSFER-ENCODING" and value.lower() != "chunked":
                    raise UnsupportedTransferCoding(value)
            self.body = _ChunkedBody(self.body.reader)

    def _keep_fields(self):
        if isinstance(self.body.reader, LengthReader):
            self.known.length = self.body.reader.length
            self.known.fields = {name: value for name, value in self.__dict__.items() if name not in ("body", "known")}


def _is_last(headers):
    """Whether ``close`` stands among the options of Connection (RFC 9112 §9.6).

    gunicorn sees it only where it stands alone.
    """
    told = [value.lower() for name, value in headers if name == "CONNECTION"]
    return any(option.strip(" \t") == "close" for value in told for option in value.split(","))


class _ChunkedBody(Body):
    """A chunked body. Malformed chunks end it early, as a lost client does, which applications answer with 400."""

    def _read_reader(self, size):
        try:
            return super()._read_reader(size)
        except ParseException as error:
            raise NoMoreData from error


class _WholeBody(io.BytesIO):
    """A body that has come."""

    failed = False


class Parser(RequestParser):
    """Reads the requests of one connection."""

    mesg_class = Request

    def __init__(self, settings, sock, address):
        super().__init__(settings, sock, address)
        self.unreader = _Unreader()

    def __next__(self):
        before, known = self.mesg, self.unreader.known
        if known is None or before is None or before.should_close() or before.body.failed:
            return super().__next__()
        raw = self.unreader.take_buffered()
        line = known.begins_behind(raw)
        request, end = Request.again(known, raw, line) if line else (None, 0)
        self.unreader.unread(raw[end:])
        if request is None:
            return super().__next__()
        self.req_count += 1
        self.mesg = request
        return request

    def finish_body(self, deadline=None, max_bytes=None):
        """Whether the next request can be found, after ``Connection.step_over_body`` has skipped the rest of the body."""
        return self.mesg is None or not self.mesg.body.failed


class _Unreader:
    """The collected bytes of a connection, for gunicorn to read. It never waits for more."""

    def __init__(self):
        self._raw, self._at = b"", 0
        self.known = None  # KnownLines of the request before

    def read(self, size=None, read_ahead=None):
        """The next ``size`` bytes, fewer at the end.

        Without a size only a piece, since gunicorn copies it for each chunk.
        """
        end = self._at + (max(read_ahead or 0, PIECE) if size is None else size)
        part = self._raw[self._at : end]
        self._at += len(part)
        return part

    def unread(self, data):
        """Put bytes back in front."""
        self._raw, self._at = data + self._raw[self._at :], 0

    def take_buffered(self):
        """Remove and return all that is left."""
        rest = self._raw[self._at :]
        self._raw, self._at = b"", 0
        return rest


class Response(wsgi.Response):
    """An answer, framed by gunicorn."""

    def process_headers(self, headers):
        names, values = zip(*headers, strict=True) if headers else ((), ())
        if not (all(map(_is_plain, names)) and wsgi.HEADER_VALUE_RE.fullmatch("".join(values))):
            super().process_headers(headers)
            return
        self.headers = [(name, value.strip(" \t")) for name, value in headers]
        length = dict(headers).get("Content-Length")
        self.response_length = None if length is None else int(length)

    def default_headers(self):
        if self.upgrade or self.chunked:
            return super().default_headers()
        (major, minor), connection = self.req.version, "close" if self.should_close() else "keep-alive"
        begin = f"HTTP/{major}.{minor} {self.status}\r\nServer: {self.version}\r\n"
        return [f"{begin}{_date(int(time.time()))}Connection: {connection}\r\n"]


@lru_cache(256)
def _is_plain(name):
    """Whether a field with this name is sent unchanged."""
    lowered = name.lower()
    is_special = (
        util.is_hoppish(name) or lowered == "upgrade" or (lowered == "content-length" and name != "Content-Length")
    )
    return message.TOKEN_RE.fullmatch(name) is not None and not is_special


@lru_cache(1)
def _date(second):
    return f"Date: {util.http_date(second)}\r\n"
