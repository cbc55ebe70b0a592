"""From stored rows to the JSON a client sees.

The stored texts are put together, not parsed (a page of a hundred people costs half a millisecond that way). What
depends on others is merged here: groups of a person, members of a group, ``meta``. A projection that asks for single
attributes is applied to the parsed document; what it does not want is not read at all (see ``wants`` of the callers).
"""

from dataclasses import dataclass
from functools import lru_cache

import orjson

from ..directory.reading import MemberForm
from ..scim import urns
from ..scim.values import format_datetime
from ..scim.version import etag, mark_of


@dataclass(slots=True)
class Document:
    """One resource as it is sent, ``text`` as JSON in bytes. ``size`` is the number of members of a group, 0 for a person."""

    id: str
    etag: str
    location: str
    text: bytes
    size: int = 0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where resources live: the account's base URL, as configured and never taken from a request."""

    base_url: str

    def user(self, scim_id):
        return f"{self.base_url}/Users/{scim_id}"

    def group(self, group_id):
        return f"{self.base_url}/Groups/{group_id}"


def user_document(row, groups, *, addresses, extension, connection_id, managers=()):
    """The Document of a person: with ``groups``, a tuple of ``(id, name, "direct" or "indirect")``, or without when None.

    ``managers`` is ``{id: name}`` of managers who are here: their address goes beside their id, and their name unless it
    is None. ``extension`` is the account's Extension. externalId belongs to the connection that set it (RFC 7643 §3.1):
    another directory does not see it.
    """
    core, custom = row.core, extension.visible(row.custom)
    enterprise = _with_manager(row.enterprise, managers, addresses) if managers else row.enterprise
    listed, mark = _listed(groups, addresses.base_url) if groups else ("", "")
    if enterprise is not row.enterprise:
        mark = mark_of(listed + enterprise)
    tag, location = etag(row.version, mark), addresses.user(row.scim_id)
    schemas, extensions = f'"{urns.CORE_USER}"', ""
    for urn, values in ((urns.ENTERPRISE_USER, enterprise), (extension.urn, custom)):
        if values:
            schemas += f',"{urn}"'
            extensions += f',"{urn}":{values}'
    text = f'{{"schemas":[{schemas}],"id":"{row.scim_id}"'
    if row.external_id is not None and row.connection_id == connection_id:
        text += f',"externalId":{_dumps(row.external_id)}'
    if len(core) > 2:
        text += f",{core[1:-1]}"
    if has_made_display_name(core):
        text += f',"displayName":{_dumps(row.display_name)}'
    if not row.active_unassigned:
        text += ',"active":true' if row.active else ',"active":false'
    if listed:
        text += f',"groups":{listed}'
    text += extensions + _meta("User", row, location, tag)
    return Document(row.scim_id, tag, location, text.encode())


@lru_cache(maxsize=2_000)  # many people are in the same groups
def _listed(groups, base_url):
    """``(JSON text, mark for the ETag)`` of the groups of a person."""
    addresses = Addresses(base_url)
    text = _dumps([_group_of_user(addresses, *group) for group in groups])
    return text, mark_of(text)


def manager_in(row):
    """The id or text that a row's stored document names as manager, None for nobody."""
    if not row.enterprise or '"manager":' not in row.enterprise:
        return None
    return (orjson.loads(row.enterprise).get("manager") or {}).get("value")


def member_forms(addresses, *, shows_names):
    """How the database writes members that are people, and those that are groups (``reading.MemberForm``)."""
    return tuple(
        MemberForm('{"value":"', f'","$ref":{_dumps(address(""))[:-1]}', f'","type":"{kind}"{name}', "}")
        for kind, address in (("User", addresses.user), ("Group", addresses.group))
        for name in (',"display":' if shows_names else "",)
    )


def group_document(row, members, *, addresses, connection_id, shows_names=True):
    """The Document of a group, or of the group without ``members`` when None is given for them; ``members`` is their text
    as the database wrote it.

    An empty group has an empty list: authentik adds nobody to a group whose answer does not mention members.
    """
    parts = [f'{{"schemas":["{urns.CORE_GROUP}"],"id":"{row.id}"']
    if row.external_id is not None and row.connection_id == connection_id:
        parts.append(f',"externalId":{_dumps(row.external_id)}')
    parts.append(f',"displayName":{_dumps(row.display_name)}')
    if members is not None:
        parts.append(f',"members":[{members}]')
    tag, location = etag(row.version, mark_of(members) if members and shows_names else ""), addresses.group(row.id)
    parts.append(_meta("Group", row, location, tag))
    return Document(row.id, tag, location, "".join(parts).encode(), row.member_count)


def has_made_display_name(core):
    """Whether the display name is made from the name (RFC 7643 §4.1.1), told from the stored text without parsing it.

    Quotes inside JSON strings are escaped, so these patterns only match keys.
    """
    return '"displayName":' not in core and '"name":{' in core


def projected(document, projection):
    """The Document with a projection applied."""
    if not projection.is_everything:
        document.text = orjson.dumps(projection.apply(orjson.loads(document.text)))
    return document


def _meta(resource_type, row, location, tag):
    """``meta`` and the end. Addresses and tags hold nothing that JSON escapes but the quotes of a tag."""
    created, updated = row.created_at, row.updated_at
    if not isinstance(created, str):  # of a row that was written; what is read to be shown is a text already
        created, updated = format_datetime(created), format_datetime(updated)
    quoted_tag = tag.replace('"', '\\"')
    return (
        f',"meta":{{"resourceType":"{resource_type}","created":"{created}","lastModified":"{updated}",'
        f'"location":"{location}","version":"{quoted_tag}"}}}}'
    )


def _with_manager(text, managers, addresses):
    enterprise = orjson.loads(text) if text and '"manager":' in text else {}
    manager = enterprise.get("manager") or {}
    if manager.get("value") not in managers:
        return text
    name = managers[manager["value"]]
    shown = {"$ref": addresses.user(manager["value"])} | ({} if name is None else {"displayName": name})
    return _dumps(enterprise | {"manager": manager | shown})


def _group_of_user(addresses, group_id, name, how):
    return {"value": group_id, "$ref": addresses.group(group_id), "display": name, "type": how}


def _dumps(value):
    return orjson.dumps(value).decode()
