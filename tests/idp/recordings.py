"""Plays the recorded requests of ``oin/`` and ``aiw/``: one file an admin action in Okta, in the order of their names.

A file lists exchanges: ``method``, ``path``, ``body``, the ``status`` values Okta takes for success, the part of the
answer that matters (``answer``) and what later requests need of it (``keep``). ``{{name}}`` stands for a value kept
earlier or given by the test. ``"echo": true`` lays the body over the answer before it, as Okta does: it reads a resource,
changes it and puts the whole of it back. In an answer ``$text``, ``$integer`` and ``$list`` stand for any value of that
kind, ``$absent`` for no value; lists have exactly the elements shown.

The story needs, before it begins: a person who is here already (``known_user_name``), a group with one member
(``known_group_name``, ``known_member``), and the custom fields of ``FIELDS``.
"""

import copy
import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
HEADERS = json.loads((FOLDER / "headers.json").read_text(encoding="utf-8"))
DIALECTS = ("oin", "aiw")
# Custom fields that the story maps: Field ID → type and options.
FIELDS = {
    "EmpCode": {"type": "text"},
    "Remote": {"type": "boolean"},
    "Badge": {"type": "integer"},
    "Rate": {"type": "number"},
    "Skills": {"type": "text", "multi_valued": True},
    "StartedOn": {"type": "date"},
}
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


def load(dialect):
    """The recordings of a dialect by name, in the order they are played."""
    files = sorted((FOLDER / dialect).glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


class Player:
    """Plays recordings. ``send(method, path, headers, body)`` returns ``(status, JSON answer or None)``."""

    def __init__(self, send, token, **variables):
        self._send, self._token = send, token
        self.variables = variables
        self._last = None

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
        headers = HEADERS["always"] | {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers |= HEADERS["with_body"]
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        status, answer = self._send(exchange["method"], self._fill(exchange["path"]), headers, sent)
        assert status in exchange["status"], f"{where}: {status} {answer}"
        if status != 204:
            _check(self._fill(exchange.get("answer", {})), answer, where)
        for name, path in exchange.get("keep", {}).items():
            self.variables[name] = _pick(answer, path)
        return answer

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
    if wanted == "$text":
        assert isinstance(got, str) and got, f"{where}: {got!r}"
    elif wanted == "$integer":
        assert isinstance(got, int) and not isinstance(got, bool), f"{where}: {got!r}"
    elif wanted == "$list":
        assert isinstance(got, list), f"{where}: {got!r}"
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
