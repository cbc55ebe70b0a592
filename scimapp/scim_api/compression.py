"""Large answers packed for clients that take it (RFC 9110 §8.4): a page of a hundred people is 16 kB instead of 139.

Directories ask over the internet, where that saves more than it costs here. No answer holds a secret of whoever asks, so its
length tells nobody one. The ETags are weak and mean the same packed.
"""

import zlib

SMALLEST = 16 * 1024  # bytes; below, a packet or ten are not worth the work
_LEVEL = 1  # the next ones cost twice as much and save a tenth
_GZIP = 31  # as zlib asks for its format, with the largest window
_VARIES = ("Vary", "Accept-Encoding")


def pack(answer, accepted):
    """Pack the body of a large Answer; ``accepted`` is werkzeug's ``accept_encodings`` of the request."""
    answer.headers.append(_VARIES)
    if accepted["gzip"] > 0:
        packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        answer.body = b"".join((packer.compress(answer.body), packer.compress(answer.rest), packer.flush()))
        answer.rest = b""
        headers = [pair for pair in answer.headers if pair[0] != "Content-Length"]
        answer.headers = [*headers, ("Content-Length", str(len(answer.body))), ("Content-Encoding", "gzip")]
