"""Turns stored rows of people into the JSON that clients see."""

from functools import lru_cache

from orjson import dumps

from ...directory.client_reads.reading import Person
from ...scim import urns
from ...scim.listing import Pieces
from ...scim.projection import EVERYTHING
from ...scim.values import format_datetime
from ...scim.version import etag
from ..representation import Document, cut, reference_form

_BEGIN, _ENTERPRISE = f',{{"schemas":["{urns.CORE_USER}"'.encode(), f',"{urns.ENTERPRISE_USER}"'.encode()
_WITH_ENTERPRISE, _WITH_CUSTOM = 1, 2  # together 3
_NOBODY = b""  # no connection has this id
_INNER = slice(1, -1)  # of a document: what stands between its braces
_SHOWN = slice(23)  # of a moment: to the millisecond
_WIDTH = len(Person._fields)
_PARTS = ("externalId", "active", "groups")  # a projection may skip these unread


class _Versions(dict):
    """What stands before the mark in the ``version`` of people, by its number, which many share: few change often."""

    def __missing__(self, number):
        text = self[number] = b'","version":"W/\\"%d' % number
        return text


class PeopleWriter:
    """Writes people for one client; ``people_writer`` makes their common parts once.

    ``extension`` is the account's Extension. Only the connection that set an externalId sees it (RFC 7643 §3.1).
    ``managers`` are the ShownManagers of managers in this account, None if there are none.
    """

    def __init__(self, addresses, extension, connection_id, projection=EVERYTHING):
        wants = projection.wants
        self.shows_managers = wants(urns.ENTERPRISE_USER)
        self._people = addresses.user("")
        self._location = f'Z","location":"{self._people}'.encode()
        own = None if connection_id is None else connection_id.encode()
        self._connection_id = own if wants("externalId") else _NOBODY
        self._active = {None: b"", False: b',"active":false', True: b',"active":true'}
        if not wants("active"):
            self._active = dict.fromkeys(self._active, b"")
        enterprise, custom = _ENTERPRISE, f',"{extension.urn}"'.encode()
        self._enterprise = enterprise + b":" if self.shows_managers else None
        self._custom = custom + b":" if wants(extension.urn) else None
        schemas = (b"", enterprise, custom, enterprise + custom)  # by _WITH_ENTERPRISE and _WITH_CUSTOM
        self._begins = [b"".join((_BEGIN, further, b'],"id":"')) for further in schemas]
        self._visible = extension.visible if extension.hidden else None
        self._cut = projection.beyond(*_PARTS, urns.ENTERPRISE_USER, extension.urn)

    def document(self, row, groups, managers=None):
        """The Document of one Person; ``groups`` is what ``groups_of_people`` made from ``group_forms``."""
        (mark,), (text,) = self._written([row[:_WIDTH]], [groups], managers)
        scim_id = row.scim_id.decode()
        return Document(scim_id, etag(row.version, mark.decode()), self._people + scim_id, text)

    def texts(self, rows, groups, managers=None):
        """The texts of people whose rows begin like Person, with the ``groups`` of each: Pieces, or a list of bytes."""
        if len(rows[0]) > _WIDTH:
            rows = [row[:_WIDTH] for row in rows]
        return self._written(rows, groups, managers)[1]

    def _written(self, rows, groups, managers):
        """``(marks for the ETags, JSON)``: a list of bytes, and Pieces or such a list.

        One long function, because calls would slow down lists of people.
        """
        visible, active_texts, further = self._visible, self._active, self._cut
        enterprise_name, custom_name, connection = self._enterprise, self._custom, self._connection_id
        begins, location, versions = self._begins, self._location, _Versions()
        marks, pieces = [], []
        for (
            _seq, scim_id, external_id, connection_id, display_name, active, number, created, updated,
            core, enterprise, custom,
        ), (own_groups, mark) in zip(rows, groups, strict=True):  # fmt: skip
            shape, made, before_enterprise, before_custom = 0, b"", b"", b""
            if enterprise and enterprise_name:
                shape, before_enterprise = _WITH_ENTERPRISE, enterprise_name
                if managers:
                    enterprise, borrowed = managers.in_extension(enterprise)
                    if borrowed:
                        mark = (mark or b"-") + borrowed
            else:
                enterprise = b""
            if custom and visible:
                custom = visible(custom)
            if custom and custom_name:
                shape, before_custom = shape + _WITH_CUSTOM, custom_name
            else:
                custom = b""
            if external_id is not None and connection_id == connection:
                behind_id = b'","externalId":' + dumps(external_id.decode())
            else:
                behind_id = b'"'
            # If none is stored, make one from the name (RFC 7643 §4.1.1). Quotes in strings are
            # escaped, so these match keys. Where the first is missing, as it mostly is, ``rfind``
            # takes a third to two thirds of the time of ``find``.
            if core.rfind(b'"displayName":') < 0 and core.find(b'"name":{') >= 0:
                made = b',"displayName":' + display_name
            inner = core[_INNER]
            marks.append(mark)
            pieces += (
                begins[shape], scim_id, behind_id, b"," if inner else b"", inner, made, active_texts[active],
                before_enterprise, enterprise, before_custom, custom,
                b',"meta":{"resourceType":"User","created":"', created[_SHOWN].replace(b" ", b"T"),
                b'Z","lastModified":"', updated[_SHOWN].replace(b" ", b"T"), location, scim_id,
                versions[number], mark,
                b'\\""},"groups":[' if own_groups else b'\\""', own_groups, b"]}" if own_groups else b"}}",
            )  # fmt: skip
        texts = Pieces(pieces, len(rows))
        return marks, texts if further is None else [cut(text, further) for text in texts]


def person_before(row, profile, extension, addresses, connection_id):
    """The representation of a PersonRow as a dict, without values of other rows: the base of a PUT or PATCH. It holds the
    values of ``profile``, its Profile, without copying them, so do not change them.
    """
    core, enterprise, custom = profile.core, profile.enterprise, profile.custom
    if extension.hidden:
        custom = {name: value for name, value in custom.items() if name not in extension.hidden}
    extensions = {urn: part for urn, part in ((urns.ENTERPRISE_USER, enterprise), (extension.urn, custom)) if part}
    found = {"schemas": [urns.CORE_USER, *extensions], "id": row.scim_id, **core, **extensions}
    if row.external_id is not None and row.connection_id == connection_id:
        found["externalId"] = row.external_id
    if "name" in core and "displayName" not in core:
        found["displayName"] = row.display_name
    if not row.active_unassigned:
        found["active"] = bool(row.active)
    found["meta"] = {
        "resourceType": "User",
        "created": format_datetime(row.created_at),
        "lastModified": format_datetime(row.updated_at),
        "location": addresses.user(row.scim_id),
        "version": etag(row.version),
    }
    return found


@lru_cache(maxsize=256)
def people_writer(addresses, extension, connection_id, projection):
    """The PeopleWriter of a client that asks for this much of people."""
    return PeopleWriter(addresses, extension, connection_id, projection)


@lru_cache(maxsize=256)
def group_forms(addresses):
    """The forms in which a person's direct and indirect groups are written (``groups_of_people.of``)."""
    return tuple(reference_form(addresses.group, ',"display":', f',"type":"{how}"}}') for how in ("direct", "indirect"))
