"""The directories and groups that the filters of the people list offer."""

from sqlalchemy import func, or_, select

from ...database import db
from ...database.statements import Prepared
from ...texts import fold
from ..model import Group, User
from ..roles import Permission
from ..scope import own_rows
from ..sql.texts import contains


def connections(scope):
    """The directories that manage people here, for the source filter. Takes one step in an index for each of them."""
    return [row.name for row in _CONNECTIONS.all(account_id=scope.account_id)]


def find_group(scope, text):
    """The group with this id, otherwise the first with this name; None if there is none."""
    scope.require(Permission.VIEW_DIRECTORY)
    named = or_(Group.id == text, Group.display_name_key == fold(text))
    query = scope.select(Group).where(named).order_by((Group.id == text).desc(), Group.seq)
    return db.session.scalars(query.limit(1)).first()


def groups_to_choose(scope, limit, text):
    """``[(id, name)]`` of the first groups whose name contains ``text``, sorted by name."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = scope.select(Group, Group.id, Group.display_name).where(
        contains(Group.display_name_key, fold(text.strip()))
    )
    return list(db.session.execute(query.order_by(Group.display_name_key, Group.seq).limit(limit)).tuples())


def _connections():
    first = own_rows(User, func.min(User.connection_id).label("name")).cte(recursive=True)
    following = own_rows(User, func.min(User.connection_id)).where(User.connection_id > first.c.name)
    each = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
    return Prepared(select(each.c.name).where(each.c.name.is_not(None)))


_CONNECTIONS = _connections()
