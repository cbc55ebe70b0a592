"""Finds the place of an attribute path: a column, the value index, or the other end of a membership."""

from dataclasses import dataclass

from ..directory.model import Group, Membership, User
from ..directory.text_keys import fold
from ..scim import urns
from ..scim.errors import InvalidFilter, Sensitive
from .binding import BooleanColumn, Constant, Linked, MomentColumn, OwnText, TextColumn, exact, user_name
from .indexed import Elements, Indexed

# Written into answers only, or not kept in the index: there is nothing to search.
_NOT_SEARCHED = frozenset(
    {"schemas", "meta", "meta.location", "meta.version", "x509certificates.value", "members.$ref"}
)


def groups_of_person(scope):
    """The people of this account by their groups, to be narrowed down by conditions on Group."""
    same_group = (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq)
    return scope.select(Membership, Membership.user_seq).join(Group, same_group)


def members_of_group(scope):
    """The groups of this account by their members, to be narrowed down by conditions on User."""
    same_person = (User.account_id == Membership.account_id) & (User.seq == Membership.user_seq)
    return scope.select(Membership, Membership.group_seq).join(User, same_person)


_GROUP_OF_PERSON = {
    "groups.value": TextColumn(Group.id, exact, is_identifier=True),
    "groups.display": TextColumn(Group.display_name_key, fold),
    "groups.type": Constant("direct", fold),
}
_MEMBER_OF_GROUP = {
    "members.value": TextColumn(User.scim_id, exact, is_identifier=True),
    "members.display": TextColumn(User.name_key, fold),
    "members.type": Constant("User", fold),
}
USER = {
    "id": TextColumn(User.scim_id, exact, is_identifier=True),
    "externalid": OwnText(User.external_id, User.connection_id),
    "username": user_name(User.user_name_key),
    "active": BooleanColumn(User.active, User.active_unassigned),
    "meta.resourcetype": Constant("User"),
    "meta.created": MomentColumn(User.created_at),
    "meta.lastmodified": MomentColumn(User.updated_at),
} | {name: Linked(User.seq, groups_of_person, place) for name, place in _GROUP_OF_PERSON.items()}
GROUP = {
    "id": TextColumn(Group.id, exact, is_identifier=True),
    "externalid": OwnText(Group.external_id, Group.connection_id),
    "displayname": TextColumn(Group.display_name_key, fold),
    "meta.resourcetype": Constant("Group"),
    "meta.created": MomentColumn(Group.created_at),
    "meta.lastmodified": MomentColumn(Group.updated_at),
} | {name: Linked(Group.seq, members_of_group, place) for name, place in _MEMBER_OF_GROUP.items()}


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one resource type. ``linked`` are those of the elements at the other end of a membership."""

    columns: dict
    linked: dict
    linked_name: str
    owner: object
    linked_rows: object
    is_indexed: bool

    def at(self, path, *, whole=False):
        """The place of ``path``; of a complex attribute its ``value``, or all of it where ``whole``.

        Raises InvalidFilter, Sensitive.
        """
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
        """The owners of an element that meets ``tree``."""
        return self.outer.owner.in_(self.outer.linked_rows(scope).where(condition(tree, scope, self)))

    def at(self, path, *, whole=False):
        place = self.outer.linked.get(index_path(path))
        if place is None:
            raise InvalidFilter(f"{path} cannot be searched")
        return place


USER_PLACES = Places(USER, _GROUP_OF_PERSON, "groups", User.seq, groups_of_person, is_indexed=True)
GROUP_PLACES = Places(GROUP, _MEMBER_OF_GROUP, "members", Group.seq, members_of_group, is_indexed=False)


def index_path(path):
    """The lower-case name of a path as the value index spells it: ``enterprise.manager.value``."""
    parts = [part.name.lower() for part in (path.attribute, path.sub) if part is not None]
    if path.container is not None:
        parts.insert(0, "enterprise" if path.container == urns.ENTERPRISE_USER else "custom")
    return ".".join(parts)
