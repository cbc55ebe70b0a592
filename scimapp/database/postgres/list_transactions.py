"""What ``list_changes`` tells on Postgres: triggers add a row for each person whose row has changed, with the number of the transaction
(decision 0158).

A snapshot tells which transactions were over. Whatever was read afterwards has seen these; so those whom it may not have seen are in the
rows of all others that are visible by now, in whichever order they came.
"""

from sqlalchemy import text

from ..held_connections import db
from ..list_changes import MOST_ROWS, gathered
from ..transactions import writing

KEPT, AT_ONCE = 1_024, 256  # rows that stay, and how many more there may be
_GONE = -1  # ``lists`` of a row that stands for others of at most its transaction's number
# Rows of a copy that was put back may have numbers that this server has not reached.
_SINCE = text("""
SELECT user_seq, lists FROM list_changes
WHERE xid >= pg_snapshot_xmin(CAST(:seen AS pg_snapshot)) AND xid < pg_snapshot_xmax(pg_current_snapshot())
AND (lists = :gone OR NOT pg_visible_in_snapshot(xid, CAST(:seen AS pg_snapshot)))
LIMIT :most
""").bindparams(gone=_GONE, most=MOST_ROWS)
_MANY = text("SELECT 1 FROM list_changes WHERE NOT pg_is_in_recovery() OFFSET :many LIMIT 1").bindparams(
    many=KEPT + AT_ONCE
)
_LET_GO = text("""
WITH last AS (
  SELECT xid FROM list_changes WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid DESC OFFSET :kept LIMIT 1
), gone AS (
  DELETE FROM list_changes WHERE xid <= (SELECT xid FROM last) OR xid >= pg_snapshot_xmax(pg_current_snapshot())
)
INSERT INTO list_changes (xid, user_seq, lists) SELECT xid, NULL, CAST(:gone AS smallint) FROM last
""").bindparams(kept=KEPT, gone=_GONE)


def since(seen):
    """The Changes that what was read at a snapshot, as Postgres writes it, may not have ``seen``; None if they are many."""
    rows = db.session.execute(_SINCE, {"seen": seen}).all()
    if len(rows) == MOST_ROWS or any(lists == _GONE for _, lists in rows):
        return None
    return gathered(rows)


def let_go():
    """Delete old rows, once there are many. Whoever has not seen all of these reads lists anew. Raises OperationalError."""
    if db.session.scalar(_MANY):
        with writing() as session:
            session.execute(_LET_GO)
