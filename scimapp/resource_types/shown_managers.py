"""Managers as answers show them: address and name are added to the id in the stored document (decision 0028).

Nearly every stored extension holds only the manager's id. There the rest is inserted as text; others are parsed.
"""

from functools import lru_cache
from hashlib import sha256
from operator import itemgetter

from orjson import dumps, loads

from ..directory.client_reads.reading import Person

_MANAGER, _BY_ID = b'"manager":', b'{"value":"'  # quotes in strings are escaped, so the first is a key
_NOBODY = (b"", b"")
_enterprise_of = itemgetter(Person._fields.index("enterprise"))


def managers_in(rows):
    """The ids, or other texts, by which the stored documents of rows like Person name managers."""
    found = set()
    for text in map(_enterprise_of, rows):
        if text and text.find(_MANAGER) >= 0:
            manager, _ = _by_id(text)
            found.add(manager.decode() if manager else _value(loads(text)))
    return found - {None}


class ShownManagers:
    """What is shown of managers in this account. ``names`` is ``{id: name}``, with None for a name that is not shown;
    ``people`` is the prefix of people's addresses.
    """

    def __init__(self, names, people):
        self._beside = {manager.encode(): _beside(people + manager, name) for manager, name in names.items()}

    def in_extension(self, text):
        """``(text, digest)`` of an enterprise extension, JSON in bytes, with the manager's address and name added.

        ``digest`` is ten hexadecimal digits that change with what is added; b"" if no manager in this account is named.
        """
        if text.find(_MANAGER) < 0:
            return text, b""
        manager, end = _by_id(text)
        if manager:
            added, digest = self._beside.get(manager, _NOBODY)
            return b"".join((text[:end], added, text[end:])), digest
        enterprise = loads(text)
        added, digest = self._beside.get((_value(enterprise) or "").encode(), _NOBODY)
        if not added:
            return text, b""
        return dumps(enterprise | {"manager": enterprise["manager"] | loads(b"{%b}" % added[1:])}), digest


def _by_id(text):
    """``(id in bytes, position after its quotes)`` of a manager named only by the id, else ``(None, 0)``."""
    begin = text.find(_MANAGER) + len(_MANAGER)
    if text.startswith(_BY_ID, begin):
        begin += len(_BY_ID)
        end = text.find(b'"', begin)
        if text.startswith(b'"}', end):
            return text[begin:end], end + 1
    return None, 0


def _value(enterprise):
    return (enterprise.get("manager") or {}).get("value")


@lru_cache(2_000)  # most managers have several people, spread over several pages
def _beside(address, name):
    """``(JSON beginning with a comma, digest)``."""
    shown = {"$ref": address} | ({} if name is None else {"displayName": name})
    added = b",%b" % dumps(shown)[1:-1]
    return added, sha256(added).hexdigest()[:10].encode()
