"""What an account is, as one value: if a refused request changed anything, it differs."""

import sqlite3

from scimapp.database import db

# Notes about requests, not what they are about: the log, the last use, sessions and their attempts.
NOTES = frozenset(("scim_calls", "scim_call_bodies", "scim_call_hours", "failed_attempts", "link_requests", "setup_links", "user_sessions",
                   "deactivation_guards"))  # fmt: skip
NOTED = frozenset(("first_used_at", "last_used_at", "last_used_address", "last_used_agent", "last_used_summary", "last_sign_in_at",
                   "last_push_at", "last_push_token_label", "last_push_sent", "last_push_skipped"))  # fmt: skip
# Whose a row is where it does not say so itself.
OWNED_BY = {
    "accounts": "id = '{0}'",
    "indexed_values": "path_number IN (SELECT number FROM value_paths WHERE account_id = '{0}')",
}
# A refusal is recorded where the audit trail wants it (a sign-in that failed, a role that may not).
REFUSALS_ARE_RECORDED = frozenset(("audit_entries",))


def fingerprint(account_id, leaving_out):
    """One number for all rows of an account, apart from notes. Only within one process are two of them comparable.

    It is made after nearly every request of a storm, so nothing is done row by row: the driver's rows as a set, hashed.
    """
    told = []
    with db.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        for table in db.metadata.sorted_tables:
            if table.name in NOTES or table.name in leaving_out:
                continue
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in NOTED)
            mine = OWNED_BY.get(table.name, "account_id = '{0}'").format(account_id)
            rows = driver.execute(f'SELECT {columns} FROM "{table.name}" WHERE {mine}').fetchall()
            told.append((table.name, len(rows), frozenset(rows)))
    return hash(tuple(told))


class Watch:
    """Whether requests that were refused changed an account. ``skipped`` counts those that nobody can tell of.

    The rows are read only when the database says that somebody wrote, be it a note; most refusals write nothing. SQLite
    tells of commits, so after a request that was done they are read with the next refusal that commits something: the one
    that is skipped. Postgres tells of changes that were undone as well, so they are read at once.
    """

    def __init__(self, account_id, leaving_out=frozenset()):
        self._rows = lambda: fingerprint(account_id, leaving_out)
        self._file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
        self._look = sqlite3.connect(self._file) if self._file else None
        self._before, self._written, self.skipped = self._rows(), self._moment(), 0

    def done(self):
        """A request was done: the account is another one now."""
        self._before, self._written = None if self._look else self._rows(), self._moment()

    def is_as_before(self):
        """Whether the request that was refused just now changed nothing."""
        written, self._written = self._written, self._moment()
        if written == self._written:
            return True
        before, self._before = self._before, self._rows()
        self.skipped += before is None
        return before is None or before == self._before

    def close(self):
        if self._look:
            self._look.close()

    def _moment(self):
        """What differs once anything was committed: by others than the one who looks (SQLite), or begun to be (Postgres)."""
        if self._look:
            return self._look.execute("PRAGMA data_version").fetchone()
        with db.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())").scalar()
