"""Finds the place of an attribute path: a column, the value index, or the other end of a membership."""

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.orm import aliased

from ..directory import reading
from ..directory.model import Group, Membership, NestedGroup, User
from ..directory.text_keys import fold
from ..scim import urns
from ..scim.errors import InvalidFilter, Sensitive
from .binding import BooleanColumn, Constant, Linked, MomentColumn, Nowhere, OwnText, TextColumn, exact, user_name
from .indexed import Elements, Indexed

# Written into answers only, or not kept in the index: there is nothing to search.
_NOT_SEARCHED = frozenset(
    {
        "schemas",
        "meta",
        "meta.location",
        "meta.version",
        "x509certificates.value",
        "members.$ref",
        "enterprise.manager.$ref",
        "enterprise.manager.displayname",
    }
)


def direct_groups(scope):
    """The people of this account by the groups they are in, to be narrowed down by conditions on Group."""
    same_group = (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq)
    return scope.select(Membership, Membership.user_seq).join(Group, same_group)


def indirect_groups(scope):
    """The same for the groups that they are in through other groups alone."""
    return reading.indirect_groups(scope, Membership.user_seq)


def people_in_groups(scope):
    """The groups of this account by the people in them, to be narrowed down by conditions on User."""
    same_person = (User.account_id == Membership.account_id) & (User.seq == Membership.user_seq)
    return scope.select(Membership, Membership.group_seq).join(User, same_person)


def groups_in_groups(scope):
    """The groups of this account by the groups in them, to be narrowed down by conditions on ``_Inner``."""
    same_group = (_Inner.account_id == NestedGroup.account_id) & (_Inner.seq == NestedGroup.member_seq)
    return scope.select(NestedGroup, NestedGroup.group_seq).join(_Inner, same_group)


_Inner = aliased(Group)
_GROUP_OF_PERSON = {
    "groups.value": TextColumn(Group.id, exact, is_identifier=True),
    "groups.display": TextColumn(Group.display_name_key, fold),
}
# The kinds of elements at the other end: how their owners are found, and where each attribute lives there.
_GROUPS = (
    (direct_groups, _GROUP_OF_PERSON | {"groups.type": Constant("direct", fold)}),
    (indirect_groups, _GROUP_OF_PERSON | {"groups.type": Constant("indirect", fold)}),
)
_MEMBERS = (
    (
        people_in_groups,
        {
            "members.value": TextColumn(User.scim_id, exact, is_identifier=True),
            "members.display": TextColumn(User.name_key, fold),
            "members.type": Constant("User", fold),
        },
    ),
    (
        groups_in_groups,
        {
            "members.value": TextColumn(_Inner.id, exact, is_identifier=True),
            "members.display": TextColumn(_Inner.display_name_key, fold),
            "members.type": Constant("Group", fold),
        },
    ),
)


def _linked(owner, kinds):
    """The places of the linked attributes on their own: any element of any kind will do."""
    return {name: Linked(owner, tuple((rows, places[name]) for rows, places in kinds)) for name in kinds[0][1]}


USER = {
    "id": TextColumn(User.scim_id, exact, is_identifier=True),
    "externalid": OwnText(User.external_id, User.connection_id),
    "username": user_name(User.user_name_key),
    "active": BooleanColumn(User.active, User.active_unassigned),
    "meta.resourcetype": Constant("User"),
    "meta.created": MomentColumn(User.created_at),
    "meta.lastmodified": MomentColumn(User.updated_at),
} | _linked(User.seq, _GROUPS)
GROUP = {
    "id": TextColumn(Group.id, exact, is_identifier=True),
    "externalid": OwnText(Group.external_id, Group.connection_id),
    "displayname": TextColumn(Group.display_name_key, fold),
    "meta.resourcetype": Constant("Group"),
    "meta.created": MomentColumn(Group.created_at),
    "meta.lastmodified": MomentColumn(Group.updated_at),
} | _linked(Group.seq, _MEMBERS)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one resource type. ``linked`` are those of the elements at the other end of a membership."""

    columns: dict
    linked: tuple
    linked_name: str
    owner: object
    is_indexed: bool

    def at(self, path, *, whole=False):
        """The place of ``path``; of a complex attribute its ``value``, or all of it where ``whole``.

        Raises InvalidFilter, Sensitive.
        """
        if path.is_foreign:
            return Nowhere()
        key = index_path(path)
        if key == "password":
            raise Sensitive("password cannot be searched")
        if key == self.linked_name:
            key = f"{key}.value"
        if key in self.columns:
            return self.columns[key]
        if key in _NOT_SEARCHED or not self.is_indexed:
            raise InvalidFilter(f"{path} cannot be searched")
        if path.attribute is None and whole:
            return Indexed(key, "complex", is_whole=True)
        if not path.target.is_complex:
            return Indexed(key, path.target.type)
        if whole:
            return Indexed(key, "complex", is_whole=True)
        value = path.target.find("value")
        if value is None:
            raise InvalidFilter(
                f"{path} has parts: name one of them, such as {path}.{path.target.sub_attributes[0].name}"
            )
        return Indexed(f"{key}.value", value.type)

    def elements(self, path):
        """The elements of a multi-valued attribute, for a value path."""
        if path.is_foreign:
            return Nowhere()
        key = index_path(path)
        if key == self.linked_name:
            return LinkedElements(self)
        if not self.is_indexed or key in _NOT_SEARCHED:
            raise InvalidFilter(f"{path} has no elements to search")
        return Elements(key, self.at, path.attribute.is_complex)


@dataclass(frozen=True, slots=True)
class LinkedElements:
    """The groups of a person, or the members of a group."""

    outer: Places

    def matching(self, scope, tree, condition):
        """The owners of an element that meets ``tree``, whatever its kind."""
        kinds = (rows(scope).where(condition(tree, scope, _Kind(places))) for rows, places in self.outer.linked)
        return or_(*(self.outer.owner.in_(rows) for rows in kinds))


@dataclass(frozen=True, slots=True)
class _Kind:
    """The places of one kind of element."""

    places: dict

    def at(self, path, *, whole=False):
        place = self.places.get(index_path(path))
        if place is None:
            raise InvalidFilter(f"{path} cannot be searched")
        return place


USER_PLACES = Places(USER, _GROUPS, "groups", User.seq, is_indexed=True)
GROUP_PLACES = Places(GROUP, _MEMBERS, "members", Group.seq, is_indexed=False)


def index_path(path):
    """The lower-case name of a path as the value index spells it: ``enterprise.manager.value``."""
    parts = [part.name.lower() for part in (path.attribute, path.sub) if part is not None]
    if path.container is not None:
        parts.insert(0, "enterprise" if path.container == urns.ENTERPRISE_USER else "custom")
    return ".".join(parts)
