"""Statistics of the tables, for Postgres: it plans by them, and keeps a plan until they are collected anew.

An account that they do not know is expected to have one row in each table, and a plan from when a table had a page expects a
page. Both then compare everybody with everybody: 30 seconds for 10,000 people. Autovacuum collects statistics within a minute
or more of a tenth more rows, which is too late for a push, and no help to a small account beside a large one.
"""

from sqlalchemy import text

from ..held_connections import db, run
from ..transactions import writing
from . import list_transactions

# Rows that came or went from which on statistics are collected at once: so many, and so large a share of the table.
ROWS, SHARE = 500, 0.1
# Of joined tables also with fewer rows, depending on how long ago it was: 1,000 after 20 seconds, 50 after seven minutes.
FEWEST, ROW_SECONDS = 50, 20_000
_JOINED = ("users", "user_documents", "indexed_values", "groups", "memberships")
_OUTDATED = text("""
SELECT name FROM (
  SELECT CAST(CAST(relid AS regclass) AS TEXT) AS name, relid = ANY(CAST(:joined AS regclass[])) AS is_joined,
    greatest(reltuples, 0) AS known, abs(n_live_tup - greatest(reltuples, 0)) AS changed,
    extract(epoch FROM now() - greatest(last_analyze, last_autoanalyze, '2000-01-01')) AS seconds
  FROM pg_stat_user_tables JOIN pg_class ON pg_class.oid = relid
  WHERE schemaname = current_schema() AND pg_has_role(relowner, 'USAGE') AND NOT pg_is_in_recovery()
    AND CAST(current_setting('track_counts') AS BOOLEAN)
) AS tables
WHERE changed > :rows + :share * known OR (is_joined AND changed > :fewest AND changed * seconds > :row_seconds)
ORDER BY name
""").bindparams(joined=f"{{{','.join(_JOINED)}}}", rows=ROWS, share=SHARE, fewest=FEWEST)


def renew():
    """Collect the statistics of tables whose rows have become many more or fewer since. Returns the names of these tables.
    Raises OperationalError.
    """
    outdated = db.session.scalars(_OUTDATED, {"row_seconds": ROW_SECONDS}).all()
    for table in outdated:
        with writing():
            run(f"ANALYZE (SKIP_LOCKED) {table}")  # another process may be at it
    list_transactions.let_go()
    return outdated
