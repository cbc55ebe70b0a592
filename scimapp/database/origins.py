"""Tells apart the databases that a process meets under one address: before and after a failover, or a restore beneath it.

What is kept in memory is valid for numbers that the database counts up. Another database may have counted as far by other
changes, such as a standby that lacked the last of them when it was promoted. So what is kept is kept for one origin
(``held_connections.origin``). A connection never changes over to another server or file.
"""

KEY = "scimapp.origin"  # in ``info`` of a pooled connection
# The server and its start, the database, and one of its tables.
_OF_POSTGRES = (
    "SELECT concat_ws(' ', pg_postmaster_start_time(), to_regclass('users')::oid, oid)"
    " FROM pg_database WHERE datname = current_database()"
)


def note_postgres(connection, record):
    """Note in a pool's ``record`` where its new ``connection`` of psycopg leads to. Raises the driver's errors."""
    record.info[KEY] = connection.execute(_OF_POSTGRES).fetchone()[0]
    connection.rollback()
