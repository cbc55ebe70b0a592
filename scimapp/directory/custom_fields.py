"""Custom fields: the attributes of the account's own schema extension, made and changed by its administrators."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import func

from ..database import db
from .changes import UNSET
from .errors import FieldIdInvalid, FieldIdTaken, FieldTypeFixed, InvalidValue, NotInAccount
from .events import Change, FieldArchived, FieldDefined, FieldEdited, FieldRestored
from .field_types import FIELD_TYPES, MAXIMUM_LINE
from .model import Account, CustomField, UserValue
from .roles import Permission
from .unit_of_work import unit_of_work

FIELD_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# Words that mean something in SCIM already, so that nobody maps a field to a standard attribute by accident.
RESERVED = frozenset(
    "schemas id externalid meta groups members roles active username password bulkid name displayname nickname "
    "profileurl title usertype preferredlanguage locale timezone emails phonenumbers ims photos addresses "
    "entitlements x509certificates employeenumber costcenter organization division department manager".split()
)
MAXIMUM_FIELDS = 200
MAXIMUM_CHOICES = 500


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """A field to define. Without ``field_id`` one is suggested from the label."""

    label: str
    type: str
    field_id: str | None = None
    choices: tuple = ()
    multi_valued: bool = False
    required: bool = False
    help_text: str = ""
    unknown_choice: str = "refuse"
    show_in_list: bool = False


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """Changes of a field; the Field ID never changes, the type only while no value is stored."""

    label: object = UNSET
    type: object = UNSET
    choices: object = UNSET
    multi_valued: object = UNSET
    required: object = UNSET
    help_text: object = UNSET
    unknown_choice: object = UNSET
    show_in_list: object = UNSET


def list_fields(scope, archived=False):
    """The account's fields in their order; ``archived`` None gives all of them."""
    query = scope.select(CustomField).order_by(CustomField.position, CustomField.seq)
    if archived is not None:
        query = query.where(CustomField.archived_at.is_not(None) if archived else CustomField.archived_at.is_(None))
    return list(db.session.scalars(query))


def fields_by_key(scope):
    """``{lower-case Field ID: field}`` of the live fields."""
    return {field.field_id_key: field for field in list_fields(scope)}


def get(scope, field_id):
    """One field, archived ones included. Raises NotInAccount."""
    return scope.one(CustomField, CustomField.field_id_key == field_id.lower(), kind="custom field")


