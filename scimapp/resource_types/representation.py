"""From stored rows to the JSON a client sees.

The stored texts are put together, not parsed (a page of a hundred people costs half a millisecond that way). What
depends on others is merged here: groups of a person, members of a group, ``meta``. A projection that asks for single
attributes is applied to the parsed document; what it does not want is not read at all (see ``wants`` of the callers).
"""

from dataclasses import dataclass

import orjson

from ..directory.reading import MemberForm
from ..scim import urns
from ..scim.values import format_datetime
from ..scim.version import etag


@dataclass(frozen=True, slots=True)
class Document:
    """One resource as it is sent. ``size`` is the number of members of a group, 0 for a person."""

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


def user_text(row, groups, *, addresses, extension, connection_id, managers=()):
    """``(JSON text, ETag)`` of a person, or of the person without ``groups`` when None is given for them.

    ``managers`` is ``{id: name}`` of managers who are here: their address goes beside their id, and their name unless it
    is None.

    ``extension`` is the account's Extension. externalId belongs to the connection that set it (RFC 7643 §3.1): another
    directory does not see it.
    """
    custom = extension.visible(row.custom)
    schemas = [urns.CORE_USER]
    extensions = []
    enterprise = _with_manager(row.enterprise, managers, addresses) if managers else row.enterprise
    listed = _dumps([_group_of_user(addresses, *group) for group in groups]) if groups else ""
    tag = etag(row.version, listed if enterprise is row.enterprise else listed + enterprise)
    for urn, text in ((urns.ENTERPRISE_USER, enterprise), (extension.urn, custom)):
        if text:
            schemas.append(urn)
            extensions.append(f',"{urn}":{text}')
    parts = [f'{{"schemas":{_dumps(schemas)},"id":"{row.scim_id}"']
    if row.external_id is not None and row.connection_id == connection_id:
        parts.append(f',"externalId":{_dumps(row.external_id)}')
    if len(row.core) > 2:
        parts.append(f",{row.core[1:-1]}")
    if has_made_display_name(row.core):
        parts.append(f',"displayName":{_dumps(row.display_name)}')
    if not row.active_unassigned:
        parts.append(f',"active":{"true" if row.active else "false"}')
    if listed:
        parts.append(f',"groups":{listed}')
    parts += extensions
    parts.append(_meta("User", row, addresses.user(row.scim_id), tag))
    return "".join(parts).encode(), tag


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


def group_text(row, members, *, addresses, connection_id, shows_names=True):
    """``(JSON text, ETag)`` of a group, or of the group without ``members`` when None is given for them; ``members`` is
    their text as the database wrote it.

    An empty group has an empty list: authentik adds nobody to a group whose answer does not mention members.
    """
    parts = [f'{{"schemas":["{urns.CORE_GROUP}"],"id":"{row.id}"']
    if row.external_id is not None and row.connection_id == connection_id:
        parts.append(f',"externalId":{_dumps(row.external_id)}')
    parts.append(f',"displayName":{_dumps(row.display_name)}')
    if members is not None:
        parts.append(f',"members":[{members}]')
    tag = etag(row.version, members if members and shows_names else "")
    parts.append(_meta("Group", row, addresses.group(row.id), tag))
    return "".join(parts).encode(), tag


def has_made_display_name(core):
    """Whether the display name is made from the name (RFC 7643 §4.1.1), told from the stored text without parsing it.

    Quotes inside JSON strings are escaped, so these patterns only match keys.
    """
    return '"displayName":' not in core and '"name":{' in core


def projected(text, projection):
    """The text with a projection applied."""
    if projection.is_everything:
        return text
    return orjson.dumps(projection.apply(orjson.loads(text)))


def _meta(resource_type, row, location, tag):
    return (
        f',"meta":{{"resourceType":"{resource_type}","created":"{_moment(row.created_at)}",'
        f'"lastModified":"{_moment(row.updated_at)}","location":{_dumps(location)},'
        f'"version":{_dumps(tag)}}}}}'
    )


def _moment(value):
    """A moment as SCIM shows it; what was read to be shown is a text already."""
    return value if isinstance(value, str) else format_datetime(value)


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
