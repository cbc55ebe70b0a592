"""What the JSON of people and of groups has in common: the Document that is sent, addresses, references, projections.

``user_representation`` and ``group_representation`` concatenate stored texts in UTF-8, neither parsed nor decoded (half a
millisecond for a page of a hundred people). What depends on other rows is added there: groups of a person, members of a
group, ``meta``. A projection skips whole parts before anything is read for them; a text is parsed only if the projection
selects inside a part.
"""

from msgspec import Struct
from orjson import dumps, loads

from ..directory.client_reads.kept_members import Members
from ..directory.client_reads.reference_form import ReferenceForm


class Document(Struct, frozen=True):
    """One resource as sent: ``text`` is JSON in bytes; for a group it ends before ``members``, which completes it."""

    id: str
    etag: str
    location: str
    text: bytes
    members: Members | None = None

    @property
    def whole(self):
        """All of it as one text, which copies a large group."""
        return self.text if self.members is None else self.text + self.members.text


class Addresses(Struct, frozen=True):
    """The addresses of resources: the account's base URL as configured, never taken from a request."""

    base_url: str

    def user(self, scim_id):
        return f"{self.base_url}/Users/{scim_id}"

    def group(self, group_id):
        return f"{self.base_url}/Groups/{group_id}"


def reference_form(address, after, end):
    """The form in which the database writes references: ``address(id)`` is where one leads, then come ``after`` and a name."""
    return ReferenceForm('{"value":"', f'","$ref":{dumps(address("")).decode()[:-1]}', f'"{after}', end)


def cut(text, projection):
    """A resource, JSON in bytes, reduced to what a projection keeps."""
    return dumps(projection.apply(loads(text)))
