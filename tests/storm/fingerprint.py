"""What an account is, as one value: if a refused request changed anything, it differs."""

import hashlib

from scimapp.database import db

# Notes about requests, not what they are about: the log, the last use, sessions and their attempts.
NOTES = frozenset(("scim_calls", "scim_call_bodies", "scim_call_hours", "failed_attempts", "link_requests", "setup_links", "user_sessions",
                   "deactivation_guards"))  # fmt: skip
NOTED = frozenset(("first_used_at", "last_used_at", "last_used_address", "last_used_agent", "last_used_summary", "last_sign_in_at",
                   "last_push_at", "last_push_token_label", "last_push_sent", "last_push_skipped"))  # fmt: skip
# A refusal is recorded where the audit trail wants it (a sign-in that failed, a role that may not).
REFUSALS_ARE_RECORDED = frozenset(("audit_entries",))


def fingerprint(account_id, leaving_out=frozenset()):
    """A digest of all rows of an account, apart from notes."""
    told = hashlib.blake2b(digest_size=16)
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            if table.name in NOTES or table.name in leaving_out:
                continue
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in NOTED)
            mine = "id" if table.name == "accounts" else "account_id"
            rows = connection.exec_driver_sql(f"SELECT {columns} FROM \"{table.name}\" WHERE {mine} = '{account_id}'")
            for row in sorted(map(repr, rows)):
                told.update(f"{table.name} {row}\n".encode("utf-8", "surrogatepass"))
    return told.hexdigest()
