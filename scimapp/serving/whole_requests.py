"""Tells when the bytes of a connection form a whole request.

gunicorn's parser decides afterwards whether the request is valid. Bytes that make no sense here are
passed on, for the parser to refuse.
"""

import re

LONGEST_HEAD = 128 * 1024  # without an end; such a request is refused
LONGEST_BODY = 9 * 1024 * 1024  # more than any address accepts; such a request is refused without its body
_LINE_END = b"\r\n"
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*(?:\r\n|\Z)")
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]+")


def begins(raw):
    """Whether a request may begin with these bytes: with a visible character, as no TLS does."""
    return b"!" <= raw[:1] <= b"~"


class Collected:
    """The bytes of one request as they come. ``takes`` says when they are a whole request, or can no longer become one.

    ``is_whole``: it is certain where the next one begins. Of chunks with extensions or trailers, which nobody here
    sends, only gunicorn's parser knows, and not before the answer. ``known``: the KnownLines of the request before, which
    tell where this one ends if it has the same.
    """

    def __init__(self, known=None):
        self.known = known
        self._raw, self._ends, self._chunk, self.is_whole = bytearray(), None, None, False
        self._is_asked, self._is_too_long, self._searched = False, False, 0
        self._is_plain = True  # chunks so far

    def takes(self, part):
        """Add ``part``. Returns whether it is time to answer. Each byte is examined once."""
        raw = self._raw
        if not raw:
            part = part.lstrip(_LINE_END)  # empty lines behind the body before (RFC 9112 §2.2)
            if part and not begins(part):
                raw += part
                return True
            if self.known is not None and part:
                self._ends = self._known_end(part)
        raw += part
        if self._ends is None and self._chunk is None and not self._sees_head():
            return len(raw) > LONGEST_HEAD
        if self._chunk is not None:
            return self._sees_last_chunk() or len(raw) - self._searched > LONGEST_BODY
        self.is_whole = self._ends <= len(raw)
        return self.is_whole or self._is_too_long

    @property
    def is_empty(self):
        """Whether nothing of the request has come; empty lines before it are nothing of it."""
        return not self._raw

    def give(self):
        """Return all bytes of the request and begin the next one."""
        raw = bytes(self._raw)
        self.__init__(self.known)
        return raw

    def awaits_permission(self):
        """Whether the client waits for "100 Continue" before it sends the body; true once."""
        asked, self._is_asked = self._is_asked, False
        return asked

    def _known_end(self, part):
        """Where the request that ``part`` begins ends, if that is known from the one before; else None."""
        known, line = self.known, self.known.begins_behind(part)
        return line + len(known.raw) + known.length if line and known.length <= LONGEST_BODY else None

    def _sees_head(self):
        """Find out from the head how the body ends."""
        end = self._raw.find(_HEAD_END, max(self._searched - 3, 0))
        if end < 0:
            self._searched = len(self._raw)
            return False
        self._searched = end + 4
        head = self._raw[:end].lower()
        if b"transfer-encoding" not in head and b"expect" not in head:
            mentions = head.count(b"content-length")
            if not mentions:
                self._ends = end + 4
                return True
            told = _LENGTH.search(head) if mentions == 1 else None
            if told:  # as nearly always; other spellings are read below
                self._end_after(end + 4, int(told[1]))
                return True
        fields = [line.partition(b":")[::2] for line in bytes(head).split(b"\r\n")[1:]]
        named = {name.strip(): value.strip() for name, value in fields}
        coding = named.get(b"transfer-encoding")
        if coding is not None and coding.endswith(b"chunked"):
            self._chunk = end + 4
        elif coding is not None:  # nothing says where such a body ends (RFC 9112 §6.3)
            self._ends, self._is_too_long = end + 4, True
        else:
            length = named.get(b"content-length", b"0")
            self._end_after(end + 4, int(length) if length.isdigit() and len(length) < 10 else LONGEST_BODY + 1)
        self._is_asked = named.get(b"expect") == b"100-continue"
        return True

    def _end_after(self, start, length):
        """The body begins at ``start`` and has this length."""
        self._ends, self._is_too_long = start + length, length > LONGEST_BODY

    def _sees_last_chunk(self):
        """Step over the chunks received; the parser will refuse what is not a chunk."""
        raw = self._raw
        while True:
            line = raw.find(b"\r\n", self._chunk, self._chunk + 200)
            if line < 0:
                return len(raw) - self._chunk >= 200
            told = bytes(raw[self._chunk : line])
            size = told.partition(b";")[0].strip()
            if not _HEXADECIMAL.fullmatch(size):  # int() would accept a sign and step backwards
                return True
            self._is_plain &= told == size
            length = int(size, 16)
            if length == 0:  # trailers, if any, end with an empty line
                is_over = raw.find(_HEAD_END, line) >= 0
                self.is_whole = is_over and self._is_plain and raw.startswith(_HEAD_END, line)
                return is_over or len(raw) - line > LONGEST_HEAD
            end = line + 2 + length
            if end + 2 > len(raw):
                return False
            if not raw.startswith(b"\r\n", end):
                return True
            self._chunk = end + 2
