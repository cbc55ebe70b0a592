"""Whose rows have changed since a list of people was read: SQLite writes it down, whoever writes (decision 0144).

The triggers of all that lists come from add a row to ``list_changes``. For somebody new none fires: people come with a number
greater than all others.
"""

from msgspec import Struct

TABLE = "list_changes"
MOST_PEOPLE = 200  # who are asked for again; with more, lists are read anew
_MOST_ROWS = 1_000  # fewer than the table keeps
LISTS = {"list_people": 1, "list_states": 2, "list_values": 4, "list_members": 8}  # by the sequence of Postgres
_OF_PEOPLE = 7  # lists whose people may be new ones
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


class Changes(Struct, frozen=True):
    """``lists`` by person, those that a change ``of_anybody`` concerns, and ``new`` people."""

    lists: dict
    of_anybody: int
    new: tuple

    def of(self, sequences):
        """The seqs of the people for whom lists that come from these ``sequences`` may tell something else; None if they are
        unknown or many.
        """
        mine = sum(LISTS[name] for name in sequences)
        if self.of_anybody & mine:
            return None
        found = {seq for seq, lists in self.lists.items() if lists & mine}
        found.update(self.new if mine & _OF_PEOPLE else ())
        return frozenset(found) if len(found) <= MOST_PEOPLE else None


def moment(driver):
    """The Moment that a connection of SQLite sees."""
    return Moment(driver.execute(_LAST).fetchone(), driver.execute(_NEWEST).fetchone())


def since(driver, earlier):
    """The Changes since an ``earlier`` Moment; None if they cannot be told: they are many, or a copy was put back."""
    if earlier.last is None or earlier.newest is None or not driver.execute(_IS_HERE, earlier.newest).fetchone():
        return None
    rows = driver.execute(_SINCE, (earlier.last[0], _MOST_ROWS)).fetchall()
    if not rows or rows[0][:2] != earlier.last or len(rows) == _MOST_ROWS:
        return None
    lists, of_anybody = {}, 0
    for _, _, seq, concerned in rows[1:]:
        if seq is None:
            of_anybody |= concerned
        else:
            lists[seq] = lists.get(seq, 0) | concerned
    new = driver.execute(_NEW, (earlier.newest[0], MOST_PEOPLE + 1)).fetchall()
    return Changes(lists, of_anybody, tuple(seq for (seq,) in new))
