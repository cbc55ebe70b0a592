"""HTTP/1.1 as bytes: prepared requests and cut-out answers, so that asking costs next to nothing compared with answering."""

import gzip
from dataclasses import dataclass

_HEAD_END = b"\r\n\r\n"


class Wire:
    """How requests to one server are written. ``path`` is the prefix of every path, such as ``/scim/<account>/v2``."""

    def __init__(self, port, path="", headers=()):
        self.port = port
        self._path = path.encode()
        lines = [f"Host: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in dict(headers).items())]
        self._headers = "".join(f"{line}\r\n" for line in lines).encode()

    def get(self, path, headers=b""):
        """``headers`` are whole lines."""
        return b"GET %b%b HTTP/1.1\r\n%b%b\r\n" % (self._path, path.encode(), self._headers, headers)

    def send(self, method, path, body, headers=b""):
        """A request with a body that is already JSON."""
        return b"%b %b%b HTTP/1.1\r\n%b%bContent-Type: application/scim+json; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
            method.encode(), self._path, path.encode(), self._headers, headers, len(body), body,
        )  # fmt: skip

    def delete(self, path):
        return b"DELETE %b%b HTTP/1.1\r\n%b\r\n" % (self._path, path.encode(), self._headers)


@dataclass(frozen=True, slots=True)
class Answer:
    """``head`` is the status line with the headers, ``body`` as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name):
        """A header's value, or None."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name:
                return value.strip()
        return None

    def text(self):
        """The body, decompressed."""
        return gzip.decompress(self.body) if self.header(b"content-encoding") == b"gzip" else self.body


class Incoming:
    """Bytes of one connection as they come; ``add`` returns an Answer once it is whole, else None."""

    def __init__(self):
        self._came = bytearray()
        self._body_at = self._length = None
        self._is_chunked = False

    def add(self, piece):
        self._came += piece
        if self._body_at is None and not self._read_head():
            return None
        if self._is_chunked:
            return self._chunked() if self._came.endswith(b"0\r\n\r\n") else None
        if len(self._came) < self._body_at + self._length:
            return None
        return self._whole(bytes(self._came[self._body_at :]))

    def _read_head(self):
        end = self._came.find(_HEAD_END)
        if end < 0:
            return False
        self._body_at = end + len(_HEAD_END)
        lowered = bytes(self._came[:end]).lower()
        self._is_chunked = b"\r\ntransfer-encoding: chunked" in lowered
        self._length = 0
        if not self._is_chunked and lowered[9:12] not in (b"204", b"304"):
            at = lowered.find(b"\r\ncontent-length:")
            if at < 0:
                raise ConnectionError("an answer without a length")
            self._length = int(lowered[at + 17 :].split(b"\r\n", 1)[0])
        return True

    def _chunked(self):
        rest, parts = memoryview(self._came)[self._body_at :].tobytes(), []
        while True:
            size, ended, rest = rest.partition(b"\r\n")
            if not ended:  # what ended so was the head, or a chunk
                return None
            length = int(size, 16)
            if not length:
                return self._whole(b"".join(parts))
            if len(rest) < length + 2:
                return None
            parts.append(rest[:length])
            rest = rest[length + 2 :]

    def _whole(self, body):
        head = bytes(self._came[: self._body_at])
        self.__init__()
        return Answer(int(head[9:12]), head, body)
