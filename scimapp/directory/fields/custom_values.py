"""Incoming values of custom fields: checked once, here, whichever front they came through.

The fields that this check needs are cached by the version of the account's fields in one database.
"""

from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, update

from ...database import flush, origin
from ...database.statements import Prepared
from ..errors import InvalidValue
from ..events import Change, FieldEdited
from ..model import CustomField
from ..scope import own_rows
from ..sql.lists import among, json_list
from ..text_keys import fold_option
from . import custom_fields
from .field_rules import MAXIMUM_CHOICES
from .field_types import accept
from .shared_moments import SharedMoments

_KEPT_ACCOUNTS = 256
_KEPT_NOTES = 5_000  # fields noted at most
_noted = {}  # (account id, number of a field) → the Work that last noted it
_NOTED_EVERY = timedelta(minutes=1)
_refused = SharedMoments()  # when a process of this server last refused a value that a directory sent to an account
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
    """``{Field ID: value}`` with canonical Field IDs and values as stored; None clears. Raises InvalidValue."""
    if not values:
        return {}
    fields = _fields(work)
    accepted = _accepted(work, fields, values)
    if _may_change_type(work, fields, accepted):
        work.lock_account()  # a change of the type now waits for the value, or is seen below
        work.forget_rules()
        accepted = _accepted(work, fields := _fields(work), values)
    if work.scope.actor.is_token:
        _note_received(work, [fields.by_key[name.lower()].seq for name in values])
    return accepted


def note_refusal(account_id, at):
    """Have the next good value of each field of the account noted, however young its last note is: it ends the warning of
    the value that was refused ``at`` this moment. All processes of a server are told, other servers on the database are not.
    """
    _refused.note(account_id, at)


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
    """Whether some of these values are the first of their field, whose type may change until there is one. One statement
    until all their fields have values, then none.
    """
    if work.writes_alone or work.changes_fields:
        return False
    unsure = {name.lower() for name, value in accepted.items() if value is not None} - fields.with_values
    if not unsure:
        return False
    fields.with_values.update(custom_fields.filled_counts(work.scope))
    return not unsure <= fields.with_values


class _Fields(NamedTuple):
    """The live fields by lower-case Field ID, and the IDs of those that are known to have values."""

    by_key: dict
    with_values: set


def _fields(work):
    if work.changes_fields:  # nobody else sees them yet, and they may be rolled back
        flush()
        return _kept.__wrapped__(work.scope.account_id, None, None)
    return _kept(work.scope.account_id, work.account.fields_version, origin())


@lru_cache(_KEPT_ACCOUNTS)
def _kept(account_id, _fields_version, _origin):
    return _Fields({field.field_id_key: field for field in _LIVE.all(account_id=account_id)}, set())


def _with_choices(work, field, value):
    """The field with the options added that the directory sent and that it did not have."""
    if not _unknown(field, value):
        return field
    account = work.lock_account()  # whoever adds another option now waits, or one of the two would be lost
    field = work.scope.one(CustomField, CustomField.seq == field.seq, kind="custom field", for_update=True)
    new = _unknown(field, value)
    if new:
        field.choices = [*field.choices, *new]
        custom_fields.note_change(work, account)
        work.record(FieldEdited(field.field_id, field.label, (Change("choices", None, new),)))
    return field


def _unknown(field, value):
    """The options of a value that the field lacks, each in one spelling; none if the field has no room for all of them."""
    known, new = {fold_option(choice) for choice in field.choices}, []
    for item in value if isinstance(value, list) else [value]:
        text = item.strip() if isinstance(item, str) else ""
        if text and fold_option(text) not in known:
            known.add(fold_option(text))
            new.append(text)
    return new if len(known) <= MAXIMUM_CHOICES else []


def _note_received(work, seqs):
    """Note, to the minute, when the directory last sent values of fields; at once after a refused value."""
    account_id = work.scope.account_id
    long_ago = max(work.now - _NOTED_EVERY, _refused.last(account_id))
    due = [seq for seq in seqs if not _is_noted((account_id, seq), long_ago, work.now)]
    if not due:
        return
    _NOTE_RECEIVED.send(in_account=account_id, seqs=json_list(due), now=work.now, long_ago=long_ago)
    if len(_noted) > _KEPT_NOTES:
        _noted.clear()
    _noted.update({(account_id, seq): work for seq in due})


def _is_noted(field, long_ago, now):
    """Whether a committed unit noted the field since ``long_ago``. Notes from the future, by a wrong clock, do not count."""
    unit = _noted.get(field)
    return unit is not None and unit.is_kept and long_ago <= unit.now <= now
