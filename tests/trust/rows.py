"""What an account has in the database, to show that nothing of it was changed."""

import hashlib

from sqlalchemy import select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory import call_log

# What a look leaves: when somebody was last seen.
_SEEN = {"user_sessions": {"last_seen_at"}, "scim_tokens": {"last_used_at", "last_used_address", "last_used_agent", "last_used_summary"}}  # fmt: skip


def fingerprint(account_id, leaving_out=()):
    """``{table: digest}`` of the rows of an account, without those tables."""
    assert AuditEntry.__table__ in db.metadata.sorted_tables
    db.session.rollback()
    call_log.flush()  # calls that were made before are written whenever somebody looks
    prints = {}
    for table in db.metadata.sorted_tables:
        owner = table.columns.get("account_id")
        if table.name == "accounts":
            owner = table.columns.id
        if owner is None or table.name in leaving_out:
            continue
        columns = [column for column in table.columns if column.name not in _SEEN.get(table.name, ())]
        rows = db.session.execute(select(*columns).where(owner == account_id)).all()
        prints[table.name] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
    db.session.rollback()
    return prints
