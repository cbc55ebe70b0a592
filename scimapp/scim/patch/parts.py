"""Changes one complex value, or elements of a list, part by part. Returns new values and leaves the old ones untouched."""

from ..checker import KIND
from ..errors import MutabilityError, NoTarget
from ..filter.ast import And, Comparison, Not
from ..values import comparison_key

_KIND_AND_PLACE = KIND | {"$ref"}  # without its id, a manager's address means nothing


def with_parts(old, given, checked, checker):
    """``old`` with the parts that ``given`` names; the others stay (§3.5.2.1, §3.5.2.3). None if no value is left.

    ``checked`` is ``given`` as the Checker returned it, without the parts that are null: these are removed.
    """
    parts = given.items() if isinstance(given, dict) else ()
    cleared = {name.lower() for name, item in parts if checker.is_cleared(item)}
    left = {name: item for name, item in old.items() if name.lower() not in cleared}
    if cleared and not checked:
        return _unless_emptied(left, checker)
    return left | (checked or {})


def with_part(operation, element, checker):
    """``element`` with one sub-attribute set or removed."""
    sub = operation.path.sub
    changed = {name: item for name, item in element.items() if name != sub.name}
    if operation.op != "remove" and not checker.is_cleared(operation.value):
        changed[sub.name] = checker.element(sub, operation.value, str(operation.path))
    elif sub.required:
        raise MutabilityError(f"{operation.path} is required and cannot be removed")
    return changed


def without_part(operation, element, checker):
    """``element`` without the part; None if no value is left."""
    return _unless_emptied(with_part(operation, element, checker), checker)


def _unless_emptied(left, checker):
    """``left``, the rest of a complex value; None if only its kind is left, which X-04 recreates when needed."""
    return None if checker.dialect.creates_from_filter and left.keys() <= _KIND_AND_PLACE else left


def left_of(attribute, elements, gone, checker):
    """The ``elements`` of a list without those that ``gone`` names: by its value, or by all the parts it has where it
    has no value, as an address has none. Raises TooMany.
    """
    if not attribute.is_complex:
        keys = {comparison_key(attribute, item) for item in gone}
        return [item for item in elements if comparison_key(attribute, item) not in keys]
    named = {}  # names of parts → what stands there in those that leave
    for item in gone:
        keys = _keys(attribute, item)
        parts = ("value",) if "value" in keys else tuple(sorted(keys))
        named.setdefault(parts, set()).add(tuple(keys[part] for part in parts))
    for _ in named:
        checker.work.look_through(elements)
    return [item for item in elements if not _is_named(_keys(attribute, item), named)]


def _keys(attribute, element):
    return {name: comparison_key(attribute.find(name), value) for name, value in element.items()}


def _is_named(keys, named):
    return any(tuple(keys.get(part) for part in parts) in those for parts, those in named.items())


def made_from_filter(operation, checker):
    """X-04, Entra. Sent: ``emails[type eq "work"].value`` as the path, for somebody without such an address.

    Meant: an element of what the filter asks for, with the value. The standard asks for ``noTarget`` (§3.5.2.3). In a
    list of simple values, as custom fields have, the value is all there is of the new element.
    """
    attribute, tree = operation.path.attribute, operation.path.filter
    terms = tree.terms if isinstance(tree, And) else (tree,)
    terms = [term for term in terms if not (isinstance(term, Not) and _is_about_primary(term.term))]  # so are new ones
    simple = all(isinstance(term, Comparison) and term.operator == "eq" for term in terms)
    if not checker.dialect.creates_from_filter or not simple:
        raise NoTarget(f"no element of {attribute.name} matches the filter")
    if not attribute.is_complex:
        return None
    asked = {term.path.sub.name: term.value for term in terms if not checker.is_cleared(term.value)}
    return checker.element(attribute, asked, attribute.name) or {}


def _is_about_primary(term):
    return isinstance(term, Comparison) and term.path.sub is not None and term.path.sub.name == "primary"
