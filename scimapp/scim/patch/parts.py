"""One complex value, or elements of a list, changed part by part. Values go in, new ones come out."""

from ..checker import KIND
from ..errors import MutabilityError, NoTarget
from ..filter.ast import And, Comparison, Not
from ..values import comparison_key


def with_parts(old, given, checked, checker):
    """A complex value with the parts that are named in ``given``, which was ``checked``; the others stay (§3.5.2.1, §3.5.2.3).

    A part that is null goes; None where no value is left then.
    """
    parts = given.items() if isinstance(given, dict) else ()
    cleared = {name.lower() for name, item in parts if checker.is_cleared(item)}
    left = {name: item for name, item in old.items() if name.lower() not in cleared}
    if cleared and not checked:
        return _unless_emptied(left, checker)
    return left | (checked or {})


def with_part(operation, element, checker):
    """``element`` with one sub-attribute set or taken away."""
    sub = operation.path.sub
    changed = {name: item for name, item in element.items() if name != sub.name}
    if operation.op != "remove" and not checker.is_cleared(operation.value):
        changed[sub.name] = checker.element(sub, operation.value, str(operation.path))
    elif sub.required:
        raise MutabilityError(f"{operation.path} is required and cannot be removed")
    return changed


def without_part(operation, element, checker):
    """``element`` without the part; None where no value is left then."""
    return _unless_emptied(with_part(operation, element, checker), checker)


def _unless_emptied(left, checker):
    """What is left of a complex value; None where that is only its kind, which X-04 would make again when it is needed."""
    return None if checker.dialect.creates_from_filter and left.keys() <= KIND else left


def left_of(attribute, elements, gone):
    """The ``elements`` of a list without those that ``gone`` names: by its value, or by all the parts it has where it has no value,
    as an address has none.
    """
    if not attribute.is_complex:
        keys = {comparison_key(attribute, item) for item in gone}
        return [item for item in elements if comparison_key(attribute, item) not in keys]
    named = {_keys(attribute, item).get("value") for item in gone} - {None}
    described = [_keys(attribute, item).items() for item in gone if "value" not in item]
    found = [_keys(attribute, item) for item in elements]
    return [
        item
        for item, keys in zip(elements, found, strict=True)
        if keys.get("value") not in named and not any(parts <= keys.items() for parts in described)
    ]


def _keys(attribute, element):
    return {name: comparison_key(attribute.find(name), value) for name, value in element.items()}


def made_from_filter(operation, checker):
    """X-04, Entra. Sent: ``emails[type eq "work"].value`` as the path, for somebody without such an address.

    Meant: an element of what the filter asks for, with the value. The standard asks for ``noTarget`` (§3.5.2.3).
    """
    attribute, tree = operation.path.attribute, operation.path.filter
    terms = tree.terms if isinstance(tree, And) else (tree,)
    terms = [term for term in terms if not (isinstance(term, Not) and _is_about_primary(term.term))]  # so are new ones
    simple = all(isinstance(term, Comparison) and term.operator == "eq" and term.path.sub for term in terms)
    if not checker.dialect.creates_from_filter or not simple:
        raise NoTarget(f"no element of {attribute.name} matches the filter")
    asked = {term.path.sub.name: term.value for term in terms if not checker.is_cleared(term.value)}
    return checker.element(attribute, asked, attribute.name) or {}


def _is_about_primary(term):
    return isinstance(term, Comparison) and term.path.sub is not None and term.path.sub.name == "primary"
