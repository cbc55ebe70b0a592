"""Caches what was read from SQLite for as long as nobody has written what it comes from.

A connection of SQLite has a number that tells whether any other one, in this or another process, has committed. Asking
for it costs a fifth of reading a row of three tables again. Of what the connection has written itself it is known which
columns that were (decision 0149).
"""

from ..held_connections import at_hand, run

_READ = "scimapp.read_since_change"  # key in a connection's info: ``(mark, {key: (columns, result read since)})``
_NOTHING = None, None
VERSION = "PRAGMA data_version"  # changes when another connection, of whichever process, has committed


def unless_unchanged(key, statement, read):
    """The result of ``read()``, or its earlier result under this key if nobody has committed anything since that it may
    come from. ``statement`` is the Prepared that reads it.

    Results other than None are kept with the connection at hand until something is written; use few keys. Always reads on
    Postgres, which has no such number, and within ``writing`` once something was changed, as that is visible and not committed.
    """
    held = at_hand()
    if held.engine.dialect.name != "sqlite":
        return read()
    (version,) = run(VERSION, held=held).fetchone()
    mark = version, held.connection.total_changes  # what others committed, and what this connection wrote itself
    if held.is_writing:
        held.version = version
        if held.connection.total_changes != held.changes:
            return read()
    known, kept = held.pooled.info.get(_READ, _NOTHING)
    if known != mark:
        kept = {}
        held.pooled.info[_READ] = mark, kept
    _, found = kept.get(key, _NOTHING)
    if found is None and (found := read()) is not None:
        kept[key] = statement.reads, found
    return found


def keep_beside(pooled, before, after, touched):
    """After a commit on a connection of SQLite: keep what was read when the transaction began, but for what comes from a
    column in one of the ``touched`` sets. ``before`` and ``after`` are the marks.
    """
    known, kept = pooled.info.get(_READ, _NOTHING)
    if known == before and after != before:
        pooled.info[_READ] = after, {key: one for key, one in kept.items() if all(map(one[0].isdisjoint, touched))}
