"""Turns stored rows of groups into the JSON that clients see."""

from functools import lru_cache

from orjson import dumps

from ...directory.client_reads.kept_members import MembersForm
from ...scim import urns
from ...scim.values import format_datetime
from ...scim.version import etag
from ..representation import Document, reference_form


@lru_cache(maxsize=256)
def members_form(addresses, shows_names):
    """The form in which the database writes members, which come last in a group."""
    name = ',"display":' if shows_names else ""
    kinds = (("User", addresses.user), ("Group", addresses.group))
    forms = (reference_form(address, f',"type":"{kind}"{name}', "}") for kind, address in kinds)
    return MembersForm(*forms, b"]}", shows_names)


def group_document(row, members, *, addresses, connection_id):
    """The Document of a group. ``members`` are its Members in ``members_form``; None leaves them out.

    An empty group has an empty list, because authentik adds nobody to a group whose answer does not mention members.
    """
    external = b""
    if row.external_id is not None and row.connection_id == connection_id:
        external = b',"externalId":' + dumps(row.external_id)
    mark = f"-{members.digest}" if members and members.digest else ""
    created, updated = _moments(row)
    location = addresses.group(row.id)
    meta = (
        f',"meta":{{"resourceType":"Group","created":"{created[:10]}T{created[11:23]}Z",'
        f'"lastModified":"{updated[:10]}T{updated[11:23]}Z",'
        f'"location":"{location}","version":"W/\\"{row.version}{mark}\\""}}'
    ).encode()
    first = f'{{"schemas":["{urns.CORE_GROUP}"],"id":"{row.id}"'.encode()
    listed = b"}" if members is None else b',"members":['
    text = b"".join((first, external, b',"displayName":', dumps(row.display_name), meta, listed))
    return Document(row.id, etag(row.version, mark), location, text, members)


def _moments(row):
    """When a row was created and last changed, as texts; a row just written holds moments instead."""
    moments = row.created_at, row.updated_at
    return moments if isinstance(row.created_at, str) else tuple(map(format_datetime, moments))
