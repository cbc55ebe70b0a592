"""Custom fields: the attributes of the account's own schema extension, defined by its administrators."""

from msgspec import Struct

from ...database import db
from ..errors import InvalidValue
from ..events import Change, FieldArchived, FieldDefined, FieldRestored
from ..model import Counter, CustomField, IndexedValue
from ..people.value_index import CUSTOM, select_many_at
from ..roles import Permission
from ..scope import own_rows
from ..sql.texts import starts_with
from ..unit_of_work import unit_of_work
from ..words import say
from .field_rules import (
    check_audience,
    checked_default,
    checked_field_id,
    checked_label,
    checked_shape,
    suggest_field_id,
)

MAXIMUM_FIELDS = 200
_ALL = own_rows(CustomField, CustomField).order_by(CustomField.position, CustomField.seq)
_LISTS = {
    None: _ALL,
    False: _ALL.where(CustomField.archived_at.is_(None)),
    True: _ALL.where(CustomField.archived_at.is_not(None)),
}  # each made once, as most screens ask for one of them


class FieldDraft(Struct, frozen=True):
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


def list_fields(scope, archived=False):
    """The account's fields in their order; ``archived`` None returns all of them."""
    return list(db.session.scalars(_LISTS[archived], {"account_id": scope.account_id}))


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
