"""Where each attribute of a group lives."""

from functools import lru_cache

from sqlalchemy import true
from sqlalchemy.orm import aliased

from ..directory.model import Group, Membership, NestedGroup, User
from ..directory.text_keys import fold
from ..scim import urns
from .binding import Constant, MomentColumn, OwnText, TextColumn, exact
from .derived import Address, NameKey, SchemaList
from .places import Places, linked

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


def people_in_groups(scope):
    """The groups of this account by the people in them, to be narrowed down by conditions on User."""
    same_person = (User.account_id == Membership.account_id) & (User.seq == Membership.user_seq)
    return scope.select(Membership, Membership.group_seq).join(User, same_person)


def groups_in_groups(scope):
    """The groups of this account by the groups in them, to be narrowed down by conditions on ``_Inner``."""
    same_group = (_Inner.account_id == NestedGroup.account_id) & (_Inner.seq == NestedGroup.member_seq)
    return scope.select(NestedGroup, NestedGroup.group_seq).join(_Inner, same_group)


@lru_cache(maxsize=256)
def group_places(addresses):
    """The Places of groups at these Addresses."""
    person = {
        "members.value": TextColumn(User.scim_id, exact, is_identifier=True),
        "members.$ref": Address(addresses.user(""), User.scim_id),
        "members.display": NameKey(User.name_key),
        "members.type": Constant("User", fold),
    }
    group = {
        "members.value": TextColumn(_Inner.id, exact, is_identifier=True),
        "members.$ref": Address(addresses.group(""), _Inner.id),
        "members.display": TextColumn(_Inner.display_name_key, fold),
        "members.type": Constant("Group", fold),
    }
    members = ((people_in_groups, person), (groups_in_groups, group))
    columns = _COLUMNS | linked(Group.seq, members) | {"meta.location": Address(addresses.group(""), Group.id)}
    return Places(columns, members, "members", Group.seq, False, {"meta": Constant("meta")})
