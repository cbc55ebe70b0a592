"""Plans what a cell of a row sets: compares the cell with the stored value and checks it.

Cells with what exports write for the stored value change nothing, and values that a directory owns are left as they are.
``import_cells_of_others`` does the same for cells that name other people or groups.
"""

from ...texts import fold_user_name
from .. import addresses
from ..errors import DirectoryError, InvalidValue
from ..fields.field_types import display
from ..people import ownership, phone_numbers
from ..policies import guard_role_given
from ..roles import Role
from ..text_keys import fold_email
from ..words import say
from . import import_cells_of_others
from .import_columns import EMAIL, EXTERNAL_ID
from .import_values import custom_value, one_line, role_of, says_the_same, shown

_NAMES = {"given_name": "givenName", "family_name": "familyName"}


def take(row, key, text):
    """Plan in a PlannedRow what the cell of the column ``key`` sets; refuse in its plan what is invalid."""
    target = row.frame.targets[key]
    taker = _TAKERS.get(key) or (_custom if target.field is not None else _plain)
    try:
        taker(row, target, text)
    except InvalidValue as error:
        row.refuse(key, error.reason)
    except DirectoryError as error:
        row.refuse(key, error.message)


def refuse_taken(row, holder):
    """Refuse the address of somebody else. Raises InvalidValue."""
    if holder is not None and holder is not row.person:
        raise InvalidValue(EMAIL, say("This address belongs to %(person)s already.", person=holder.display_name))


def _plain(row, target, text):
    stored = getattr(row.before, target.part).get(target.attribute)
    if text != shown(stored) and not row.is_left(target):
        row.set(target, one_line(text), stored, text)


def _name(row, target, text):
    stored = row.before.core.get("name") or {}
    part = _NAMES[target.key]
    if text == shown(stored.get(part)) or row.is_left(target):
        return
    # The formatted name would keep showing the old name.
    kept = {name: value for name, value in stored.items() if name != "formatted"}
    name = row.parts["core"].get("name", kept) | {part: one_line(text)}
    row.set(target, name, stored.get(part), text)


def _shown_name(row, target, text):
    if row.person is not None and text == shown(row.person.display_name):
        return
    if not row.is_left(target):
        row.set(target, one_line(text), row.person and row.person.display_name, text)


def _email(row, target, text):
    key = fold_email(text)
    if row.person is not None and key == row.person.email_key:
        return
    locked = "userName" if not row.before.core.get("emails") else None
    if row.person is not None and row.is_left(target, locked):
        return
    complaint = addresses.complaint(text)
    if complaint:
        raise InvalidValue(EMAIL, complaint)
    refuse_taken(row, row.here.by_email.get(key))
    row.plan.write["email"] = text
    row.change(target, row.person and row.person.email, text)


def _user_name(row, target, text):
    stored = row.before.core.get("userName")
    if text == shown(stored) or (row.person is not None and row.is_left(target)):
        return
    holder = row.here.by_user_name.get(fold_user_name(text))
    if holder is not None and holder is not row.person:
        raise _belongs_to(holder, "user_name", text)
    row.set(target, one_line(text), stored, text)


def _phone(row, target, text):
    numbers = row.before.core.get("phoneNumbers") or []
    if any(shown(item.get("value")) == text for item in numbers) or row.is_left(target):
        return
    before = (phone_numbers.chosen(numbers) or {}).get("value")
    row.set(target, phone_numbers.with_number(numbers, one_line(text)), before, text)


def _role(row, target, text):
    role = role_of(row.frame, text)
    if row.person is None:
        guard_role_given(row.frame.scope, role)
        row.plan.write["role"] = role.value
    elif role.value not in (row.person.role, row.person.given_role):
        row.plan.write["role"] = role.value
        row.change(target, Role(row.person.given_role).label, role.label)


def _external_id(row, target, text):
    present = row.person.external_id if row.person else None
    if text == shown(present):
        return
    if row.person is not None and ownership.is_managed(row.person):
        row.leave(target)
        return
    connection_id = row.person.connection_id if row.person else None
    for holder in row.here.by_external_id.get(text, ()):
        if holder is not row.person and holder.connection_id == connection_id:
            raise _belongs_to(holder, EXTERNAL_ID, text)
    row.plan.write[EXTERNAL_ID] = one_line(text)
    row.change(target, present, text)


def _belongs_to(holder, key, text):
    sentence = say("“%(name)s” belongs to %(person)s already.", name=text, person=holder.display_name)
    return InvalidValue(key, sentence)


def _custom(row, target, text):
    stored = row.before.custom.get(target.attribute)
    if says_the_same(target.field, stored, row.frame.word(text)) or says_the_same(target.field, stored, text):
        return
    if target.field.type == "user" and row.here.is_same(text, stored):
        return
    if row.is_left(target):
        return
    value = custom_value(row.frame, target.field, text)
    if value is not None and value != stored:
        row.set(target, value, display(target.field, stored), display(target.field, value))


_TAKERS = {
    "given_name": _name,
    "family_name": _name,
    "display_name": _shown_name,
    EMAIL: _email,
    "user_name": _user_name,
    "phone": _phone,
    "manager": import_cells_of_others.manager,
    "role": _role,
    EXTERNAL_ID: _external_id,
    "groups": import_cells_of_others.groups,
}
