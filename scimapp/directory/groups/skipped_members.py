"""Member values of pushes that match nobody here, kept for the group's page."""

from sqlalchemy import bindparam, delete, func, insert

from ...database.statements import Prepared
from ..model import SkippedMember
from ..scope import own_rows
from ..sql.lists import among, json_list

MAXIMUM_KEPT = 1_000  # values per group; the count on the page is exact
_OF_GROUP = SkippedMember.group_seq == bindparam("group_seq")
_ALL = delete(SkippedMember).where(SkippedMember.account_id == bindparam("account_id"), _OF_GROUP)
_FORGET_ALL, _FORGET = Prepared(_ALL), Prepared(_ALL.where(among(SkippedMember.value, bindparam("those"))))
_COUNT = Prepared(own_rows(SkippedMember, func.count()).where(_OF_GROUP))
_KEEP = Prepared(insert(SkippedMember), ["account_id", "group_seq", "value", "skipped_at"])


def forget(group, values=None):
    """Delete these values, or all of them: a push names them again, or they exist here now."""
    mine = {"account_id": group.account_id, "group_seq": group.seq}
    if values is None:
        _FORGET_ALL.send(**mine)
    else:
        _FORGET.send(those=json_list(values), **mine)


def keep(work, group, values):
    """Store values, up to the limit of the group."""
    mine = {"account_id": group.account_id, "group_seq": group.seq}
    room = max(0, MAXIMUM_KEPT - _COUNT.scalar(**mine))
    _KEEP.send_many([mine | {"value": value, "skipped_at": work.now} for value in values[:room]])
