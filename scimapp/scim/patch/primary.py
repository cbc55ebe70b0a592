"""The mark of the primary value: at most one element of a list has it (RFC 7643 §2.4)."""


def with_one_primary(old, new):
    """``old`` followed by ``new``; a new primary takes the mark from the old ones (R-125)."""
    if any(is_primary(item) for item in new):
        old = [item for item in map(without_primary, old) if item != {}]
    return [*old, *new]


def sets_primary(operation):
    """Whether an operation sets ``primary`` of elements to true or false."""
    if operation.path.sub is not None:
        return operation.path.sub.name == "primary"
    given = operation.value if isinstance(operation.value, list) else [operation.value]  # of one element
    return any(isinstance(item, dict) and "primary" in map(str.lower, item) for item in given)


def is_primary(item):
    """Whether an element has the mark."""
    return isinstance(item, dict) and item.get("primary") is True


def without_primary(item):
    """The element without the mark."""
    return {name: value for name, value in item.items() if name != "primary"} if is_primary(item) else item
