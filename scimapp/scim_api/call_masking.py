"""What the provisioning log may keep of a request: everything but secrets.

A password is known by the name it stands under, wherever that is: an attribute, a sub-attribute, the path of a PATCH
operation, an operation of a bulk request, a filter. What was found is then taken out of everything else that is kept of
the same call, such as an error that repeats it. A text that cannot be read as JSON but speaks of passwords is not kept.
"""

import re
from urllib.parse import unquote, unquote_plus

import orjson

MASK = "••••"
LONGEST_LIST = 50  # elements kept of a list
LONGEST_PAGE = 10  # resources kept of a list response
LONGEST_TEXT = 4_000  # characters kept of a body that is no JSON
DEEPEST = 40  # levels kept
LEFT_OUT = re.compile(r"… ([\d,]+) more")  # stands for the rest of a list
_SHORTEST = 6  # characters of a secret that is looked for elsewhere; a shorter one would take words with it
_MOST = 100  # secrets of one call
_NAMES = re.compile(
    r"passw|^(pwd|pin|secret|token|authorization|credentials?)$|(client|shared)_?secret$"
    r"|(access|refresh|id|bearer|auth)_?token$|api_?key$",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"passw", re.IGNORECASE)
_TOKENS = re.compile(r"\bscim[A-Za-z0-9]{20,}|(?<=bearer )[\w.~+/=-]{8,}", re.IGNORECASE)
# Cheap to look for in lower case: without one of them there is no token, or no name of a secret.
_LIKE_TOKEN = re.compile("scim[a-z0-9]{20}")
_LIKE_NAMES = (
    b"passw", b'pwd"', b'pin"', b'secret"', b'token"', b'authorization"', b'credential"', b'credentials"', b'key"',
    b"\\u", b'\\n"',
)  # fmt: skip
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would write the rest of a line the other way round
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_PATHS = frozenset(("path", "filter", "attributes", "excludedattributes", "sortby"))


def left_out_of(count):
    """What stands in the log for this many elements of a list."""
    return f"… {count:,} more"


class Masking:
    """The masking of one call. ``known`` are secrets to begin with; what bodies and URLs hold is added on the way."""

    def __init__(self, *known):
        self._secrets = {secret for secret in known if secret and len(secret) >= _SHORTEST}
        self._is_answer = False
        self.is_kept = True  # False once a body had to be left out

    def json_of(self, raw, is_answer=False):
        """The JSON value of a body without its secrets; None for what is no JSON.

        What is left out of a long list is looked through for secrets too, but not in an answer: ours hold none.
        """
        self._is_answer = is_answer
        try:
            value = orjson.loads(raw) if raw else None
        except orjson.JSONDecodeError:
            return None
        if not isinstance(value, dict | list) or _is_plain(raw, value):
            return value
        return self._value(value, "", 0)

    def text_of(self, raw, value):
        """A body as it is kept: ``value``, which ``json_of`` gave for it, over several lines, or the text it is."""
        if value is not None:
            return self.clean(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(), as_json=True)
        text = raw.decode("utf-8", "replace")
        if _PASSWORD.search(_unescaped(text)):
            self.is_kept = False
            return None
        return self.clean(text[:LONGEST_TEXT]) or None

    def query_of(self, query):
        """A query string, decoded, its secrets masked."""
        shown = []
        for part in query.split("&") if query else ():
            name, equals, value = (unquote_plus(piece) for piece in part.partition("="))
            if _NAMES.search(name):
                value = self._hidden(value)
            elif _PASSWORD.search(unquote(value)):
                self._hidden([match[1] for match in _QUOTED.finditer(unquote(value))])
                value = MASK
            shown.append(f"{name}{equals}{value}")
        return "&".join(shown)

    def clean(self, text, as_json=False):
        """A text without the secrets that were met, without tokens, and without what no database keeps."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(orjson.dumps(secret).decode()[1:-1] if as_json else secret, MASK)
        if not text.isascii() or "\0" in text:
            text = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
            text = _TURNING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        if not _may_hold_token(text.casefold()):
            return text
        return _TOKENS.sub(lambda match: f"{MASK}{match[0][-4:]}" if match[0][:4] == "scim" else MASK, text)

    def clean_all(self, value):
        """The same for every text inside a value."""
        together = orjson.dumps(value, default=str).decode()  # one look for all where there is nothing to clean
        is_harmless = together.isascii() and "\\u" not in together and not _may_hold_token(together.lower())
        if is_harmless and not any(secret in together or not secret.isalnum() for secret in self._secrets):
            return value
        return self._cleaned(value)

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
            most = LONGEST_PAGE if name == "resources" else LONGEST_LIST
            most += 1 if _is_cut(value, name) else 0
            kept = [self._value(item, name, depth + 1) for item in value[:most]]
            for item in () if self._is_answer else value[most:]:
                self._value(item, name, depth + 1)
            return [*kept, left_out_of(len(value) - most)] if len(value) > most else kept
        return self._text(value, name) if isinstance(value, str) else value

    def _object(self, value, depth):
        path = next((item for name, item in value.items() if name.lower() == "path" and isinstance(item, str)), "")
        names_secret = bool(_NAMES.search(re.split(r"[:.\[]", path)[-1]) or _PASSWORD.search(path))
        return {
            name: self._hidden(item)
            if _NAMES.search(re.split(r"[:.]", name)[-1]) or (names_secret and name.lower() == "value")
            else self._value(item, name.lower(), depth + 1)
            for name, item in value.items()
        }

    def _text(self, text, name):
        if not _PASSWORD.search(text):
            return text
        if name in _PATHS:
            return _QUOTED.sub(lambda match: f'"{self._hidden(match[1])}"', text)
        return self._hidden(text) if text.lstrip().startswith(("{", "[")) else text  # JSON inside of a text

    def _hidden(self, value):
        """MASK, after every text in ``value`` was noted."""
        level = [value]
        for _ in range(DEEPEST):
            for item in level:
                if isinstance(item, str | int | float) and len(str(item)) >= _SHORTEST and len(self._secrets) < _MOST:
                    self._secrets.add(str(item))
            level = [inner for item in level for inner in _inside(item)]
        return MASK


def _may_hold_token(lowered):
    return "bearer " in lowered or _LIKE_TOKEN.search(lowered)


def _is_plain(raw, value):
    """Whether a body is kept as it came: nothing in it has the name of a secret, and no list in it is a long one."""
    lowered = raw.lower()
    return not any(ending in lowered for ending in _LIKE_NAMES) and _is_short(value)


def _is_short(value):
    level = [("", value)]
    for _ in range(DEEPEST):
        below = []
        for name, item in level:
            if isinstance(item, dict):
                below += [(key.lower(), inner) for key, inner in item.items() if isinstance(inner, dict | list)]
            elif len(item) <= (LONGEST_PAGE if name == "resources" else LONGEST_LIST) or _is_cut(item, name):
                below += [("", inner) for inner in item if isinstance(inner, dict | list)]
            else:
                return False
        if not below:
            return True
        level = below
    return False


def _is_cut(items, name):
    """Whether a list says already how many are left out."""
    most = LONGEST_PAGE if name == "resources" else LONGEST_LIST
    return len(items) == most + 1 and isinstance(items[-1], str) and LEFT_OUT.fullmatch(items[-1])


def _inside(item):
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()


def _unescaped(text):
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), unquote(text))
