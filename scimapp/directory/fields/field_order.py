"""The order of custom fields, in which screens, files and the schema list them."""

from hashlib import sha256

from msgspec import Struct

from ..errors import NotInAccount, StaleVersion
from ..model import CustomField
from ..roles import Permission
from ..unit_of_work import unit_of_work
from .custom_fields import list_fields, note_change


class Placed(Struct, frozen=True):
    """A field and its 1-based position among ``count`` live fields."""

    field: CustomField
    place: int
    count: int


def mark_of(fields):
    """A short text that another order of these live fields does not have."""
    return sha256(" ".join(str(field.seq) for field in fields).encode()).hexdigest()[:16]


def move(scope, field_id, direction, *, seen=None):
    """Swap a live field with its neighbour and return its new place as Placed; ``direction`` is "up" or "down".

    ``seen`` is the mark of the order that the caller looked at, None accepts any. Raises NotInAccount, StaleVersion.
    """
    return _put(scope, field_id, lambda present: present + (-1 if direction == "up" else 1), seen)


def put_at(scope, field_id, place, *, seen=None):
    """Move a live field to a 1-based position and return its new place as Placed; positions beyond the ends mean the ends.

    ``seen`` and errors as for ``move``.
    """
    return _put(scope, field_id, lambda _present: place, seen)


def _put(scope, field_id, wanted, seen):
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        return placed(work, work.lock_account(), field_id, wanted, seen)


def placed(work, account, field_id, wanted, seen=None):
    """Put a live field at the place that ``wanted`` makes of the present one, and return it as Placed. ``seen`` as for ``move``."""
    fields = list_fields(work.scope)
    if seen is not None and seen != mark_of(fields):
        raise StaleVersion()
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
