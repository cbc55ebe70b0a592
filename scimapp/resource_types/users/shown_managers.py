"""Managers as answers show them: address and name are added to the id in the stored document (decision 0028).

Nearly every stored extension holds only the manager's id. There the rest is inserted as text; others are parsed.
"""

import re
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter

from orjson import dumps, loads

from ...directory.client_reads.reading import Person

_MANAGER, _BY_ID = b'"manager":', b'{"value":"'  # quotes in strings are escaped, so the first is a key
_ALONE = re.compile(re.escape(_MANAGER + _BY_ID) + rb'([^"\\]+)"\}')  # a manager named only by the id
_NOBODY = (b"", b"")
_enterprise_of = itemgetter(Person._fields.index("enterprise"))


def managers_in(rows):
    """The ids, or other texts, by which the stored documents of rows like Person name managers."""
    texts = [text for text in map(_enterprise_of, rows) if text]
    together = b"".join(texts)  # searched at once: most pages name no manager, or each by the id
    if together.find(_MANAGER) < 0:
        return set()
    alone = _ALONE.findall(together)
    found = {manager.decode() for manager in alone}
    if len(alone) < together.count(_MANAGER):
        others = (text for text in texts if text.find(_MANAGER) >= 0 and not _ALONE.search(text))
        found.update(_value(loads(text)) for text in others)
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
        alone = _ALONE.search(text)
        if alone:
            (added, digest), end = self._beside.get(alone[1], _NOBODY), alone.end() - 1
            return b"".join((text[:end], added, text[end:])), digest
        if text.find(_MANAGER) < 0:
            return text, b""
        enterprise = loads(text)
        added, digest = self._beside.get((_value(enterprise) or "").encode(), _NOBODY)
        if not added:
            return text, b""
        return dumps(enterprise | {"manager": enterprise["manager"] | loads(b"{%b}" % added[1:])}), digest


def _value(enterprise):
    return (enterprise.get("manager") or {}).get("value")


@lru_cache(2_000)  # most managers have several people, spread over several pages
def _beside(address, name):
    """``(JSON beginning with a comma, digest)``."""
    shown = {"$ref": address} | ({} if name is None else {"displayName": name})
    added = b",%b" % dumps(shown)[1:-1]
    return added, sha256(added).hexdigest()[:10].encode()
