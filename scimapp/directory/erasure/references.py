"""References by address to an erased person: as a manager, in fields of type User, as the default of such a field, and in
audit entries about these.

A reference stays, but names the person by the user name that the erasure gave. If somebody else here has the address, it
is left alone.
"""

from sqlalchemy import Text, cast, delete, func, or_, select

from ...audit.log import AuditEntry
from ...database import db
from ..fields import custom_fields
from ..model import Account, CustomField, IndexedValue, SkippedMember, User, UserDocument
from ..people import value_index
from ..people.named_people import named_by
from ..people.profile import Profile
from ..sql.chunks import in_chunks
from ..sql.texts import contains
from ..text_keys import fold_email

CHUNK = 500  # people read at once
_ANEW = {"populate_existing": True}  # others may have changed rows that this had to wait for
_MANAGER, _MANAGER_VALUE = "manager", "enterprise.manager.value"
# What may hold an address in audit entries, beside custom fields: in entries about others, and about the person.
_RECORDED = frozenset((_MANAGER, "default_value", "skipped", "reply_to"))
_USER_NAME, _EMAILS = "userName", "emails"


def addresses_of(scope, row):
    """The texts by which others may name a person who is about to be erased: the user name and every e-mail address,
    current and former, unless somebody else has them now.
    """
    stored = scope.one(UserDocument, UserDocument.user_seq == row.seq, kind="person")
    emails = _values(Profile.load(stored).core.get(_EMAILS))
    texts = {text for text in (row.user_name, row.email, *emails, *_former(scope, row)) if text}
    named = named_by(scope, texts, removed=False)
    return {text for text in texts if text not in named or named[text].id == row.id}


def _former(scope, row):
    """The user names and e-mail addresses in the audit entries about the person."""
    told = cast(AuditEntry.changes, Text)
    names = or_(*(contains(told, f'"{field}"') for field in (_USER_NAME, _EMAILS)))
    for changes in db.session.scalars(
        scope.select(AuditEntry, AuditEntry.changes).where(AuditEntry.target_id == row.id, names)
    ):
        for change in changes:
            for value in (change["before"], change["after"]):
                if change["field"] == _USER_NAME and isinstance(value, str):
                    yield value
                elif change["field"] == _EMAILS:
                    yield from _values(value)


def _values(emails):
    return [item["value"] for item in emails or () if isinstance(item, dict) and isinstance(item.get("value"), str)]


def rename(work, addresses, name, entry_seqs):
    """Replace ``addresses`` by ``name`` in everything that others hold, and in the audit entries with these numbers."""
    if not addresses:
        return
    fields = [field for field in custom_fields.list_fields(work.scope, archived=None) if field.type == "user"]
    field_ids, keys = {field.field_id for field in fields}, {fold_email(text) for text in addresses}
    db.session.flush()
    seqs = _holders(work.scope, fields, addresses)
    for chunk in in_chunks(seqs, CHUNK):
        _rename_held(work, chunk, field_ids, keys, name)
    if any(_renamed(field.default_value, keys, name) != field.default_value for field in fields):
        _rename_defaults(work, keys, name)
    _forget_unanswered(work, keys)
    _rename_recorded(work.scope, entry_seqs, field_ids | _RECORDED, keys, name)


def _holders(scope, fields, addresses):
    """The numbers of the people who hold one of ``addresses``, lowest first."""
    paths = [value_index.CUSTOM + field.field_id_key for field in fields]
    found = {value_index.key_of(text, exact)[0] for text in addresses for exact in (False, True)}
    seqs = set()
    for path, values in (*((path, found) for path in paths), (_MANAGER_VALUE, _managers_called(scope, addresses))):
        naming = value_index.select_at(scope, path, IndexedValue.user_seq).where(IndexedValue.text_key.in_(values))
        seqs.update(db.session.scalars(naming))
    return sorted(seqs)


def _managers_called(scope, addresses):
    """The values that name a manager by one of ``addresses``. Values and index keep the case in which they were sent, so
    this compares all values that begin with the first letter in either case, and all that begin with a non-ASCII
    character, which may fold to that letter.
    """
    keys, text = {fold_email(text) for text in addresses}, IndexedValue.text_key
    starts = {form for key in keys for form in (key[0], key[0].upper()) if form.isascii()}
    ways = [(text >= start, text < chr(ord(start) + 1)) for start in sorted(starts)]
    # One query each: for an OR, SQLite would read all managers.
    searches = [value_index.select_at(scope, _MANAGER_VALUE, text).where(*way) for way in (*ways, (text >= "\x80",))]
    return {
        value for search in searches for value in db.session.scalars(search.distinct()) if fold_email(value) in keys
    }


def _rename_held(work, seqs, field_ids, keys, name):
    same_person = (UserDocument.account_id == User.account_id) & (UserDocument.user_seq == User.seq)
    query = work.scope.select(User, User, UserDocument).join(UserDocument, same_person).where(User.seq.in_(seqs))
    query = query.order_by(User.seq).with_for_update(of=(User, UserDocument), key_share=True)  # as in ``person_rows``
    for row, stored in db.session.execute(query, execution_options=_ANEW):
        before = Profile.load(stored)
        manager = {key: _renamed(value, keys, name) for key, value in before.enterprise.items() if key == _MANAGER}
        custom = {key: _renamed(value, keys, name) for key, value in before.custom.items() if key in field_ids}
        after = before.merged((), manager, custom)
        after.store(stored)
        value_index.write(work, row.seq, *after.entries_beside(before))
        work.touch(row)
    db.session.flush()


def _rename_defaults(work, keys, name):
    account = work.lock_account()
    fields = work.scope.select(CustomField).where(CustomField.type == "user")
    for field in db.session.scalars(fields, execution_options=_ANEW):
        field.default_value = _renamed(field.default_value, keys, name)
    custom_fields.note_change(work, account)


def _forget_unanswered(work, keys):
    """Delete the address where it refers to no person: among skipped members, and as reply address of the account's mails."""
    skipped = (SkippedMember.account_id == work.scope.account_id, func.lower(SkippedMember.value).in_(keys))
    db.session.execute(delete(SkippedMember).where(*skipped))
    told = db.session.scalar(select(Account.reply_to).where(Account.id == work.scope.account_id))
    if told is not None and fold_email(told) in keys:
        work.lock_account().reply_to = None


def _rename_recorded(scope, seqs, names, keys, name):
    """Replace addresses in audit entries about others, in the attributes ``names``."""
    for entry in entries_of(scope, seqs):
        entry.changes = [
            _renamed(change, keys, name) if change["field"] in names else change for change in entry.changes
        ]


def entries_of(scope, seqs):
    """The audit entries with these numbers that list changes, locked: two people being erased may be in the same entry."""
    for chunk in in_chunks(seqs, CHUNK):
        query = scope.select(AuditEntry).where(AuditEntry.seq.in_(chunk), AuditEntry.changes.is_not(None))
        yield from db.session.scalars(query.order_by(AuditEntry.seq).with_for_update(), execution_options=_ANEW)


def _renamed(value, keys, name):
    """A JSON value in which ``name`` replaces every text that is an address in ``keys``."""
    if isinstance(value, str):
        return name if fold_email(value) in keys else value
    if isinstance(value, dict):
        return {key: _renamed(item, keys, name) for key, item in value.items()}
    return [_renamed(item, keys, name) for item in value] if isinstance(value, list) else value
