"""Plays recorded requests of identity providers: one file an admin action, in the order of their names.

A *story* is what the admin of one client does in a day: a folder with ``afterwards.json`` and the recordings, below the
provider's folder with its ``headers.json``. A recording lists exchanges: ``method``, ``path``, ``body``, ``headers`` beside
the usual ones, the ``status`` values the client takes for success, the part of the answer that matters (``answer``,
``answer_headers``) and what later requests need of it (``keep``). ``{{name}}`` stands for a value kept earlier or given by
the test. ``"echo": true`` lays the body over the answer before it: read, change, put the whole of it back. ``"collect":
"name"`` gathers the ids of a page, ``"complete": "name"`` says that with this page everybody was met, once.

In an answer ``$text``, ``$integer``, ``$list`` and ``$present`` stand for any value of that kind, ``$absent`` for none;
lists have exactly the elements shown. ``evidence`` says how it is known that the client sends this: ``vendor`` (its own
documents or source), ``observed`` (by others who met it), ``told`` (second hand), ``inferred``.

``afterwards.json`` names the ``preset`` of the token, and ``options`` of the account where the story needs other ones.

A story needs, before it begins: a person who is here already (``known_user_name``), a group with one member
(``known_group_name``, ``known_member``), and the custom fields of ``FIELDS``.
"""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
# Custom fields that the stories map: Field ID → type and options.
FIELDS = {
    "EmpCode": {"type": "text"},
    "Remote": {"type": "boolean"},
    "Badge": {"type": "integer"},
    "Rate": {"type": "number"},
    "Skills": {"type": "text", "multi_valued": True},
    "StartedOn": {"type": "date"},
}
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_KINDS = {"$text": str, "$integer": int, "$list": list}


@dataclass(frozen=True, slots=True)
class Story:
    """``recordings`` by name, in order; ``afterwards`` is what has to be true then; ``headers`` go with every request."""

    name: str
    headers: dict
    recordings: dict
    afterwards: dict


def names():
    """The stories there are: ``okta/oin``, ``entra/default``, ``authentik``, …"""
    return sorted(file.parent.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("afterwards.json"))


def load(name):
    """The Story of a name."""
    folder = FOLDER / name
    provider = FOLDER / name.partition("/")[0]
    files = (file for file in sorted(folder.glob("*.json")) if file.stem[:1].isdigit())
    recordings = {file.stem: _read(file) for file in files}
    return Story(name, _read(provider / "headers.json"), recordings, _read(folder / "afterwards.json"))


def _read(file):
    return json.loads(file.read_text(encoding="utf-8"))


class Player:
    """Plays a story. ``send(method, path, headers, body)`` returns ``(status, headers, JSON answer or None)``."""

    def __init__(self, story, send, token, **variables):
        self._story, self._send, self._token = story, send, token
        self.variables = variables
        self._last = None
        self._collected = {}

    def play(self, recording):
        """Send every exchange and check what comes back; returns the last answer."""
        for number, exchange in enumerate(recording["exchanges"], 1):
            where = f"{recording['action']}, exchange {number}: {exchange['method']} {exchange['path']}"
            self._last = self._exchange(exchange, where)
        return self._last

    def _exchange(self, exchange, where):
        body = self._fill(exchange.get("body"))
        if exchange.get("echo"):
            body = _overlaid(self._last, body)
        headers = self._story.headers["always"] | {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers |= self._story.headers["with_body"]
        headers |= self._fill(exchange.get("headers", {}))
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        status, shown, answer = self._send(exchange["method"], self._fill(exchange["path"]), headers, sent)
        assert status in exchange["status"], f"{where}: {status} {answer}"
        if status != 204:
            _check(self._fill(exchange.get("answer", {})), answer, where)
        _check(self._fill(exchange.get("answer_headers", {})), dict(shown), where)
        for name, path in exchange.get("keep", {}).items():
            self.variables[name] = _pick(answer, path)
        self._gather(exchange, answer, where)
        return answer

    def _gather(self, exchange, answer, where):
        if "collect" in exchange:
            met = self._collected.setdefault(exchange["collect"], [])
            met += [resource["id"] for resource in answer["Resources"]]
        if "complete" in exchange:
            met = self._collected[exchange["complete"]]
            assert len(met) == len(set(met)) == answer["totalResults"], f"{where}: met {met}"

    def _fill(self, value):
        if isinstance(value, dict):
            return {self._fill(key): self._fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._fill(item) for item in value]
        if isinstance(value, str):
            return _VARIABLE.sub(lambda match: self.variables[match[1]], value)
        return value


def _overlaid(answer, body):
    merged = copy.deepcopy(answer)
    for name, value in body.items():
        if isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = merged[name] | value
        else:
            merged[name] = value
    return merged


def _check(wanted, got, where):
    if isinstance(wanted, str) and wanted in _KINDS:
        assert isinstance(got, _KINDS[wanted]) and not isinstance(got, bool) and got != "", f"{where}: {got!r}"
    elif wanted == "$present":
        assert got is not None, f"{where}: nothing"
    elif wanted == "$absent":
        assert got is None or got == [], f"{where}: {got!r}"
    elif isinstance(wanted, dict):
        assert isinstance(got, dict), f"{where}: {got!r}"
        for name, value in wanted.items():
            _check(value, got.get(name), f"{where} › {name}")
    elif isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        assert isinstance(got, list) and len(got) == len(wanted), f"{where}: {got!r}"
        for value, item in zip(wanted, got, strict=True):
            _check(value, item, where)
    elif isinstance(wanted, list) and isinstance(got, list):
        assert set(wanted) <= set(got) and (wanted or not got), f"{where}: {got!r}"
    else:
        assert got == wanted and type(got) is type(wanted), f"{where}: {got!r} instead of {wanted!r}"


def _pick(answer, path):
    for part in path.split("."):
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return answer
