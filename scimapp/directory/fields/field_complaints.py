"""Everything that is wrong with a custom field in a form, at once, so that it is shown beside its inputs before any
write.
"""

from functools import partial

from msgspec.structs import replace

from ..errors import gathered
from .custom_fields import list_fields
from .field_options import counts, removed, respelled
from .field_rules import (
    SHAPE,
    check_audience,
    checked_default,
    checked_field_id,
    checked_label,
    checked_shape,
    suggest_field_id,
)
from .field_types import FIELD_TYPES


def complaints(scope, draft, field=None):
    """What ``define`` would refuse in a draft, or ``edit`` for a ``field`` to become like it: InvalidValues and Conflicts.

    A default that is a removed option is accepted as long as people have the option: the default may move along with them.
    """
    checks = [partial(checked_label, draft.label), partial(check_audience, draft.people_may_edit, draft.admins_only)]
    default = draft.default_value
    if field is None:
        field_id = draft.field_id or suggest_field_id(draft.label or "field")
        checks.append(partial(checked_field_id, field_id, list_fields(scope, archived=None)))
    else:
        if not FIELD_TYPES[draft.type].has_choices:
            draft = replace(draft, choices=())
        if all(_same(getattr(draft, name), getattr(field, name)) for name in SHAPE):
            return gathered(*checks)
        default = _default_that_stays(scope, field, draft)
    return gathered(*checks, lambda: checked_default(scope, draft.type, *checked_shape(draft), default))


def _same(typed, stored):
    return (list(typed) if isinstance(typed, tuple) else typed) == stored


def _default_that_stays(scope, field, draft):
    """The default of a draft with its options in their new spelling, without those that may move with their people."""
    default, after = draft.default_value, [choice.strip() for choice in draft.choices]
    if not (default and after and field.choices):
        return default
    going = removed(field, after)
    people = counts(scope, field) if going else {}
    new = respelled(field.choices, after)
    items = default if isinstance(default, list) else [default]
    left = [new.get(item, item) for item in items if not people.get(item) or item not in going]
    return left if isinstance(default, list) else next(iter(left), None)
