"""How far the lists of a database of SQLite have come, and whose rows have changed since (decision 0144). For somebody new no trigger
adds a row to ``list_changes``: people come with a number greater than all others.
"""

from msgspec import Struct

from ..list_changes import MOST_PEOPLE, MOST_ROWS, gathered

_LAST = "SELECT number, drawn FROM list_changes ORDER BY number DESC LIMIT 1"
_NEWEST = "SELECT seq, id FROM users ORDER BY seq DESC LIMIT 1"
_SINCE = "SELECT number, drawn, user_seq, lists FROM list_changes WHERE number >= ? ORDER BY number LIMIT ?"
_IS_HERE = "SELECT 1 FROM users WHERE seq = ? AND id = ?"
_NEW = "SELECT seq FROM users WHERE seq > ? ORDER BY seq LIMIT ?"


class Moment(Struct, frozen=True):
    """How far the database had come: the number of the ``last`` change, with what was drawn at random for it, and of the
    ``newest`` person, whose id was drawn as well. None if there was none.

    Equal ones tell of the same lists. Each names two transactions, of which the later one was the last to change a list. A
    database that holds both rows has been through both, whatever was undone, put back or exchanged since.
    """

    last: tuple | None
    newest: tuple | None


def moment(driver):
    """The Moment that a connection of SQLite sees."""
    return Moment(driver.execute(_LAST).fetchone(), driver.execute(_NEWEST).fetchone())


def since(driver, earlier):
    """The Changes since an ``earlier`` Moment; None if they cannot be told: they are many, or a copy was put back."""
    if earlier.last is None or earlier.newest is None or not driver.execute(_IS_HERE, earlier.newest).fetchone():
        return None
    rows = driver.execute(_SINCE, (earlier.last[0], MOST_ROWS)).fetchall()
    if not rows or rows[0][:2] != earlier.last or len(rows) == MOST_ROWS:
        return None
    new = driver.execute(_NEW, (earlier.newest[0], MOST_PEOPLE + 1)).fetchall()
    return gathered((row[2:] for row in rows[1:]), tuple(seq for (seq,) in new))
