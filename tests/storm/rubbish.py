"""Inputs that nobody should send: absurd values, and what becomes of good ones when they are cut, mixed and swollen."""

import copy
import json

from tests.scim_api.bodies import CORE, ENTERPRISE, GROUP, PATCH_OP, SEARCH

TEXTS = (
    "", " ", "x", "true", "False", "null", "0", "-1", "1e999", "1e9999999", "9" * 40, "NaN", "\0", "\r\nX-Injected: 1", "\u200b", "\u202e", "\ufeff",
    "é", "e\u0301", "İ", "ß", "ﬀ", "\ufdfa" * 40, "😀", "a@b.example", "@", "a@" + "b" * 300, "x" * 5_000, "%", "_", "%00", "\\", '"', "'",
    "--", ";", "{{7*7}}", "<script>", "=cmd()", "../../etc/passwd", "__proto__", "__class__", "constructor", "2026-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "urn:x", CORE, GROUP, ENTERPRISE, PATCH_OP, SEARCH,
    "bulkId:a", "bulkId:", "members", "emails", "userName", 'emails[type eq "work"].value', "name.givenName", f"{ENTERPRISE}:manager",
)  # fmt: skip
VALUES = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**53,
    2**63,
    2**70,
    -(2**63),
    1e308,
    [],
    {},
    [[]],
    [None],
    {"": None},
    *TEXTS,
)
NAMES = (
    "schemas", "id", "externalId", "userName", "name", "displayName", "title", "active", "emails", "groups", "meta", "members", "password",
    "photos", "addresses", "x509Certificates", "roles", "value", "type", "primary", "$ref", "display", "formatted", "givenName", "op", "path",
    "Operations", "method", "bulkId", "data", "version", "failOnErrors", "filter", "count", "startIndex", "sortBy", "sortOrder", "attributes",
    "cursor", "manager", "department", ENTERPRISE, CORE, "USERNAME", "", " ", "a.b", "__proto__",
)  # fmt: skip
DEEPEST = 32  # levels; what is deeper is written as text, see ``written``
# Words of filters and paths, as they may follow each other.
WORDS = (
    "userName", "emails", "emails[", "[", "]", ".value", ".", "(", ")", "not", "not (", "and", "or", "eq", "ne", "co", "sw", "ew", "gt",
    "ge", "lt", "le", "pr", '"x"', '"', "\\", '"\\"', '"\\u0000"', '"\\ud800"', "null", "true", "1e999", "-", "active", "meta.created",
    "members.value", "id", "groups", "schemas", "password", "x509Certificates", CORE, ":", ENTERPRISE, "urn:", "manager", "type", "primary",
    '"2026-01-01T00:00:00Z"', "42", "\t", "\n", " ", "é", "😀", "\0",
)  # fmt: skip
BYTES = (b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", b"{", b"}", b"[" * 40, b'"', b"\\", b"\\ud800", b",", b":",
         b"1e999", b"NaN", b"Infinity", b"-", b"null", b"\\u003a", b"\n", b"\r", b";", b"\t", b"=")  # fmt: skip


def mangled_text(random, text, other=""):
    """A text made from a good one."""
    text, other = str(text), str(other)
    way = random.randrange(12)
    at, to = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
    if way >= 8:  # one word for another: most of these can still be read
        words = text.split(" ")
        words[random.randrange(len(words))] = random.choice((*WORDS, *other.split(" ")))
        return " ".join(words)
    if way == 0:
        return text[:at] + text[to:]
    if way == 1:
        return text[:at] + text[at:to] * random.choice((2, 3, 30)) + text[to:]
    if way == 2:
        return text[:at] + random.choice(TEXTS) + text[to:]
    if way == 3:
        return text[:at] + other[random.randrange(len(other) + 1) :]
    if way == 4:
        return " ".join(random.choice(WORDS) for _ in range(random.randrange(12)))
    if way == 5:
        return text[:at] + "(" * random.randrange(1, 60) + text[at:]
    spaced = random.choice(("", " "))
    return text[:at] + spaced + random.choice(WORDS) + spaced + text[at if way == 6 else to :]


def mangled_bytes(random, raw, other=b""):
    """Bytes made from good ones."""
    at, to = sorted((random.randrange(len(raw) + 1), random.randrange(len(raw) + 1)))
    way = random.randrange(6)
    if way == 0:
        return raw[:at] + raw[to:]
    if way == 1:
        return raw[:at] + raw[at:to] * random.choice((2, 5)) + raw[to:]
    if way == 2:
        return raw[:at] + random.choice(BYTES) + raw[to:]
    if way == 3:
        return raw[:at] + bytes([random.randrange(256)]) + raw[at + 1 :]
    if way == 4:
        return raw[:at] + other[random.randrange(len(other) + 1) :]
    return raw[:at] + random.choice(BYTES) + raw[at:]


def mangled_json(random, value, other=None):
    """A JSON value made from a good one; ``other`` lends a part. Deeper than a body may be, it stays as it was."""
    before, value = value, copy.deepcopy(value)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        holder, key = _place(random, value)
        if holder is None:
            return _any(random)
        way = random.randrange(9)
        if way == 0:
            del holder[key]
        elif way == 1:
            holder[key] = _any(random)
        elif way == 2:
            holder[key] = [holder[key]]
        elif way == 3:
            holder[key] = {random.choice(NAMES): holder[key]}
        elif way == 4 and isinstance(holder, dict):
            holder[random.choice(NAMES)] = holder.pop(key)
        elif way == 5 and isinstance(holder, dict):
            holder[random.choice(NAMES)] = _any(random)
        elif way == 6 and isinstance(holder, list):
            holder.extend([holder[key]] * random.choice((1, 2, 40)))
        elif way == 7:
            lender, part = _place(random, other)
            if lender is not None:
                holder[key] = copy.deepcopy(lender[part])
        elif isinstance(holder[key], str):
            holder[key] = mangled_text(random, holder[key])
    return value if _is_at_most(DEEPEST, value) else before


def _any(random):
    return copy.deepcopy(random.choice(VALUES))


def _is_at_most(levels, value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_at_most(levels - 1, each) for each in inner)


def written(random, value):
    """JSON text of a value, now and then as careless writers make it."""
    text = json.dumps(value, ensure_ascii=random.random() < 0.8)
    raw = text.encode("utf-8", "surrogatepass")
    way = random.randrange(40)
    if way == 0:
        return b"\xef\xbb\xbf" + raw
    if way == 1:
        return text.encode("utf-16", "surrogatepass")
    if way == 2 and raw.endswith(b"}") and len(raw) > 2:
        return raw[:-1] + b"," + raw[1:]  # every name twice
    if way == 3:
        return b'{"a":' * random.choice((20, 200, 10_000)) + raw
    if way == 4:
        return b"[" * 10_000 + b"]" * 10_000
    if way < 8:
        return mangled_bytes(random, raw)
    return raw


def _place(random, value):
    """``(container, key)`` of any part of a value; ``(None, None)`` for a simple one."""
    places = []
    _collect(value, places)
    return random.choice(places) if places else (None, None)


def _collect(value, places):
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        places.append((value, key))
        if len(places) < 500:
            _collect(value[key], places)
