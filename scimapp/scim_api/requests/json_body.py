"""Strict JSON (RFC 7493): one object, no name twice, nesting bounded. The parser itself refuses NaN, infinities, text
that is not UTF-8, half surrogates and control characters.

Parsers disagree about repeated names, so a component in front of us may have read another value than we do.
"""

import json
from sys import float_info

import orjson

from ...scim.errors import InvalidSyntax

MAXIMUM_DEPTH = 32  # levels
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def json_object(raw):
    """The object that ``raw`` (bytes) holds. Raises InvalidSyntax."""
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _refusal(raw, error) from error
    if not isinstance(body, dict):
        raise InvalidSyntax("The body must be one JSON object.")
    try:
        written = orjson.dumps(body)
    except orjson.JSONEncodeError:  # only for more than 254 levels: it can write everything else that it parsed
        raise _too_deep() from None
    # Every object but the first follows a colon or is an element of a list. A list adds at most two levels: itself and an
    # object in it.
    if 1 + 2 * written.count(b"[") + written.count(b":{") > MAXIMUM_DEPTH:
        _check_depth(body)
    if _may_repeat_a_name(raw, written):
        json.loads(raw, object_pairs_hook=_each_once)
    return body


def _refusal(raw, error):
    """The refusal of what the parser cannot read, or refuses although JSON allows it."""
    if not raw.strip():
        return InvalidSyntax("The body is empty; one JSON object is expected.")
    coding = json.detect_encoding(raw)
    if coding != "utf-8":
        return InvalidSyntax(f"The body is {coding.upper()}; JSON is sent as UTF-8.")
    try:
        raw.decode()
    except UnicodeDecodeError as place:
        return InvalidSyntax(f"The body is not UTF-8 at byte {place.start + 1}, which all JSON is.")
    if "depth" in error.msg:
        return _too_deep()
    if "infinity" in error.msg:
        return InvalidSyntax(f"The number at line {error.lineno} column {error.colno} is beyond {float_info.max:.1e}.")
    return InvalidSyntax(f"The body is not JSON: {error}.")


def _check_depth(body):
    """Check the depth level by level, without recursion."""
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
    raise _too_deep()


def _too_deep():
    return InvalidSyntax(f"The body is nested deeper than {MAXIMUM_DEPTH} levels.")


def _may_repeat_a_name(raw, written):
    """Whether a full check for repeated names is needed; takes a microsecond for the body of a person.

    Serialised again, the body has as many colons as before unless a name was repeated and one pair was lost. Only a colon
    written as an escape could hide that.
    """
    if b"\\" in raw and (b"\\u003a" in raw or b"\\u003A" in raw):
        return True
    return raw.count(b":") != written.count(b":")


def _each_once(pairs):
    names = {}
    for name, value in pairs:
        if name in names:
            raise InvalidSyntax(f"The name {name[:60]!r} stands twice in one object.")
        names[name] = value
    return names
