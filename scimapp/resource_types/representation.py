"""From stored rows to the JSON a client sees.

The stored texts are put together, not parsed (a page of a hundred people costs half a millisecond that way). What
depends on others is merged here: groups of a person, members of a group, ``meta``. A projection leaves out whole parts
before anything is read for them; only where it looks into a part is a text parsed.
"""

from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

import orjson

from ..directory.reading import PERSON
from ..directory.reference_form import ReferenceForm
from ..scim import urns
from ..scim.projection import EVERYTHING
from ..scim.values import format_datetime
from ..scim.version import etag, mark_of

_as_read = attrgetter(*PERSON)
_NOBODY = ""  # no connection has this id
_PARTS = ("externalId", "active", "groups", "meta")  # what a projection may leave out unread


@dataclass(slots=True)
class Document:
    """One resource as it is sent, ``text`` as JSON in bytes."""

    id: str
    etag: str
    location: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where resources live: the account's base URL, as configured and never taken from a request."""

    base_url: str

    def user(self, scim_id):
        return f"{self.base_url}/Users/{scim_id}"

    def group(self, group_id):
        return f"{self.base_url}/Groups/{group_id}"


class PeopleWriter:
    """Writes people for one client: what all of them have in common is made once.

    ``extension`` is the account's Extension. externalId belongs to the connection that set it (RFC 7643 §3.1): another
    directory does not see it. ``managers`` is ``{id: name}`` of managers who are here: their address goes beside their id,
    and their name unless it is None.
    """

    def __init__(self, addresses, extension, connection_id, projection=EVERYTHING, managers=()):
        wants, self._managers = projection.wants, managers
        self._people = addresses.user("")
        self._connection_id = connection_id if wants("externalId") else _NOBODY
        self._active = (',"active":false', ',"active":true') if wants("active") else ("", "")
        self._wants_groups, self._wants_meta = wants("groups"), wants("meta")
        self._enterprise = f',"{urns.ENTERPRISE_USER}"' if wants(urns.ENTERPRISE_USER) else None
        self._custom = f',"{extension.urn}"' if wants(extension.urn) else None
        self._visible = extension.visible if extension.hidden else None
        self._cut = projection.beyond(*_PARTS, urns.ENTERPRISE_USER, extension.urn)

    def document(self, row, groups):
        """The Document of one person; ``groups`` are the bytes that ``groups_of_people`` made of ``group_forms``."""
        values = list(_as_read(row))
        values[-5:-3] = _moments(row)
        ((mark, text),) = self._written([values], [groups])
        return Document(row.scim_id, etag(row.version, mark), self._people + row.scim_id, text)

    def texts(self, rows, groups):
        """The texts of many people whose rows begin with PERSON, with the ``groups`` of each."""
        return [text for _, text in self._written(rows, groups)]

    def _written(self, rows, groups):
        """``(mark for the ETag, JSON in bytes)`` of each. In one piece: a list of people costs what is done here."""
        managers, visible, active_texts, further = self._managers, self._visible, self._active, self._cut
        core_begins, person_begins = f'{{"schemas":["{urns.CORE_USER}"', self._people
        with_enterprise, with_custom, wants_meta = self._enterprise, self._custom, self._wants_meta
        connection, wants_groups = self._connection_id, self._wants_groups
        for (
            _seq, scim_id, external_id, connection_id, display_name, active, is_unassigned, version, created, updated,
            core, enterprise, custom, *_
        ), own_groups in zip(rows, groups, strict=True):  # fmt: skip
            names = extensions = mark = borrowed = external = made = listed = meta = ""
            if enterprise and with_enterprise:
                shown = enterprise
                if managers and '"manager":' in enterprise:
                    shown = self._with_manager(enterprise)
                    borrowed = shown if shown is not enterprise else ""
                names, extensions = with_enterprise, f"{with_enterprise}:{shown}"
            if custom and with_custom:
                custom = visible(custom) if visible else custom
                if custom:
                    names, extensions = f"{names}{with_custom}", f"{extensions}{with_custom}:{custom}"
            if external_id is not None and connection_id == connection:
                external = f',"externalId":{quoted(external_id)}'
            # Made from the name where none is stored (RFC 7643 §4.1.1). Quotes inside of strings are escaped: these are keys.
            if '"displayName":' not in core and '"name":{' in core:
                made = f',"displayName":{quoted(display_name)}'
            if own_groups and wants_groups:
                listed, mark = _listed(own_groups)
            if borrowed:
                mark = mark_of((listed + borrowed).encode())
            if wants_meta:
                meta = (
                    f',"meta":{{"resourceType":"User","created":"{created[:10]}T{created[11:23]}Z",'
                    f'"lastModified":"{updated[:10]}T{updated[11:23]}Z",'
                    f'"location":"{person_begins}{scim_id}","version":"W/\\"{version}{mark}\\""}}'
                )
            comma = "," if len(core) > 2 else ""
            text = (
                f'{core_begins}{names}],"id":"{scim_id}"{external}{comma}{core[1:-1]}{made}'
                f"{'' if is_unassigned else active_texts[active]}{listed}{extensions}{meta}}}"
            ).encode()
            yield mark, text if further is None else cut(text, further)

    def _with_manager(self, text):
        enterprise = orjson.loads(text)
        manager = enterprise.get("manager") or {}
        if manager.get("value") not in self._managers:
            return text
        name = self._managers[manager["value"]]
        shown = {"$ref": self._people + manager["value"]} | ({} if name is None else {"displayName": name})
        return _dumps(enterprise | {"manager": manager | shown})


