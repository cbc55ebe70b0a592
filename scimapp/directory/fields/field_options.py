"""Options of dropdowns and multi-selects: who has which, and moving people from a removed option to another one.

A value whose option was removed stays with the person; screens mark it as no longer offered.
"""

import orjson
from sqlalchemy import bindparam, delete, func, update

from ...database import db
from .. import clock
from ..events import Change, UserUpdated
from ..model import IndexedValue, User, UserDocument
from ..people import value_index
from ..sql.chunks import in_chunks
from ..text_keys import fold_option

CHUNK = 500  # people rewritten in one round of statements


def counts(scope, field):
    """``{option: number of people who have it}`` for the options of a field. One statement."""
    people = func.count(IndexedValue.user_seq.distinct())
    query = value_index.select_at(scope, _path_of(field), IndexedValue.text_key, people).group_by(IndexedValue.text_key)
    by_key = dict(db.session.execute(query).tuples().all())
    return {option: by_key.get(_key(option), 0) for option in field.choices}


def removed(field, choices):
    """The options of a field that a new list leaves out; an option in another spelling is not left out."""
    kept = {fold_option(choice) for choice in choices}
    return [choice for choice in field.choices if fold_option(choice) not in kept]


def respelled(before, after):
    """``{old: new}`` for options that changed only in letter case."""
    new = {fold_option(choice): choice for choice in after}
    return {choice: new[fold_option(choice)] for choice in before if new.get(fold_option(choice), choice) != choice}


def move_values(work, field, moves):
    """Give the people who have an option in ``moves`` the one it maps to, recorded in their history, in chunks.

    This includes values that a directory manages, since the option is renamed for everybody. The directory takes the
    value over again when it next sends one.
    """
    by_key = {_key(old): new for old, new in moves.items()}
    having = value_index.select_at(work.scope, _path_of(field), IndexedValue.user_seq.distinct())
    seqs = sorted(db.session.scalars(having.where(IndexedValue.text_key.in_(by_key))))
    db.session.flush()
    for chunk in in_chunks(seqs, CHUNK):
        _move_chunk(work, field, by_key, chunk)
    db.session.expire_all()  # rows read before have old values
    return len(seqs)


def _move_chunk(work, field, by_key, seqs):
    scope = work.scope
    query = (
        scope.select(User, User.seq, User.id, User.display_name, UserDocument.custom)
        .join(UserDocument, (UserDocument.account_id == User.account_id) & (UserDocument.user_seq == User.seq))
        .where(User.seq.in_(seqs))
        .order_by(User.seq)
        .with_for_update(of=(User, UserDocument), key_share=True)  # as in ``person_rows``
    )
    texts, entries = [], {}
    for row in db.session.execute(query).all():
        custom = orjson.loads(row.custom or b"{}")
        before = custom.get(field.field_id)
        if before is None:
            continue  # removed while this waited for the row
        after = custom[field.field_id] = _moved(before, by_key)
        texts.append({"seq": row.seq, "text": orjson.dumps(custom).decode()})
        entries[row.seq] = value_index.entries({}, {}, {field.field_id: after})
        work.record(UserUpdated(row.id, row.display_name, (Change(field.field_id, before, after),)))
    if entries:
        _write(work, field, list(entries), texts, entries)


def _write(work, field, seqs, texts, entries):
    account_id = work.scope.account_id
    document = UserDocument.__table__
    mine = (UserDocument.account_id == account_id, UserDocument.user_seq == bindparam("seq"))
    db.session.connection().execute(update(document).where(*mine).values(custom=bindparam("text")), texts)
    # Everybody who had a value still has one, so the kept count of the field does not change.
    here = value_index.at(work.scope, _path_of(field))
    db.session.execute(delete(IndexedValue).where(here, IndexedValue.user_seq.in_(seqs)), execution_options=_UNSYNCED)
    value_index.put(work.scope, entries)
    people = update(User).where(User.account_id == account_id, User.seq.in_(seqs))
    touched = {"version": User.version + 1, "updated_at": clock.later_of(User.updated_at, work.now)}
    db.session.execute(people.values(**touched), execution_options=_UNSYNCED)


_UNSYNCED = {"synchronize_session": False}  # all session rows are expired at the end


def _moved(value, by_key):
    if isinstance(value, list):
        return list(dict.fromkeys(_moved(item, by_key) for item in value))
    return by_key.get(_key(value), value)


def _path_of(field):
    return value_index.CUSTOM + field.field_id_key


def _key(option):
    return value_index.key_of(option)[0]
