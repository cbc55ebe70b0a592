"""Values of custom fields on their way into a person: checked once, here, whichever door they came through."""

from .clock import now
from .custom_fields import fields_by_key, learn_choices
from .errors import InvalidValue
from .field_types import accept

_NOTED_EVERY_SECONDS = 60


def accept_custom(work, values):
    """``{field id: value}`` with canonical Field IDs and stored values; None clears. Raises InvalidValue."""
    if not values:
        return {}
    fields = fields_by_key(work.scope)
    accepted = {}
    for name, value in values.items():
        field = fields.get(name.lower())
        if field is None:
            raise InvalidValue(name, "there is no such custom field.")
        if field.unknown_choice == "add":
            learn_choices(work, field, value)
        accepted[field.field_id] = accept(field, value)
        if work.scope.actor.is_token:
            _note_received(field)
    return accepted


def _note_received(field):
    moment = now()
    if field.last_received_at is None or (moment - field.last_received_at).total_seconds() > _NOTED_EVERY_SECONDS:
        field.last_received_at = moment
