"""The order of custom fields, in which screens, files and the schema list them."""

from msgspec import Struct

from ..errors import NotInAccount
from ..model import CustomField
from ..roles import Permission
from ..unit_of_work import unit_of_work
from .custom_fields import list_fields, note_change


class Placed(Struct, frozen=True):
    """A field and its 1-based position among ``count`` live fields."""

    field: CustomField
    place: int
    count: int


def move(scope, field_id, direction):
    """Swap a live field with its neighbour and return its new place as Placed; ``direction`` is "up" or "down"."""
    return _put(scope, field_id, lambda present: present + (-1 if direction == "up" else 1))


def put_at(scope, field_id, place):
    """Move a live field to a 1-based position and return its new place as Placed; positions beyond the ends mean the ends."""
    return _put(scope, field_id, lambda _present: place)


def _put(scope, field_id, wanted):
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        return placed(work, work.lock_account(), field_id, wanted)


def placed(work, account, field_id, wanted):
    """Put a live field at the place that ``wanted`` makes of the present one, and return it as Placed."""
    fields = list_fields(work.scope)
    field = next((known for known in fields if known.field_id_key == field_id.lower()), None)
    if field is None:
        raise NotInAccount("custom field")
    present = fields.index(field) + 1
    place = max(1, min(wanted(present), len(fields)))
    if place != present:
        fields.insert(place - 1, fields.pop(present - 1))
        for position, known in enumerate(fields, 1):
            known.position = position
        note_change(work, account)
    return Placed(field, place, len(fields))
