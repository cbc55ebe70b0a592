"""One group, locked for a change: read in one statement and written in one, as directories push many times a second.

Screens read groups through the session. Everything that adds or changes a group or its members goes through here.
"""

from sqlalchemy import bindparam, delete, exists, or_

from ...database import flush
from ...database.inserts import PreparedInsert
from ...database.statements import Prepared
from ..client_reads.groups_of_people import IS_INSIDE
from ..errors import NotInAccount
from ..model import Group, NestedGroup, RoleRule
from ..scope import own_rows
from ..sql.plain_rows import PlainRow, columns_of, write
from . import surroundings

_NAMES = columns_of(Group)
_LOCKED = Prepared(
    own_rows(Group, *(getattr(Group, name) for name in _NAMES))
    .where(Group.id == bindparam("group_id"))
    .with_for_update(key_share=True)  # rows that refer to this one may still be added
)
_INSERT = PreparedInsert(Group, [name for name in _NAMES if name != "seq"])
_TIES = Prepared(
    own_rows(
        Group,
        or_(
            exists().where(NestedGroup.account_id == Group.account_id, NestedGroup.group_seq == Group.seq),
            IS_INSIDE,
            exists().where(RoleRule.account_id == Group.account_id, RoleRule.group_seq == Group.seq),
        ),
    ).where(Group.seq == bindparam("group_seq"))
)
_REMOVE = Prepared(
    delete(Group).where(Group.account_id == bindparam("account_id"), Group.seq == bindparam("group_seq"))
)


class GroupRow(PlainRow):
    """A group with the columns of ``Group``. ``turnover`` is the Turnover of its members after a change, if it is known;
    ``around`` what ``surroundings`` told when it was locked, if it was asked.
    """

    NAMES = _NAMES
    __slots__ = (*_NAMES, "around", "turnover")

    def __init__(self, values, *, is_new=False):
        super().__init__(values, is_new=is_new)
        self.turnover = self.around = None


def lock(scope, group_id):
    """The group with this id, inside a unit of work. Raises NotInAccount."""
    flush()  # the group may have been made in this unit
    return _read(_LOCKED.first(account_id=scope.account_id, group_id=group_id))


def lock_with(work, group_id, coming, leaving):
    """As ``lock``, asking for the surroundings of a change that names these members as well: on SQLite in the same statement,
    on Postgres behind it in the same trip.
    """
    flush()
    if work.writes_alone:
        found = surroundings.together(work.scope, group_id, coming, leaving)
        if found is None:
            return lock(work.scope, group_id)
        values, around = found
        group = _read(values)
    else:
        asked = _LOCKED.soon(account_id=work.scope.account_id, group_id=group_id)
        around = surroundings.soon_named(work.scope, group_id, coming, leaving)
        group = _read(asked.first())
    group.around = around
    return group


def _read(row):
    if row is None:
        raise NotInAccount("Group")
    return GroupRow(row)


def add(**columns):
    """Insert a new group and return it; columns not given are None."""
    row = GroupRow([columns.get(name) for name in _NAMES], is_new=True)
    row.seq = _INSERT.number(row.values())
    row.settle()
    return row


def save(row):
    """Write the values set since the row was read or saved, if any."""
    changed = row.changed()
    if changed:
        write(row, Group, "seq", changed)
        row.settle()


def remove(row):
    """Delete a locked group with everything that depends on it."""
    flush()
    _REMOVE.send(account_id=row.account_id, group_seq=row.seq)


def has_ties(row):
    """Whether a group is inside another one, contains one, or gives a role."""
    return _TIES.scalar(account_id=row.account_id, group_seq=row.seq)