def suggest_field_id(label):
    """A Field ID made from a label: "Cost centre (old)" becomes ``cost_centre_old``."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_").lower()
    return (words if words[:1].isalpha() else f"field_{words}".rstrip("_"))[:64]


def define(scope, draft):
    """Add a field at the end of the list. Raises FieldIdInvalid, FieldIdTaken, InvalidValue."""
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        existing = list_fields(scope, archived=None)
        if len(existing) >= MAXIMUM_FIELDS:
            raise InvalidValue("label", f"an account holds at most {MAXIMUM_FIELDS} custom fields.")
        label = _checked_label(draft.label)
        field_id = _checked_field_id(draft.field_id or suggest_field_id(label), existing)
        field = CustomField(
            account_id=scope.account_id,
            field_id=field_id,
            field_id_key=field_id.lower(),
            label=label,
            type=_checked_type(draft.type),
            choices=_checked_choices(draft.type, draft.choices),
            multi_valued=_checked_multi(draft.type, draft.multi_valued),
            required=draft.required,
            help_text=draft.help_text.strip(),
            unknown_choice=draft.unknown_choice,
            show_in_list=draft.show_in_list,
            position=max((known.position for known in existing), default=0) + 1,
            created_at=work.now,
            updated_at=work.now,
        )
        db.session.add(field)
        account.fields_version += 1
        work.record(FieldDefined(field_id, label, (Change("type", None, draft.type),)))
    return field


def edit(scope, field_id, changes):
    """Change a field. Raises NotInAccount, InvalidValue, FieldTypeFixed."""
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        field = get(scope, field_id)
        wanted = {
            name: getattr(changes, name)
            for name in changes.__slots__
            if getattr(changes, name) is not UNSET and getattr(changes, name) != getattr(field, name)
        }
        _check_edit(scope, field, wanted)
        altered = tuple(
            Change(name, getattr(field, name), value) for name, value in wanted.items() if getattr(field, name) != value
        )
        for change in altered:
            setattr(field, change.field, change.after)
        if altered:
            field.updated_at = work.now
            account.fields_version += 1
            work.record(FieldEdited(field.field_id, field.label, altered))
    return field


def move(scope, field_id, direction):
    """Swap a live field with its neighbour; ``direction`` is "up" or "down". At the end nothing happens."""
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        fields = list_fields(scope)
        place = next((n for n, field in enumerate(fields) if field.field_id_key == field_id.lower()), None)
        if place is None:
            raise NotInAccount("custom field")
        other = place + (-1 if direction == "up" else 1)
        if 0 <= other < len(fields):
            fields[place], fields[other] = fields[other], fields[place]
            for position, field in enumerate(fields, 1):
                field.position = position
            account.fields_version += 1
    return fields[other] if 0 <= other < len(fields) else fields[place]


def archive(scope, field_id):
    """Take a field out of the schema and the screens; values stay and the Field ID stays reserved."""
    return _switch(scope, field_id, archived=True)


def restore(scope, field_id):
    """Bring an archived field back, at the end of the list."""
    return _switch(scope, field_id, archived=False)


def filled_counts(scope):
    """``{field id: people who have a value}`` of all fields, one statement."""
    query = (
        scope.select(UserValue, UserValue.path, func.count(UserValue.user_seq.distinct()))
        .where(UserValue.path.like("custom.%"))
        .group_by(UserValue.path)
    )
    counted = dict(db.session.execute(query).tuples().all())
    return {field.field_id: counted.get(f"custom.{field.field_id_key}", 0) for field in list_fields(scope, None)}


def learn_choices(work, field, value):
    """Add options that the directory sent to a field that takes unknown ones."""
    items = value if isinstance(value, list) else [value]
    known = {choice.casefold() for choice in field.choices}
    new = [item for item in items if isinstance(item, str) and item.strip() and item.casefold() not in known]
    if new and len(field.choices) + len(new) <= MAXIMUM_CHOICES:
        field.choices = [*field.choices, *(item[:MAXIMUM_LINE] for item in dict.fromkeys(new))]
        db.session.get(Account, field.account_id).fields_version += 1
        work.record(FieldEdited(field.field_id, field.label, (Change("choices", None, new),)))


def has_values(scope, field):
    """Whether any person has a value of this field."""
    path = f"custom.{field.field_id_key}"
    query = scope.select(UserValue, UserValue.user_seq).where(UserValue.path == path).limit(1)
    return db.session.execute(query).first() is not None


def _switch(scope, field_id, *, archived):
    scope.require(Permission.MANAGE_FIELDS)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        field = get(scope, field_id)
        if archived != (field.archived_at is not None):
            field.archived_at = work.now if archived else None
            if not archived:
                field.position = max((known.position for known in list_fields(scope)), default=0) + 1
            account.fields_version += 1
            event = FieldArchived if archived else FieldRestored
            work.record(event(field.field_id, field.label))
    return field


def _checked_label(label):
    text = (label or "").strip()
    if not text or len(text) > 120:
        raise InvalidValue("label", "Give the field a label of 1 to 120 characters.")
    return text


def _checked_field_id(field_id, existing):
    if not FIELD_ID.fullmatch(field_id):
        hint = suggest_field_id(field_id)
        raise FieldIdInvalid(f"Start with a letter; then letters, digits and _ only, 64 at most. Try {hint}.")
    if field_id.lower() in RESERVED:
        raise FieldIdInvalid(f"“{field_id}” is a standard SCIM attribute. Choose another ID.")
    for field in existing:
        if field.field_id_key == field_id.lower():
            if field.archived_at is not None:
                raise FieldIdTaken(
                    f"{field.field_id} is taken by the archived field {field.label}. "
                    "Restore that one or choose another ID."
                )
            raise FieldIdTaken(f"{field.field_id} is taken by the field {field.label}. Choose another ID.")
    return field_id


def _checked_type(name):
    if name not in FIELD_TYPES:
        raise InvalidValue("type", f"Choose one of: {', '.join(FIELD_TYPES)}.")
    return name


def _checked_choices(type_name, choices):
    kept = list(dict.fromkeys(choice.strip() for choice in choices if choice.strip()))
    if not FIELD_TYPES[type_name].has_choices:
        if kept:
            raise InvalidValue("choices", "Only dropdown and multi-select fields have options.")
        return []
    if not kept:
        raise InvalidValue("choices", "Give at least one option, one per line.")
    if len(kept) > MAXIMUM_CHOICES or any(len(choice) > MAXIMUM_LINE for choice in kept):
        raise InvalidValue("choices", f"At most {MAXIMUM_CHOICES} options of {MAXIMUM_LINE} characters.")
    if len({choice.casefold() for choice in kept}) < len(kept):
        raise InvalidValue("choices", "Two options differ in letter case only.")
    return kept


def _checked_multi(type_name, multi_valued):
    if multi_valued and not (FIELD_TYPES[type_name].may_be_multi_valued or type_name == "multiselect"):
        raise InvalidValue("multi_valued", "Text, number, integer and multi-select fields hold several values.")
    return bool(multi_valued) and type_name != "multiselect"


def _check_edit(scope, field, wanted):
    """Check the wanted values in place. Raises InvalidValue, FieldTypeFixed."""
    type_name = _checked_type(wanted.get("type", field.type))
    if ("type" in wanted or "multi_valued" in wanted) and has_values(scope, field):
        raise FieldTypeFixed()
    if "label" in wanted:
        wanted["label"] = _checked_label(wanted["label"])
    if "type" in wanted or "choices" in wanted:
        has_choices = FIELD_TYPES[type_name].has_choices
        wanted["choices"] = _checked_choices(type_name, wanted.get("choices", field.choices) if has_choices else ())
    if "type" in wanted or "multi_valued" in wanted:
        wanted["multi_valued"] = _checked_multi(type_name, wanted.get("multi_valued", field.multi_valued))
