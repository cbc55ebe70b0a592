"""Finds the place of an attribute path: a column, the value index, or the other end of a membership.

``user_places`` and ``group_places`` list the places.
"""

from msgspec import Struct
from sqlalchemy.sql.elements import True_

from ...scim import urns
from ...scim.errors import InvalidFilter, Sensitive
from .binding import Nowhere
from .elements import Elements
from .indexed import Indexed
from .linked import Linked, owners

# Computed when a resource is shown, from other rows as well (decision 0053).
_NOT_SEARCHED = frozenset({"meta.version"})


class Places(Struct, frozen=True):
    """The places of one resource type.

    ``columns`` maps paths to places. ``wholes`` does so for complex attributes as a whole that need more than the value
    index. ``linked`` holds the places of the elements at the other end of a membership.
    """

    columns: dict
    linked: tuple
    linked_name: str
    owner: object
    is_indexed: bool
    wholes: dict

    @property
    def shown(self):
        """The condition that clients see a resource, written as in ``client_reads.reading``."""
        return self.columns["id"].column != ""

    def at(self, path, *, whole=False):
        """The place of ``path``; for a complex attribute, of its ``value``, or of all of it if ``whole``.

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
        if whole and key in self.wholes:
            return self.wholes[key]
        if key in _NOT_SEARCHED or not self.is_indexed:
            raise InvalidFilter(f"{path} cannot be searched")
        if whole and (path.attribute is None or path.target.is_complex):
            return Indexed(key, "complex", is_whole=True)
        if path.attribute is None:
            raise InvalidFilter(f"{path} is a whole extension: name one of its attributes")
        if not path.target.is_complex:
            is_single = not path.attribute.multi_valued
            return Indexed(key, path.target.type, is_single=is_single)
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
        if key in self.columns:
            return self.columns[key]
        if not self.is_indexed or key in _NOT_SEARCHED:
            raise InvalidFilter(f"{path} has no elements to search")
        return Elements(key, self.at, path.attribute.is_complex)


class LinkedElements(Struct, frozen=True):
    """The groups of a person, or the members of a group."""

    outer: Places

    def matching(self, scope, tree, condition):
        """The owners of an element of any kind that meets ``tree``."""
        kinds = ((rows, condition(tree, scope, _Kind(places))) for rows, places in self.outer.linked)
        return owners(scope, self.outer.owner, kinds)


class _Kind(Struct, frozen=True):
    """The places of one kind of element."""

    places: dict
    owner = None  # elements are not listed by themselves

    def at(self, path, *, whole=False):
        if path.is_foreign:
            return Nowhere()
        place = self.places.get(index_path(path))
        if place is None:
            raise InvalidFilter(f"{path} cannot be searched")
        return place


def index_path(path):
    """The path in lower case as the value index spells it: ``enterprise.manager.value``."""
    parts = [part.name.lower() for part in (path.attribute, path.sub) if part is not None]
    if path.container is not None:
        parts.insert(0, "enterprise" if path.container == urns.ENTERPRISE_USER else "custom")
    return ".".join(parts)


def those(links, end, scope, seq, condition):
    """The ``links`` whose ``end`` is the number ``seq`` of a row that meets a condition.

    Written as a list of these rows, so that both databases read it first and then the links of each row. In a
    join SQLite may walk all links.
    """
    if isinstance(condition, True_):  # every linked row exists
        return links
    return links.where(end.in_(scope.select(seq.class_, seq).where(condition)))


def linked(owner, kinds, any_at_all):
    """The places of linked attributes outside value paths: an element of any kind matches. ``any_at_all`` as in Linked."""
    return {
        name: Linked(owner, tuple((rows, places[name]) for rows, places in kinds), any_at_all=any_at_all)
        for name in kinds[0][1]
    }
