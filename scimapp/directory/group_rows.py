"""One group, locked to be changed: read and written in a statement each, as pushes of a directory do many times a second.

Screens read groups through the session; what adds or changes a group or its members goes through here.
"""

from functools import lru_cache

from sqlalchemy import bindparam, exists, insert, update

from ..database import flush
from ..statements import Prepared
from .errors import NotInAccount
from .model import Account, Group, NestedGroup, RoleRule, SkippedMember
from .scope import own_rows

_NAMES = tuple(column.key for column in Group.__table__.columns)
_LOCKED = Prepared(
    own_rows(Group, *(getattr(Group, name) for name in _NAMES))
    .where(Group.id == bindparam("group_id"))
    .with_for_update(key_share=True)  # rows that refer to this one may still be added
)
_INSERT = Prepared(
    insert(Group).values({name: bindparam(f"new_{name}") for name in _NAMES if name != "seq"}).returning(Group.seq)
)
# Asked after the lock: what a change of members has to look after beside the members themselves.
_SURROUNDINGS = Prepared(
    own_rows(
        Group,
        Account.strict_members.label("is_strict"),
        exists().where(RoleRule.account_id == Group.account_id).label("has_rules"),
        exists()
        .where(SkippedMember.account_id == Group.account_id, SkippedMember.group_seq == Group.seq)
        .label("has_skipped"),
        exists()
        .where(NestedGroup.account_id == Group.account_id, NestedGroup.group_seq == Group.seq)
        .label("has_inner"),
    )
    .join(Account, Account.id == Group.account_id)
    .where(Group.seq == bindparam("group_seq"))
)


class GroupRow:
    """A group as the database holds it, with the columns of ``Group``. Set attributes and ``save``."""

    __slots__ = (*_NAMES, "_saved")

    def __init__(self, values):
        for name, value in zip(_NAMES, values, strict=True):
            setattr(self, name, value)
        self._saved = tuple(values)

    def values(self):
        """The values of all columns, in a fixed order."""
        return tuple([getattr(self, name) for name in _NAMES])

    def __repr__(self):
        return f"<GroupRow {self.id}>"


def lock(scope, group_id):
    """The group with this id, inside a unit of work. Raises NotInAccount."""
    flush()  # the group may be one of this unit
    row = _LOCKED.first(account_id=scope.account_id, group_id=group_id)
    if row is None:
        raise NotInAccount("Group")
    return GroupRow(row)


def add(**columns):
    """Put a new group in and return it; what is not said is None."""
    row = GroupRow([columns.get(name) for name in _NAMES])
    row.seq = _INSERT.scalar(**{f"new_{name}": value for name, value in zip(_NAMES, row.values(), strict=True)})
    row._saved = row.values()
    return row


def save(row):
    """Write what was set since the row was read or saved; nothing for nothing."""
    values = row.values()
    changed = tuple([name for name, old, new in zip(_NAMES, row._saved, values, strict=True) if old != new])
    if changed:
        new = {f"new_{name}": getattr(row, name) for name in changed}
        _update(changed).run(in_account=row.account_id, of_seq=row.seq, **new)
        row._saved = values


def surroundings(scope, group):
    """``is_strict``, ``has_rules``, ``has_skipped`` and ``has_inner`` for a change of a group's members."""
    return _SURROUNDINGS.first(account_id=scope.account_id, group_seq=group.seq)


@lru_cache(64)
def _update(names):
    """An UPDATE of these columns alone: SQLite then leaves the indexes of all others as they are."""
    mine = (Group.account_id == bindparam("in_account"), Group.seq == bindparam("of_seq"))
    return Prepared(update(Group).where(*mine).values({name: bindparam(f"new_{name}") for name in names}))
