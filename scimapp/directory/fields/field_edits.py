"""Changes of a custom field, with the moves of people from options that go."""

from functools import partial

from msgspec import Struct

from ...database import db
from ...database.postgres import open_transactions
from ..changes import UNSET
from ..errors import FieldTypeFixed, InvalidValue, StaleVersion
from ..events import FieldEdited, alter
from ..lines import one_of
from ..policies import guard_seen
from ..roles import Permission
from ..unit_of_work import unit_of_work
from ..words import say
from .custom_fields import get, has_values, note_change
from .field_options import move_values, respelled
from .field_order import placed
from .field_rules import (
    SHAPE,
    check_audience,
    checked_choices,
    checked_default,
    checked_label,
    checked_multi,
)
from .field_types import FIELD_TYPES

SECONDS = 10  # a transaction is rarely open for one


class FieldChanges(Struct, frozen=True):
    """Changes of a field. The Field ID never changes, the type only while no value is stored."""

    label: object = UNSET
    type: object = UNSET
    choices: object = UNSET
    multi_valued: object = UNSET
    required: object = UNSET
    help_text: object = UNSET
    unknown_choice: object = UNSET
    show_in_list: object = UNSET
    default_value: object = UNSET
    people_may_edit: object = UNSET
    admins_only: object = UNSET


def edit(scope, field_id, changes, moves=(), *, place=None, place_seen=None, seen=None):
    """Change a field. ``moves`` maps removed options to those their people get; people of other removed options keep
    the value. ``place`` is the position that it is put at in the same transaction, as by ``put_at``, ``place_seen`` the one where
    the caller saw it; None accepts any. ``seen``: see ``policies.guard_seen``.

    Raises NotInAccount, StaleVersion, InvalidValue, FieldTypeFixed.
    """
    scope.require(Permission.MANAGE_FIELDS)
    if _changes_type(scope, field_id, changes):
        _have_values_looked_for(scope)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        field = get(scope, field_id)
        wanted = {
            name: getattr(changes, name)
            for name in changes.__struct_fields__
            if getattr(changes, name) is not UNSET and getattr(changes, name) != getattr(field, name)
        }
        guard_seen(field, wanted, seen)
        moves = _checked_moves(field, wanted, dict(moves))
        _check_edit(scope, field, wanted)
        altered = alter(field, wanted)
        if altered:
            field.updated_at = max(work.now, field.updated_at)
            note_change(work, account)
            work.record(FieldEdited(field.field_id, field.label, altered))
        if place is not None:
            placed(work, account, field_id, partial(_still_from, place_seen, place))
        if moves:
            move_values(work, field, moves)
    return field


def _still_from(seen, wanted, present):
    """The wanted place, unless the field has left the one where it was seen for another."""
    if seen is not None and present not in (seen, wanted):
        raise StaleVersion()
    return wanted


def _changes_type(scope, field_id, changes):
    field = get(scope, field_id)
    return changes.type not in (UNSET, field.type) or changes.multi_valued not in (UNSET, field.multi_valued)


def _have_values_looked_for(scope):
    """Have every process look anew whether a field has values (``custom_values``), and wait for who has looked before:
    all values may have been cleared since.
    """
    if db.engine.dialect.name != "sqlite":
        with unit_of_work(scope) as work:
            note_change(work, work.lock_account())
        open_transactions.wait_for_end(SECONDS, yet_to_write=True)


def _checked_moves(field, wanted, moves):
    """The moves for a changed list of options, including changes of spelling; a default moves along."""
    types = (field.type, wanted.get("type", field.type))
    if "choices" not in wanted or not all(FIELD_TYPES[name].has_choices for name in types):
        return {}
    after = checked_choices(field.type, wanted["choices"])
    gone = [choice for choice in field.choices if choice not in after]
    moves = {old: new for old, new in moves.items() if new}
    if not (set(moves) <= set(gone) and set(moves.values()) <= set(after)):
        raise InvalidValue("choices", say("People are moved from options that go to options that stay."))
    moves = respelled(field.choices, after) | moves
    default = wanted.get("default_value", field.default_value)
    if isinstance(default, list):
        wanted["default_value"] = list(dict.fromkeys(moves.get(item, item) for item in default))
    elif default in moves:
        wanted["default_value"] = moves[default]
    return moves


def _check_edit(scope, field, wanted):
    """Check the wanted values and adjust them in place. Raises InvalidValue, FieldTypeFixed."""
    type_name = one_of(FIELD_TYPES, "type", wanted.get("type", field.type))
    if ("type" in wanted or "multi_valued" in wanted) and has_values(scope, field):
        raise FieldTypeFixed()
    if "label" in wanted:
        wanted["label"] = checked_label(wanted["label"])
    if "type" in wanted or "choices" in wanted:
        has_choices = FIELD_TYPES[type_name].has_choices
        wanted["choices"] = checked_choices(type_name, wanted.get("choices", field.choices) if has_choices else ())
    if "type" in wanted or "multi_valued" in wanted:
        wanted["multi_valued"] = checked_multi(type_name, wanted.get("multi_valued", field.multi_valued))

    def after(name):
        return wanted.get(name, getattr(field, name))

    if not wanted.keys().isdisjoint(SHAPE):
        shape = (type_name, after("choices"), after("multi_valued"))
        wanted["default_value"] = checked_default(scope, *shape, after("default_value"))
    check_audience(after("people_may_edit"), after("admins_only"))
