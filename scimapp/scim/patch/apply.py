"""Applying PATCH operations to a representation (RFC 7644 §3.5.2): in order, each on the result of the one before.

Returns a new dict; the old one is untouched, so a refused operation leaves everything as it was. Only the attributes
that are named are copied.
"""

from msgspec.structs import replace

from ..checker import Checker, distinct
from ..errors import InvalidValue, MutabilityError, NoTarget, ScimError
from ..filter.evaluate import element_matches
from ..values import shown
from ..warnings import archived, unknown
from ..work import Work
from .parts import left_of, made_from_filter, with_part, with_parts, without_part
from .primary import is_primary, sets_primary, with_one_primary, without_primary

_GONE = (None, {})  # what is left of an element that leaves; 0 and false are values and stay


def apply_patch(operations, representation, resource_type, dialect, warnings=None, work=None):
    """The representation after ``operations``; the list ``warnings`` receives notes on what is ignored inside values.

    ``work`` is the Work of a request that holds more than these. Raises MutabilityError, NoTarget, InvalidValue, TooMany,
    each naming the operation.
    """
    after = dict(representation)
    checker = Checker(dialect, warnings, work or Work())
    for operation in operations:
        try:
            _apply(operation, after, resource_type, checker)
        except ScimError as error:
            raise error.within(f"operation {operation.position}") from error
    return after


def _apply(operation, after, resource_type, checker):
    path = operation.path
    if path.container is None:
        _change(operation, after, checker)
        return
    container = dict(after.get(path.container) or {})
    if path.attribute is None:
        _change_extension(operation, container, resource_type.extension(path.container), checker)
    else:
        _change(operation, container, checker)
    if container:
        after[path.container] = container
    else:
        after.pop(path.container, None)


def _change_extension(operation, container, schema, checker):
    """Apply an operation whose path is the URN of an extension: set its attributes one by one, or remove all."""
    if operation.op == "remove":
        container.clear()
        return
    if checker.is_cleared(operation.value):
        if _clears(operation.op, operation.value):
            container.clear()
        return
    if not isinstance(operation.value, dict):
        raise InvalidValue(f"{schema.id}: an object is expected, not {shown(operation.value)}")
    for name, value in operation.value.items():
        attribute = schema.find(name)
        if attribute is None:
            if name.lower() == "schemas":
                continue  # an echo of the extension's own URN, which the path names already
            if name.lower() in schema.archived:
                checker.warn(archived(name))
                continue
            if not checker.dialect.ignores_unknown_values:
                raise InvalidValue(f"{schema.id} has no attribute {name[:60]!r}")
            checker.warn(unknown(name, schema.id))
            continue
        _change_whole(operation.op, attribute, value, container, checker)


def _change(operation, holder, checker):
    """One attribute of ``holder`` (the core attributes, or those of an extension)."""
    path, attribute = operation.path, operation.path.attribute
    if attribute.mutability == "writeOnly":
        return  # password: accepted and dropped
    if attribute.name == "schemas" and operation.op != "remove" and checker.dialect.ignores_read_only_values:
        return  # it follows the extensions that have a value
    if attribute.is_read_only or attribute.name == "schemas" or (path.sub and path.sub.is_read_only):
        _refuse_read_only(operation, holder, checker.dialect)
        return
    if path.sub is not None and operation.op != "remove" and operation.value and isinstance(operation.value, list):
        operation = replace(operation, value=checker.out_of_a_list(path.sub, operation.value, str(path)))
    if path.filter is not None:
        _change_selected(operation, holder, checker)
    elif path.sub is not None:
        _change_part(operation, holder, checker)
    elif operation.op == "remove":
        _remove_whole(operation, holder, checker)
    else:
        _change_whole(operation.op, attribute, operation.value, holder, checker)


def _refuse_read_only(operation, holder, dialect):
    """X-05, Okta. Sent: ``{"op": "replace", "value": {"id": "7", "displayName": "Sales"}}``. Meant: only the name.

    A readOnly attribute inside a value is an echo, perhaps an old one. The id of another resource is refused, because the
    request has gone astray. A path that names a readOnly attribute is refused.
    """
    path = operation.path
    if operation.is_implied and path.attribute.name == "id" and holder.get("id") not in (None, operation.value):
        raise MutabilityError("id is readOnly, and this is the id of another resource")
    if operation.is_implied and (
        dialect.ignores_read_only_values or holder.get(path.attribute.name) == operation.value
    ):
        return
    if path.sub and not path.attribute.is_read_only and dialect.ignores_read_only_values:
        return
    raise MutabilityError(f"{path} is readOnly")


def _remove_whole(operation, holder, checker):
    """Remove the attribute; X-09 is the exception.

    Sent by Entra: ``{"op": "Remove", "path": "members", "value": [{"value": "42"}]}``. Meant: ``members[value eq "42"]``.
    ``membership`` handles operations on members alone.
    """
    attribute = operation.path.attribute
    if attribute.required:
        raise MutabilityError(f"{attribute.name} is required and cannot be removed")
    listed = attribute.multi_valued and checker.dialect.removes_listed and operation.value not in (None, [], "")
    if not listed:
        holder.pop(attribute.name, None)
        return
    gone = checker.elements(attribute, operation.value, attribute.name) or []
    _put(holder, attribute, left_of(attribute, holder.get(attribute.name, ()), gone, checker), checker)


