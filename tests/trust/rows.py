"""What an account has in the database, to show that nothing of it was changed."""

import hashlib

from sqlalchemy import or_, select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.calls import call_log
from scimapp.directory.model import IndexedPath, IndexedValue, User

# What a look leaves: when somebody was last seen.
_SEEN = {"user_sessions": {"last_seen_at"}, "scim_tokens": {"last_used_at", "last_used_address", "last_used_agent", "last_used_summary"}}  # fmt: skip


def fingerprint(account_id, leaving_out=()):
    """``{table: digest}`` of the rows of an account, without those tables."""
    assert AuditEntry.__table__ in db.metadata.sorted_tables
    db.session.rollback()
    call_log.flush()  # calls that were made before are written whenever somebody looks
    prints = {}
    for table in db.metadata.sorted_tables:
        is_its = _belongs_to(account_id, table)
        if is_its is None or table.name in leaving_out:
            continue
        columns = [column for column in table.columns if column.name not in _SEEN.get(table.name, ())]
        rows = db.session.execute(select(*columns).where(is_its)).all()
        prints[table.name] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
    db.session.rollback()
    return prints


def _belongs_to(account_id, table):
    """The condition on the rows of an account; None for a table that has none."""
    if table is IndexedValue.__table__:
        at_its_paths = table.c.path_number.in_(select(IndexedPath.number).where(IndexedPath.account_id == account_id))
        return or_(at_its_paths, table.c.user_seq.in_(select(User.seq).where(User.account_id == account_id)))
    owner = table.c.id if table.name == "accounts" else table.c.get("account_id")
    return None if owner is None else owner == account_id
