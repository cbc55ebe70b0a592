"""Member values that a push named and nobody here answers to, kept for the group's page."""

from sqlalchemy import delete, func, insert

from ..database import db
from .model import SkippedMember
from .sql_text import among, json_list

MAXIMUM_KEPT = 1_000  # values a group; the count on the page is exact


def forget(group, values=None):
    """Forget these values, or all of them: a push names them anew or they are here now."""
    mine = (SkippedMember.account_id == group.account_id, SkippedMember.group_seq == group.seq)
    if values is not None:
        mine += (among(SkippedMember.value, json_list(values)),)
    db.session.execute(delete(SkippedMember).where(*mine), execution_options={"synchronize_session": False})


def keep(work, group, values):
    """Keep values that are not kept yet, as long as there is room."""
    mine = work.scope.select(SkippedMember, func.count()).where(SkippedMember.group_seq == group.seq)
    common = {"account_id": group.account_id, "group_seq": group.seq, "skipped_at": work.now}
    rows = [common | {"value": value} for value in values[: max(0, MAXIMUM_KEPT - db.session.scalar(mine))]]
    if rows:
        db.session.execute(insert(SkippedMember), rows)