@lru_cache(maxsize=2_000)  # many people are in the same groups
def _listed(groups):
    """``(JSON text behind a comma, mark for the ETag)`` of the groups of a person."""
    return f',"groups":[{groups.decode()}]', mark_of(b"[%b]" % groups)


@lru_cache(maxsize=256)
def group_forms(addresses):
    """How groups of a person are written: those the person is in and those around them (``groups_of_people.of``)."""
    return tuple(_form(addresses.group, ',"display":', f',"type":"{how}"}}') for how in ("direct", "indirect"))


def manager_in(row):
    """The id or text that a row's stored document names as manager, None for nobody."""
    if not row.enterprise or '"manager":' not in row.enterprise:
        return None
    return (orjson.loads(row.enterprise).get("manager") or {}).get("value")


def member_forms(addresses, *, shows_names):
    """How the database writes members that are people, and those that are groups."""
    name = ',"display":' if shows_names else ""
    kinds = (("User", addresses.user), ("Group", addresses.group))
    return tuple(_form(address, f',"type":"{kind}"{name}', "}") for kind, address in kinds)


def _form(address, after, end):
    return ReferenceForm('{"value":"', f'","$ref":{_dumps(address(""))[:-1]}', f'"{after}', end)


def group_document(row, members, *, addresses, connection_id, shows_names=True):
    """The Document of a group, or of the group without ``members`` when None is given for them; ``members`` are the bytes
    that the database wrote.

    An empty group has an empty list: authentik adds nobody to a group whose answer does not mention members.
    """
    external = ""
    if row.external_id is not None and row.connection_id == connection_id:
        external = f',"externalId":{quoted(row.external_id)}'
    first = (
        f'{{"schemas":["{urns.CORE_GROUP}"],"id":"{row.id}"{external},"displayName":{quoted(row.display_name)}'
    ).encode()
    mark, location = mark_of(members) if members and shows_names else "", addresses.group(row.id)
    created, updated = _moments(row)
    meta = (
        f',"meta":{{"resourceType":"Group","created":"{created[:10]}T{created[11:23]}Z",'
        f'"lastModified":"{updated[:10]}T{updated[11:23]}Z",'
        f'"location":"{location}","version":"W/\\"{row.version}{mark}\\""}}}}'
    ).encode()
    text = first + meta if members is None else b"".join((first, b',"members":[', members, b"]", meta))
    return Document(row.id, etag(row.version, mark), location, text)


def cut(text, projection):
    """What a projection leaves of a resource, JSON in bytes."""
    return orjson.dumps(projection.apply(orjson.loads(text)))


def _moments(row):
    """When it was created and changed last, as texts: of a row that was written they are none yet."""
    moments = row.created_at, row.updated_at
    return moments if isinstance(row.created_at, str) else tuple(map(format_datetime, moments))


def quoted(text):
    """A text as a JSON string."""
    return f'"{text}"' if text.isprintable() and '"' not in text and "\\" not in text else _dumps(text)


def _dumps(value):
    return orjson.dumps(value).decode()
