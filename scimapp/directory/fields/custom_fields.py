"""Custom fields: the attributes of the account's own schema extension, defined by its administrators."""

from ...database import db, open_transactions
from ...frozen import frozen
from ..changes import UNSET
from ..errors import FieldTypeFixed, InvalidValue, NotInAccount
from ..events import Change, FieldArchived, FieldDefined, FieldEdited, FieldRestored, alter
from ..model import Counter, CustomField, IndexedValue
from ..people.value_index import CUSTOM, select_many_at
from ..roles import Permission
from ..sql_text import starts_with
from ..unit_of_work import unit_of_work
from ..words import say
from .field_options import move_values, respelled
from .field_rules import (
    FIELD_ID,
    SHAPE,
    check_audience,
    checked_choices,
    checked_default,
    checked_field_id,
    checked_label,
    checked_multi,
    checked_shape,
    checked_type,
    suggest_field_id,
)
from .field_types import FIELD_TYPES

__all__ = ["FIELD_ID", "FieldChanges", "FieldDraft", "suggest_field_id"]
MAXIMUM_FIELDS = 200
SECONDS = 10  # a transaction is rarely open for one


@frozen
class FieldDraft:
    """A field to define. Without ``field_id``, one is made from the label."""

    label: str
    type: str
    field_id: str | None = None
    choices: tuple = ()
    multi_valued: bool = False
    required: bool = False
    help_text: str = ""
    unknown_choice: str = "refuse"
    show_in_list: bool = False
    default_value: object = None
    people_may_edit: bool = False
    admins_only: bool = False


@frozen
class FieldChanges:
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


@frozen
class Placed:
    """A field and its 1-based position among ``count`` live fields."""

    field: CustomField
    place: int
    count: int


def list_fields(scope, archived=False):
    """The account's fields in their order; ``archived`` None returns all of them."""
    query = scope.select(CustomField).order_by(CustomField.position, CustomField.seq)
    if archived is not None:
        query = query.where(CustomField.archived_at.is_not(None) if archived else CustomField.archived_at.is_(None))
    return list(db.session.scalars(query))


def get(scope, field_id):
    """One field, archived ones included. Raises NotInAccount."""
    return scope.one(CustomField, CustomField.field_id_key == field_id.lower(), kind="custom field")


def define(scope, draft):
    """Add a field at the end of the list. Raises FieldIdInvalid, FieldIdTaken, InvalidValue."""
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        existing = list_fields(scope, archived=None)
        if len(existing) >= MAXIMUM_FIELDS:
            raise InvalidValue("label", say("An account holds at most %(num)s custom fields.", num=MAXIMUM_FIELDS))
        label = checked_label(draft.label)
        field_id = checked_field_id(draft.field_id or suggest_field_id(label), existing)
        choices, multi_valued = checked_shape(draft)
        check_audience(draft.people_may_edit, draft.admins_only)
        field = CustomField(
            account_id=scope.account_id,
            field_id=field_id,
            field_id_key=field_id.lower(),
            label=label,
            type=draft.type,
            choices=choices,
            multi_valued=multi_valued,
            required=draft.required,
            help_text=draft.help_text.strip(),
            unknown_choice=draft.unknown_choice,
            show_in_list=draft.show_in_list,
            default_value=checked_default(scope, draft.type, choices, multi_valued, draft.default_value),
            people_may_edit=draft.people_may_edit,
            admins_only=draft.admins_only,
            position=max((known.position for known in existing), default=0) + 1,
            created_at=work.now,
            updated_at=work.now,
        )
        db.session.add(field)
        db.session.add(Counter(account_id=scope.account_id, name=CUSTOM + field.field_id_key, value=0))
        note_change(work, account)
        work.record(FieldDefined(field_id, label, (Change("type", None, draft.type),)))
    return field


def edit(scope, field_id, changes, moves=(), *, place=None):
    """Change a field. ``moves`` maps removed options to those their people get; people of other removed options keep
    the value. ``place`` is the position that it is put at in the same transaction, as by ``put_at``.

    Raises NotInAccount, InvalidValue, FieldTypeFixed.
    """
    scope.require(Permission.MANAGE_FIELDS)
    if _changes_type(scope, field_id, changes):
        _have_values_looked_for(scope)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        field = get(scope, field_id)
        wanted = {
            name: getattr(changes, name)
            for name in changes.__slots__
            if getattr(changes, name) is not UNSET and getattr(changes, name) != getattr(field, name)
        }
        moves = _checked_moves(field, wanted, dict(moves))
        _check_edit(scope, field, wanted)
        altered = alter(field, wanted)
        if altered:
            field.updated_at = max(work.now, field.updated_at)
            note_change(work, account)
            work.record(FieldEdited(field.field_id, field.label, altered))
        if place is not None:
            _placed(work, account, field_id, lambda _present: place)
        if moves:
            move_values(work, field, moves)
    return field


def move(scope, field_id, direction):
    """Swap a live field with its neighbour and return its new place as Placed; ``direction`` is "up" or "down"."""
    return _put(scope, field_id, lambda present: present + (-1 if direction == "up" else 1))


def put_at(scope, field_id, place):
    """Move a live field to a 1-based position and return its new place as Placed; positions
    beyond the ends mean the ends.
    """
    return _put(scope, field_id, lambda _present: place)


def archive(scope, field_id):
    """Remove a field from the schema and the screens; its values stay and its Field ID stays reserved."""
    return _switch(scope, field_id, archived=True)


def restore(scope, field_id):
    """Bring an archived field back, at the end of the list."""
    return _switch(scope, field_id, archived=False)


def filled_counts(scope):
    """``{lower-case Field ID: number of people with a value}``, from the kept counts, without empty fields.

    One statement.
    """
    kept = scope.select(Counter, Counter.name, Counter.value).where(
        starts_with(Counter.name, CUSTOM), Counter.value > 0
    )
    return {name.removeprefix(CUSTOM): people for name, people in db.session.execute(kept)}


def note_change(work, account):
    """Move the account's fields version, so that everybody who caches the fields reads them again."""
    account.fields_version += 1
    work.changes_fields = True


def has_values(scope, field):
    """Whether any person has a value of this field."""
    values = select_many_at(scope, CUSTOM + field.field_id_key, IndexedValue.user_seq)
    return db.session.execute(values.limit(1)).first() is not None


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


def _put(scope, field_id, wanted):
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        return _placed(work, work.lock_account(), field_id, wanted)


def _placed(work, account, field_id, wanted):
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


def _switch(scope, field_id, *, archived):
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        field = get(scope, field_id)
        if archived != (field.archived_at is not None):
            field.archived_at = work.now if archived else None
            if not archived:
                field.position = max((known.position for known in list_fields(scope)), default=0) + 1
            note_change(work, account)
            event = FieldArchived if archived else FieldRestored
            work.record(event(field.field_id, field.label))
    return field


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
    type_name = checked_type(wanted.get("type", field.type))
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
