"""Members of groups as people choose them on screens: by ids of people and groups, in one change."""

from sqlalchemy import func

from ...database import db
from ..changes import GroupChanges
from ..model import Membership, NestedGroup, User
from ..people import named_people
from ..roles import Permission
from ..unit_of_work import unit_of_work
from . import groups, nesting


def exactly_named(scope, text):
    """The id, in a list, of the person that ``text`` names by e-mail address, user name or id; [] if it names nobody."""
    scope.require(Permission.VIEW_DIRECTORY)
    person = named_people.named_by(scope, [text]).get(text)
    return [person.id] if person is not None and person.scim_id is not None else []


def add(scope, group_id, user_ids=(), inner_ids=()):
    """Add people and groups; returns how many were added. Ids that name nobody here are ignored.

    Raises NotInAccount, GroupManaged, AboveYourRole; InvalidValue for a group that would close a circle.
    """
    with unit_of_work(scope):
        group = groups.get(scope, group_id)
        before = _count(scope, group)
        for inner_id in inner_ids:  # groups are locked before people
            nesting.nest(scope, group_id, inner_id)
        if user_ids:
            groups.update(scope, group_id, GroupChanges(add_ids=_scim_ids(scope, user_ids)))
        return _count(scope, group) - before


def remove(scope, group_id, user_ids=(), inner_ids=()):
    """Remove people and groups; returns how many were removed. Raises NotInAccount, GroupManaged, AboveYourRole."""
    with unit_of_work(scope):
        group = groups.get(scope, group_id)
        before = _count(scope, group)
        for inner_id in inner_ids:
            nesting.unnest(scope, group_id, inner_id)
        if user_ids:
            groups.update(scope, group_id, GroupChanges(remove_ids=_scim_ids(scope, user_ids)))
        return before - _count(scope, group)


def _scim_ids(scope, user_ids):
    query = scope.select(User, User.scim_id).where(User.id.in_(user_ids), User.scim_id.is_not(None))
    return tuple(db.session.scalars(query))


def _count(scope, group):
    people = scope.select(Membership, func.count()).where(Membership.group_seq == group.seq)
    inner = scope.select(NestedGroup, func.count()).where(NestedGroup.group_seq == group.seq)
    return db.session.scalar(people) + db.session.scalar(inner)
