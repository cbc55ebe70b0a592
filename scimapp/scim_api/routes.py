"""Finds the route of a call by the parts of its path instead of by trying rule after rule.

Flask's URL map stays the only list of routes: the table is built from it. A request that the table does not hold (an
unknown address, another method) is left to the map, which says what is wrong.
"""

from werkzeug.routing import BaseConverter

from .requests.paths import PREFIX

_ACCOUNT = f"{PREFIX}/<account_id>/"
_ANY = None  # stands for a last part that is an id
_NOTHING = None, None


class ResourceId(BaseConverter):
    """The last part of an address that is an id; ``.search`` is not one, whatever the method (RFC 7644 §3.4.3)."""

    regex = r"(?!\.search\Z)[^/]+"
    part_isolating = True


class Routes:
    """The rules below ``/scim/<account_id>``."""

    def __init__(self, url_map):
        self._rules = {}  # (method, *parts of the path) → (rule, name of the id or None)
        for rule in url_map.iter_rules():
            if rule.rule.startswith(_ACCOUNT):
                *parts, last = rule.rule.removeprefix(_ACCOUNT).split("/")
                name = last[1:-1].rpartition(":")[2] if last.startswith("<") else None
                for method in rule.methods:
                    self._rules[method, *parts, _ANY if name else last] = rule, name
        self._words = {tuple(path) for _, *path in self._rules if path[-1] is not _ANY}

    def find(self, method, path):
        """``(rule, arguments of the view)`` of a path below ``/scim``, or None."""
        _, _, account_id, *parts = path.split("/") if path.count("/") > 2 else ("", "", "")
        if not account_id:
            return None
        rule, name = self._rules.get((method, *parts), _NOTHING)
        if rule is None and parts[-1] and tuple(parts) not in self._words:
            rule, name = self._rules.get((method, *parts[:-1], _ANY), _NOTHING)
        if rule is None:
            return None
        return rule, {"account_id": account_id} if name is None else {"account_id": account_id, name: parts[-1]}
