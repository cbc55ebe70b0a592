"""What the provisioning log may keep of a request: everything but secrets.

A password is recognised by its name, wherever that stands: an attribute, a sub-attribute, the path of a PATCH operation,
an operation of a bulk request, a filter. A secret once found is also masked in everything else that is kept of the same
call, such as an error that repeats it. A text that is not valid JSON but mentions passwords is not kept.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

import orjson

from .call_lists import DEEPEST, is_cut, is_short, left_out_of, most_of
from .call_looks import (
    NAMES,
    PASSWORD_NAME,
    are_plain,
    holds_password_alone,
    is_harmless,
    is_secret,
    is_token,
    may_hold_names,
    may_hold_token,
    plain_query,
)

MASK = "••••"
_LONGEST_UNREAD = 4_000  # characters kept of a body that is not JSON
_SHORTEST = 6  # characters; a shorter secret is not searched for elsewhere, because it would also mask words
_MOST = 100  # secrets of one call
_PASSWORD = re.compile(r"passw", re.IGNORECASE)
_TOKENS = re.compile(r"\bscim[A-Za-z0-9]{20,}|(?<=bearer )[\w.~+/=-]{8,}", re.IGNORECASE)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # reverse the direction of the rest of a line
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_PATHS = frozenset(("path", "filter", "attributes", "excludedattributes", "sortby"))


class Body(NamedTuple):
    """A body searched for secrets. ``value`` is its JSON without them, None if it is not JSON or was not parsed.

    ``is_plain``: it is kept exactly as it came.
    """

    raw: bytes
    value: object = None
    is_plain: bool = False

    @property
    def object(self):
        """The value if it is a JSON object, {} otherwise."""
        return self.value if isinstance(self.value, dict) else {}


class Masking:
    """The masking of one call. ``known`` are the secrets to begin with; those found in bodies and URLs are added."""

    __slots__ = ("_are_tokens", "_looks_at_all", "_secrets", "is_kept")

    def __init__(self, *known):
        self._secrets = {secret for secret in known if secret and len(secret) >= _SHORTEST}
        # Our tokens are recognised by their form, so texts need not be searched for a known one.
        self._are_tokens = all(map(is_token, self._secrets))
        self._looks_at_all = True
        self.is_kept = True  # False once a body had to be left out

    @property
    def met_others(self):
        """Whether secrets other than our tokens were found, so that texts have to be searched for them."""
        return not self._are_tokens

    def read(self, raw, is_answer=False):
        """The Body of a request or an answer.

        The part left out of a long list is searched for secrets too, except in an answer, as ours hold none, and in a body
        without the name of a secret.
        """
        try:
            value = orjson.loads(raw) if raw else None
        except orjson.JSONDecodeError:
            return Body(raw)
        if not isinstance(value, dict | list):
            return Body(raw, value)
        lowered = raw.lower()
        holds_names = may_hold_names(lowered)
        if is_harmless(lowered) and is_short(lowered, value):
            if not holds_names:
                return Body(raw, value, True)
            if holds_password_alone(lowered, value):
                return Body(raw, value | {PASSWORD_NAME: self._hidden(value[PASSWORD_NAME])})
        self._looks_at_all = holds_names and not is_answer
        return Body(raw, self._value(value, "", 0))

    def read_documents(self, raw, schema):
        """The Body of an answer made of documents with short lists; without ``value`` if it is kept unchanged.

        Their attribute names are those of the protocol, none of which names a secret, and those of ``schema``, the account's
        extension.
        """
        return Body(raw, None, True) if are_plain(raw, schema) else self.read(raw, is_answer=True)

    def text_of(self, body):
        """A Body as it is kept: JSON without line breaks, or its text if it is not JSON. None for an empty one."""
        raw, value, is_plain = body
        if not raw:
            return None
        if is_plain:
            text = raw.decode()
            return text if self._are_tokens else self._without_secrets(text, as_json=True)
        if value is not None:
            return self.clean(orjson.dumps(value).decode(), as_json=True)
        text = raw.decode("utf-8", "replace")
        if _PASSWORD.search(_unescaped(text)):
            self.is_kept = False
            return None
        return self.clean(text[:_LONGEST_UNREAD]) or None

    def query_of(self, query):
        """A query string, decoded, its secrets masked."""
        whole = plain_query(query)
        if whole is not None:
            return whole
        shown = []
        for part in query.split("&"):
            name, equals, value = (unquote_plus(piece) for piece in part.partition("="))
            if NAMES.search(name):
                value = self._hidden(value)
            elif _PASSWORD.search(unquote(value)):
                self._hidden([match[1] for match in _QUOTED.finditer(unquote(value))])
                value = MASK
            shown.append(f"{name}{equals}{value}")
        return "&".join(shown)

    def clean(self, text, as_json=False):
        """A text with known secrets and tokens masked, and without characters that no database keeps."""
        text = self._without_secrets(text, as_json)
        if not text.isascii() or "\0" in text:
            text = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
            text = _TURNING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        if not may_hold_token(text.casefold().encode()):
            return text
        return _TOKENS.sub(lambda match: f"{MASK}{match[0][-4:]}" if match[0][:4] == "scim" else MASK, text)

    def clean_all(self, value):
        """The same for every text inside a value."""
        together = orjson.dumps(value, default=str)  # checks all texts at once
        if is_harmless(together.lower()) and (self._are_tokens or not self._is_in(together)):
            return value
        return self._cleaned(value)

    def _is_in(self, raw):
        return any(orjson.dumps(secret)[1:-1] in raw for secret in self._secrets)

    def _without_secrets(self, text, as_json):
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(orjson.dumps(secret).decode()[1:-1] if as_json else secret, MASK)
        return text

    def _cleaned(self, value):
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, dict):
            return {name: self._cleaned(item) for name, item in value.items()}
        return [self._cleaned(item) for item in value] if isinstance(value, list) else value

    def _value(self, value, name, depth):
        if depth > DEEPEST:
            return "…"
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list):
            most = most_of(name) + (1 if is_cut(value, name) else 0)
            kept = [self._value(item, name, depth + 1) for item in value[:most]]
            for item in value[most:] if self._looks_at_all else ():
                self._value(item, name, depth + 1)
            return [*kept, left_out_of(len(value) - most)] if len(value) > most else kept
        return self._text(value, name) if isinstance(value, str) else value

    def _object(self, value, depth):
        path = next((value[name] for name in value if name.lower() == "path" and isinstance(value[name], str)), "")
        names_secret = path and (NAMES.search(re.split(r"[:.\[]", path)[-1]) or _PASSWORD.search(path))
        return {
            name: self._hidden(item)
            if is_secret(name) or (names_secret and name.lower() == "value")
            else self._value(item, name.lower(), depth + 1)
            for name, item in value.items()
        }

    def _text(self, text, name):
        if "passw" not in text.casefold():
            return text
        if name in _PATHS:
            return _QUOTED.sub(lambda match: f'"{self._hidden(match[1])}"', text)
        return self._hidden(text) if text.lstrip().startswith(("{", "[")) else text  # JSON inside a text

    def _hidden(self, value):
        """Note every text in ``value`` as a secret and return MASK."""
        level = [value]
        for _ in range(DEEPEST):
            if not level:
                break
            for item in level:
                if isinstance(item, str | int | float) and len(str(item)) >= _SHORTEST and len(self._secrets) < _MOST:
                    self._secrets.add(str(item))
                    self._are_tokens = False
            level = [inner for item in level for inner in _inside(item)]
        return MASK


def _inside(item):
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()


def _unescaped(text):
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), unquote(text))
