"""Where each attribute of a group lives."""

from functools import lru_cache

from sqlalchemy import or_, true
from sqlalchemy.orm import aliased

from ...directory.model import Group, Membership, NestedGroup, User
from ...scim import urns
from ...texts import fold
from ..queries.binding import Constant, MomentColumn, OwnText, TextColumn, exact
from ..queries.derived import Address, NameKey, SchemaList
from ..queries.places import Places, linked, those

_Inner = aliased(Group)
_COLUMNS = {
    "id": TextColumn(Group.id, exact, is_identifier=True),
    "externalid": OwnText(Group.external_id, Group.connection_id),
    "displayname": TextColumn(Group.display_name_key, fold),
    "schemas": SchemaList(((urns.CORE_GROUP, lambda _scope: true()),)),
    "meta.resourcetype": Constant("Group"),
    "meta.created": MomentColumn(Group.created_at),
    "meta.lastmodified": MomentColumn(Group.updated_at),
}


def people_in_groups(scope, condition):
    """The groups of this account that contain people who meet a condition on User."""
    return those(scope.select(Membership, Membership.group_seq), Membership.user_seq, scope, User.seq, condition)


def groups_in_groups(scope, condition):
    """The groups of this account that contain groups which meet a condition on ``_Inner``."""
    return those(scope.select(NestedGroup, NestedGroup.group_seq), NestedGroup.member_seq, scope, _Inner.seq, condition)


def _has_members(scope):
    """The condition that a group has members: the count of people is kept, and groups in groups are few."""
    return or_(Group.member_count > 0, Group.seq.in_(groups_in_groups(scope, true())))


@lru_cache(maxsize=256)
def group_places(addresses):
    """The Places of groups at these Addresses."""
    person = {
        "members.value": TextColumn(User.scim_id, exact, is_identifier=True),
        "members.$ref": Address(addresses.user(""), User.scim_id),
        "members.display": NameKey(User.name_key, User.order_key),
        "members.type": Constant("User", fold),
    }
    group = {
        "members.value": TextColumn(_Inner.id, exact, is_identifier=True),
        "members.$ref": Address(addresses.group(""), _Inner.id),
        "members.display": TextColumn(_Inner.display_name_key, fold),
        "members.type": Constant("Group", fold),
    }
    members = ((people_in_groups, person), (groups_in_groups, group))
    columns = (
        _COLUMNS | linked(Group.seq, members, _has_members) | {"meta.location": Address(addresses.group(""), Group.id)}
    )
    return Places(columns, members, "members", Group.seq, False, {"meta": Constant("meta")})
