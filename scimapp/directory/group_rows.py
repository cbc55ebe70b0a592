"""One group, locked to be changed: read and written in a statement each, as pushes of a directory do many times a second.

Screens read groups through the session; what changes a group or its members goes through here.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, update

from ..database import db
from ..statements import Prepared
from .errors import NotInAccount
from .model import Account, Group, NestedGroup, RoleRule, SkippedMember
from .scope import own_rows

_CHANGEABLE = (
    "display_name", "display_name_key", "external_id", "connection_id", "version", "member_count", "updated_at",
    "last_push_at", "last_push_token_label", "last_push_sent", "last_push_skipped", "conflict_at",
    "conflict_connection_id",
)  # fmt: skip
_LOCKED = Prepared(
    own_rows(Group, Group.account_id, Group.seq, Group.id, *(getattr(Group, name) for name in _CHANGEABLE))
    .where(Group.id == bindparam("group_id"))
    .with_for_update(key_share=True)  # rows that refer to this one may still be added
)
_SAVE = Prepared(
    update(Group)
    .where(Group.account_id == bindparam("in_account"), Group.seq == bindparam("group_seq"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGEABLE})
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


@dataclass(slots=True)
class GroupRow:
    """A locked group. Set attributes and ``save`` it; it has no tie to the session."""

    account_id: str
    seq: int
    id: str
    display_name: str
    display_name_key: str
    external_id: str | None
    connection_id: str | None
    version: int
    member_count: int
    updated_at: datetime
    last_push_at: datetime | None
    last_push_token_label: str | None
    last_push_sent: int
    last_push_skipped: int
    conflict_at: datetime | None
    conflict_connection_id: str | None


def lock(scope, group_id):
    """The group with this id, inside a unit of work. Raises NotInAccount."""
    db.session.flush()  # the group may be one of this unit
    row = _LOCKED.first(account_id=scope.account_id, group_id=group_id)
    if row is None:
        raise NotInAccount("Group")
    return GroupRow(*row)


def save(group):
    """Write what was set."""
    values = {f"new_{name}": getattr(group, name) for name in _CHANGEABLE}
    _SAVE.run(in_account=group.account_id, group_seq=group.seq, **values)


def surroundings(scope, group):
    """``is_strict``, ``has_rules``, ``has_skipped`` and ``has_inner`` for a change of a group's members."""
    return _SURROUNDINGS.first(account_id=scope.account_id, group_seq=group.seq)