def _change_whole(op, attribute, value, holder, checker):
    """add or replace of a whole attribute."""
    if attribute.multi_valued:
        old = list(holder.get(attribute.name, ())) if op == "add" else []
        new = checker.attribute(attribute, value, attribute.name) or []
        _put(holder, attribute, with_one_primary(old, new), checker)
        return
    if not checker.is_cleared(value):
        value = checker.out_of_a_list(attribute, value, attribute.name)
    if checker.is_cleared(value):
        if _clears(op, value) or (op == "replace" and not attribute.is_complex):
            _clear(holder, attribute)
        return
    checked = checker.element(attribute, value, attribute.name)
    if not attribute.is_complex:
        holder[attribute.name] = checked
    elif left := with_parts(holder.get(attribute.name) or {}, value, checked, checker):
        holder[attribute.name] = left
    else:
        _clear(holder, attribute)


def _clears(op, value):
    """Whether an empty value removes a complex attribute or an extension. An object without parts changes none of them
    (§3.5.2.1, §3.5.2.3), and an add of nothing adds nothing.
    """
    return value in (None, "") or (op == "replace" and value != {})


def _change_part(operation, holder, checker):
    """``name.givenName``, or ``emails.type`` for every element of a multi-valued attribute."""
    path, attribute, sub = operation.path, operation.path.attribute, operation.path.sub
    is_taken_away = operation.op == "remove" or checker.is_cleared(operation.value)
    change = without_part if is_taken_away else with_part
    if attribute.multi_valued:
        if _is_immutable(path):
            raise _immutable(path)
        elements = [change(operation, element, checker) for element in holder.get(attribute.name, ())]
        if not elements and not is_taken_away:
            elements = [with_part(operation, {}, checker)]
        if sub.name == "primary" and sum(map(is_primary, elements)) > 1:
            raise InvalidValue(f"{attribute.name}: primary may be true once only")
        _put(holder, attribute, [element for element in elements if element], checker)
        return
    if changed := change(operation, holder.get(attribute.name) or {}, checker):
        holder[attribute.name] = changed
    else:
        _clear(holder, attribute)


def _change_selected(operation, holder, checker):
    """Change the elements that a value filter selects."""
    path, attribute = operation.path, operation.path.attribute
    elements = list(holder.get(attribute.name, ()))
    checker.work.look_through(elements, path.filter)
    chosen = [place for place, element in enumerate(elements) if element_matches(path.filter, element)]
    if (path.sub or operation.op != "remove") and _is_immutable(path):
        _keep_immutable(operation, [elements[place] for place in chosen], checker)
        return
    if operation.op == "remove" or _takes_away(operation, chosen, checker):
        for place in chosen:
            elements[place] = without_part(operation, elements[place], checker) if path.sub else None
        _put(holder, attribute, [element for element in elements if element not in _GONE], checker)
        return
    is_new = not chosen
    if is_new:
        elements.append(made_from_filter(operation, checker))
        chosen = [len(elements) - 1]
    for place in chosen:
        elements[place] = _changed_element(operation, elements[place], checker)
    if any(is_primary(elements[place]) for place in chosen) and (is_new or sets_primary(operation)):
        if len(chosen) > 1:
            raise InvalidValue(f"{attribute.name}: primary may be true once only")
        elements = [element if place in chosen else without_primary(element) for place, element in enumerate(elements)]
    _put(holder, attribute, [element for element in elements if element not in _GONE], checker)


def _takes_away(operation, chosen, checker):
    """Whether the value is null: it removes the value of chosen elements (RFC 7643 §2.5) and creates no element."""
    is_meant = operation.path.sub is not None or operation.op == "replace"
    return is_meant and checker.is_cleared(operation.value) and bool(chosen or checker.dialect.creates_from_filter)


def _changed_element(operation, element, checker):
    path, attribute = operation.path, operation.path.attribute
    if path.sub is not None:
        return with_part(operation, element, checker)
    given = checker.out_of_a_list(attribute, operation.value, attribute.name)
    checked = checker.element(attribute, given, attribute.name)
    if not attribute.is_complex:
        return checked
    return with_parts(element, given, checked, checker) if operation.op == "add" else checked or {}


def _is_immutable(path):
    """Whether a path names parts of a member: members can only be added and removed (R-050)."""
    touched = [path.sub] if path.sub else path.attribute.sub_attributes
    return any(sub.mutability == "immutable" for sub in touched)


def _keep_immutable(operation, chosen, checker):
    """Refuse to change the ``chosen`` elements of a list whose parts are immutable; the values they have may be sent
    again. Where nothing is chosen, there is no target (§3.5.2.3), and X-04 makes none: a member is added to the list.
    """
    path, attribute = operation.path, operation.path.attribute
    if operation.op == "remove" or checker.is_cleared(operation.value):
        raise _immutable(path)
    if not chosen:
        raise NoTarget(f"no element of {attribute.name} matches the filter: add to {attribute.name}, without a filter")
    if path.sub:
        said = {path.sub.name: checker.element(path.sub, operation.value, str(path))}
    else:
        given = checker.out_of_a_list(attribute, operation.value, attribute.name)
        said = checker.element(attribute, given, attribute.name)
    for name, value in said.items():
        if value and any(element.get(name) != value for element in chosen):
            raise _immutable(path)


def _immutable(path):
    return MutabilityError(f"{path} is immutable: add and remove whole values")


def _put(holder, attribute, elements, checker):
    checker.work.look_through(elements)
    if elements:
        holder[attribute.name] = distinct(attribute, elements)
    else:
        _clear(holder, attribute)


def _clear(holder, attribute):
    if attribute.required:
        raise InvalidValue(f"{attribute.name} is required and cannot be empty")
    holder.pop(attribute.name, None)
