"""Whose rows have changed since a list of people was read, as either database tells it (decisions 0144 and 0158).

The triggers of all that lists come from add a row to ``list_changes``, whoever writes. Readers of SQLite find what is new by its
number (``sqlite.list_moments``), those of Postgres by its transaction (``postgres.list_transactions``).
"""

from msgspec import Struct

TABLE = "list_changes"
MOST_PEOPLE = 200  # who are asked for again; with more, lists are read anew
MOST_ROWS = 1_000  # that a reader goes through, fewer than the table keeps; with more, lists are read anew
LISTS = {"list_people": 1, "list_states": 2, "list_values": 4, "list_members": 8}  # by the sequence of Postgres
_OF_PEOPLE = 7  # lists whose people may be new ones


class Changes(Struct, frozen=True):
    """``lists`` by person, those that a change ``of_anybody`` concerns, and ``new`` people."""

    lists: dict
    of_anybody: int
    new: tuple = ()

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


NONE = Changes({}, 0)


def gathered(rows, new=()):
    """The Changes of ``rows`` ``(seq, lists)``, where seq None stands for anybody, and of ``new`` people."""
    lists, of_anybody = {}, 0
    for seq, concerned in rows:
        if seq is None:
            of_anybody |= concerned
        else:
            lists[seq] = lists.get(seq, 0) | concerned
    return Changes(lists, of_anybody, new)
