"""Values of custom fields on their way into a person: checked once, here, whichever door they came through.

What taking a value in asks of the fields is kept in memory, by the version of the account's fields.
"""

from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, update

from ...database import flush
from ...database.statements import Prepared
from ..errors import InvalidValue
from ..events import Change, FieldEdited
from ..model import CustomField
from ..scope import own_rows
from ..sql_text import among, json_list
from ..text_keys import fold_option
from . import custom_fields
from .field_rules import MAXIMUM_CHOICES
from .field_types import accept

_KEPT_ACCOUNTS = 256
_KEPT_NOTES = 5_000  # of fields
_noted = {}  # (account id, number of a field) → the Work that noted it last
_NOTED_EVERY = timedelta(minutes=1)
_ASKED = ("seq", "field_id", "field_id_key", "label", "type", "choices", "multi_valued", "unknown_choice")
_LIVE = Prepared(
    own_rows(CustomField, *(getattr(CustomField, name) for name in _ASKED)).where(CustomField.archived_at.is_(None))
)
_NOTE_RECEIVED = Prepared(
    update(CustomField)
    .where(
        CustomField.account_id == bindparam("in_account"),
        among(CustomField.seq, bindparam("seqs")),
        CustomField.last_received_at.is_(None) | (CustomField.last_received_at < bindparam("long_ago")),
    )
    .values(last_received_at=bindparam("now"))
)


def accept_custom(work, values):
    """``{field id: value}`` with canonical Field IDs and stored values; None clears. Raises InvalidValue."""
    if not values:
        return {}
    fields = _fields(work)
    accepted = _accepted(work, fields, values)
    if _may_change_type(work, fields, accepted):
        work.lock_account()  # whoever changes a type waits until the value is there, or has changed it
        work.forget_rules()
        accepted = _accepted(work, fields := _fields(work), values)
    if work.scope.actor.is_token:
        _note_received(work, [fields.by_key[name.lower()].seq for name in values])
    return accepted


def _accepted(work, fields, values):
    accepted = {}
    for name, value in values.items():
        field = fields.by_key.get(name.lower())
        if field is None:
            raise InvalidValue(name, "there is no such custom field.")
        if field.unknown_choice == "add":
            field = _with_choices(work, field, value)
        accepted[field.field_id] = accept(field, value)
    return accepted


def _may_change_type(work, fields, accepted):
    """Whether some of these values are the first of their field, whose type may change as long as there is none. One statement
    until there is one, then none.
    """
    unsure = {name.lower() for name, value in accepted.items() if value is not None} - fields.with_values
    if not unsure or work.writes_alone or work.changes_fields:
        return False
    fields.with_values.update(custom_fields.filled_counts(work.scope))
    return not unsure <= fields.with_values


class _Fields(NamedTuple):
    """The live fields by their lower-case Field IDs, and the IDs of those that somebody has been seen to have a value of."""

    by_key: dict
    with_values: set


def _fields(work):
    if work.changes_fields:  # nobody else sees them yet, and they may be undone
        flush()
        return _kept.__wrapped__(work.scope.account_id, None)
    return _kept(work.scope.account_id, work.account.fields_version)


@lru_cache(_KEPT_ACCOUNTS)
def _kept(account_id, _fields_version):
    return _Fields({field.field_id_key: field for field in _LIVE.all(account_id=account_id)}, set())


def _with_choices(work, field, value):
    """The field with the options that the directory sent and that it did not have yet."""
    if not _unknown(field, value):
        return field
    account = work.lock_account()  # whoever learns another option at this moment waits, or one of the two would be lost
    field = work.scope.one(CustomField, CustomField.seq == field.seq, kind="custom field", for_update=True)
    new = _unknown(field, value)
    if new:
        field.choices = [*field.choices, *new]
        custom_fields.note_change(work, account)
        work.record(FieldEdited(field.field_id, field.label, (Change("choices", None, new),)))
    return field


def _unknown(field, value):
    """The options of a value that a field does not have, each in one spelling; none where it has no room for all of them."""
    known, new = {fold_option(choice) for choice in field.choices}, []
    for item in value if isinstance(value, list) else [value]:
        text = item.strip() if isinstance(item, str) else ""
        if text and fold_option(text) not in known:
            known.add(fold_option(text))
            new.append(text)
    return new if len(known) <= MAXIMUM_CHOICES else []


def _note_received(work, seqs):
    """Note when the directory sent values of fields last, to the minute."""
    long_ago = work.now - _NOTED_EVERY
    account_id = work.scope.account_id
    due = [seq for seq in seqs if not _is_noted((account_id, seq), long_ago, work.now)]
    if not due:
        return
    _NOTE_RECEIVED.send(in_account=account_id, seqs=json_list(due), now=work.now, long_ago=long_ago)
    if len(_noted) > _KEPT_NOTES:
        _noted.clear()
    _noted.update({(account_id, seq): work for seq in due})


def _is_noted(field, long_ago, now):
    """Whether a unit that was kept noted the field since ``long_ago``; a clock that was set back is no reason to wait."""
    unit = _noted.get(field)
    return unit is not None and unit.is_kept and long_ago <= unit.now <= now
