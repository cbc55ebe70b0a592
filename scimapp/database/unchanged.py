"""What was read from SQLite, used again for as long as nobody has written.

A connection of SQLite tells by one number whether another one has committed anything, in this process or in another, for a fifth of what
it costs to read a row of three tables again.
"""

from .transactions import at_hand, run

_READ = "scimapp.read_since_change"  # of a connection: ``(mark, {key: what was read since})``
_NOTHING = None, None


def unless_unchanged(key, read):
    """What ``read()`` gives or, where nothing was committed since by anybody, what it gave under this key.

    Kept with the connection at hand, but for None, until something is written; there are to be few keys. It is read each time on Postgres,
    which tells no such thing, and within ``writing``, where more may be seen than is committed.
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
