"""Strict JSON (RFC 7493): one object, no name twice, nesting bounded. The parser itself refuses NaN, infinities, text
that is not UTF-8, half surrogates and control characters.

Parsers disagree about a name that comes twice, so somebody in front of us may have read another value than we do.
"""

import json

import orjson

from ..scim.errors import InvalidSyntax

MAXIMUM_DEPTH = 32  # levels
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def json_object(raw):
    """The object that ``raw`` (bytes) holds. Raises InvalidSyntax."""
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidSyntax(f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise InvalidSyntax("The body must be one JSON object.")
    if raw.count(b"{") + raw.count(b"[") > MAXIMUM_DEPTH:  # fewer cannot be deeper
        _check_depth(body)
    if _may_repeat_a_name(raw, body):
        json.loads(raw, object_pairs_hook=_each_once)
    return body


def _check_depth(body):
    """Level by level, without recursion."""
    level = [body]
    for _ in range(MAXIMUM_DEPTH):
        level = [
            item
            for node in level
            for item in (node.values() if type(node) is dict else node)
            if type(item) is dict or type(item) is list  # the parser makes no others
        ]
        if not level:
            return
    raise InvalidSyntax(f"The body is nested deeper than {MAXIMUM_DEPTH} levels.")


def _may_repeat_a_name(raw, body):
    """Whether a closer look is needed; a microsecond for a body of a person.

    Written again, the body has as many colons as before unless a pair went missing. Only a colon written as an escape
    could make up for that.
    """
    if b"\\" in raw and (b"\\u003a" in raw or b"\\u003A" in raw):
        return True
    return raw.count(b":") != orjson.dumps(body).count(b":")


def _each_once(pairs):
    names = {}
    for name, value in pairs:
        if name in names:
            raise InvalidSyntax(f"The name {name[:60]!r} stands twice in one object.")
        names[name] = value
    return names
