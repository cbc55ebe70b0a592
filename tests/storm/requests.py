"""Requests of the storm as values: what is sent, and what may be made of it."""

from dataclasses import dataclass, replace

from tests.idp import recordings

from .rubbish import NAMES, TEXTS, VALUES, WORDS, mangled_bytes, mangled_json, mangled_text, written

QUERY = (
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
    "attributes",
    "excludedAttributes",
    "unknown",
    "_method",
    "access_token",
)
HEADERS = (
    "Accept", "Content-Type", "Content-Encoding", "Content-Length", "If-Match", "If-None-Match", "If-Modified-Since", "X-HTTP-Method-Override",
    "X-Original-URL", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Host", "Origin", "Cookie", "Range", "Expect", "Accept-Language",
    "Accept-Encoding", "User-Agent", "X-Request-ID", "Transfer-Encoding", "Prefer",
)  # fmt: skip
HEADER_VALUES = (
    "", "*", "*/*;q=0", "text/html", "application/scim+json", "application/json; charset=utf-16", "application/xml", "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded", "gzip", "identity", "chunked", "-1", "99999999999999999999", 'W/"1"', '"1"', 'W/"', "W/" * 500, "DELETE",
    "/admin", "127.0.0.1", "bytes=0-", "100-continue", "é".encode().decode("latin-1"), "a" * 4_000, ",", ";", "=", "q=1;q=2", "\x01", "null",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One request. ``place`` is a route and the kind of id in it; ``body`` bytes, a JSON value, or None for none."""

    place: object
    query: tuple = ()
    headers: tuple = ()
    body: object = None

    @property
    def raw(self):
        return self.body if isinstance(self.body, bytes | None) else None


def mangled(random, parent, other):
    """A request made from a good one; ``other`` lends a part."""
    made = parent
    for _ in range(random.choice((1, 1, 2, 3))):
        made = random.choice((_body, _body, _body, _query, _headers, _place))(random, made, other)
    return made


def absurd_headers(pairs):
    """Only what a header can hold on its way through the test client; the wire itself has a storm of its own."""
    return [(name, value) for name, value in pairs if "\n" not in value and "\r" not in value]


def recorded_bodies():
    """Every body that identity providers are known to send, as ``(method, beginning of the path, body)``."""
    found = []
    for name in recordings.names():
        for recording in recordings.load(name).recordings.values():
            for exchange in recording["exchanges"]:
                if isinstance(exchange.get("body"), dict):
                    found.append((exchange["method"], exchange["path"].split("/")[1], exchange["body"]))
    return found


def _body(random, sent, other):
    if sent.body is None:
        return replace(
            sent, body=random.choice((b"", b"{}", *(item.body for item in (other,) if item.body is not None)))
        )
    if isinstance(sent.body, bytes):
        return replace(
            sent, body=mangled_bytes(random, sent.body, other.body if isinstance(other.body, bytes) else b"")
        )
    lent = other.body if isinstance(other.body, dict | list) else {}
    changed = mangled_json(random, sent.body, lent)
    return replace(sent, body=written(random, changed) if random.random() < 0.1 else changed)


def _query(random, sent, other):
    pairs = list(sent.query)
    if pairs and random.random() < 0.6:
        at = random.randrange(len(pairs))
        lent = dict(other.query).get(pairs[at][0], "")
        pairs[at] = (pairs[at][0], mangled_text(random, pairs[at][1], lent)[:3_000])
    else:
        value = random.choice((*TEXTS, " ".join(random.choice(WORDS) for _ in range(random.randrange(6)))))
        pairs.append((random.choice((*QUERY, *NAMES)), value))
    return replace(sent, query=tuple(pairs[-6:]))


def _headers(random, sent, _other):
    pair = (random.choice(HEADERS), random.choice((*HEADER_VALUES, str(random.choice(VALUES))[:2_000])))
    return replace(sent, headers=(*sent.headers[-4:], pair))


def _place(random, sent, other):
    return replace(sent, place=other.place)
