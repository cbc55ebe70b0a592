"""Caches what was read from SQLite for as long as nobody has written.

A connection of SQLite has a number that tells whether any other one, in this or another process, has committed. Asking
for it costs a fifth of reading a row of three tables again.
"""

from .held_connections import at_hand, run

_READ = "scimapp.read_since_change"  # key in a connection's info: ``(mark, {key: result read since})``
_NOTHING = None, None


def unless_unchanged(key, read):
    """The result of ``read()``, or its earlier result under this key if nobody has committed anything since.

    Results other than None are kept with the connection at hand until something is written; use few keys. Always reads on
    Postgres, which has no such number, and within ``writing``, where uncommitted changes are visible.
    """
    held = at_hand()
    if held.is_writing or held.engine.dialect.name != "sqlite":
        return read()
    (version,) = run("PRAGMA data_version", held=held).fetchone()
    mark = version, held.connection.total_changes  # what others committed, and what this connection wrote itself
    known, kept = held.pooled.info.get(_READ, _NOTHING)
    if known != mark:
        kept = {}
        held.pooled.info[_READ] = mark, kept
    found = kept.get(key)
    if found is None and (found := read()) is not None:
        kept[key] = found
    return found
