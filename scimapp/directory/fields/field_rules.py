"""Rules for the definition of a custom field: its label, Field ID, type, options and default."""

import re

from msgspec import Struct

from ...texts import normal
from ..errors import FieldIdInvalid, FieldIdTaken, InvalidValue
from ..lines import line_of, one_of
from ..people.named_people import check_typed
from ..text_keys import fold_option
from ..words import say
from .field_types import FIELD_TYPES, MAXIMUM_LINE, accept

FIELD_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# Words with a meaning in SCIM, reserved so that nobody maps a field to a standard attribute by accident.
RESERVED = frozenset(
    "schemas id externalid meta groups members roles active username password bulkid name displayname nickname "
    "profileurl title usertype preferredlanguage locale timezone emails phonenumbers ims photos addresses "
    "entitlements x509certificates employeenumber costcenter organization division department manager".split()
)
MAXIMUM_CHOICES = 500
SHAPE = ("type", "choices", "multi_valued", "default_value")  # these together decide whether a default is valid


class _Shape(Struct, frozen=True):
    """What ``field_types.accept`` needs to know of a field that does not exist yet."""

    field_id: str
    type: str
    choices: list
    multi_valued: bool


def suggest_field_id(label):
    """A Field ID made from a label: "Cost centre (old)" becomes ``cost_centre_old``."""
    plain = normal("NFKD", label).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_").lower()
    return (words if words[:1].isalpha() else f"field_{words}".rstrip("_"))[:64]


def checked_label(label):
    """The label to store. Raises InvalidValue."""
    text = line_of("label", label or "")
    if not text or len(text) > 120:
        raise InvalidValue("label", say("Give the field a label of 1 to 120 characters."))
    return text


def checked_field_id(field_id, existing):
    """The Field ID, if no ``existing`` field has it. Raises FieldIdInvalid, FieldIdTaken."""
    if not FIELD_ID.fullmatch(field_id):
        raise FieldIdInvalid(
            say(
                "Start with a letter; then letters, digits and _ only, 64 at most. Try %(hint)s.",
                hint=suggest_field_id(field_id),
            )
        )
    if field_id.lower() in RESERVED:
        raise FieldIdInvalid(say("“%(id)s” is a standard SCIM attribute. Choose another ID.", id=field_id))
    for field in existing:
        if field.field_id_key == field_id.lower():
            names = {"id": field.field_id, "label": field.label}
            if field.archived_at is None:
                raise FieldIdTaken(say("%(id)s is taken by the field %(label)s. Choose another ID.", **names))
            text = "%(id)s is taken by the archived field %(label)s. Restore that one or choose another ID."
            raise FieldIdTaken(say(text, **names))
    return field_id


def checked_choices(type_name, choices):
    """The options to store, in order and without duplicates. Raises InvalidValue."""
    kept = list(dict.fromkeys(line_of("choices", choice) for choice in choices if choice.strip()))
    if not FIELD_TYPES[type_name].has_choices:
        if kept:
            raise InvalidValue("choices", say("Only dropdown and multi-select fields have options."))
        return []
    if not kept:
        raise InvalidValue("choices", say("Give at least one option, one per line."))
    if len(kept) > MAXIMUM_CHOICES or any(len(choice) > MAXIMUM_LINE for choice in kept):
        limits = {"num": MAXIMUM_CHOICES, "length": MAXIMUM_LINE}
        raise InvalidValue("choices", say("At most %(num)s options of %(length)s characters.", **limits))
    if len({fold_option(choice) for choice in kept}) < len(kept):
        raise InvalidValue("choices", say("Two options differ in letter case only."))
    return kept


def checked_multi(type_name, multi_valued):
    """Whether a field of this type holds several values. Raises InvalidValue."""
    if multi_valued and not (FIELD_TYPES[type_name].may_be_multi_valued or type_name == "multiselect"):
        text = say("Text, number, integer and multi-select fields hold several values.")
        raise InvalidValue("multi_valued", text)
    return bool(multi_valued) and type_name != "multiselect"


def checked_shape(draft):
    """``(options, whether it is multi-valued)`` for a draft. Raises InvalidValue."""
    choices = checked_choices(one_of(FIELD_TYPES, "type", draft.type), draft.choices)
    return choices, checked_multi(draft.type, draft.multi_valued)


def checked_default(scope, type_name, choices, multi_valued, value):
    """The default as stored, None for none. Raises InvalidValue for ``default_value``."""
    shape = _Shape("default_value", type_name, choices, multi_valued)
    accepted = accept(shape, value)
    check_typed(scope, shape, accepted)
    return accepted


def check_audience(people_may_edit, admins_only):
    """Raise InvalidValue for a field that people may edit but not see."""
    if people_may_edit and admins_only:
        raise InvalidValue("people_may_edit", say("People cannot edit what only administrators see."))
