"""The operation of a call in the provisioning log: told by its method, its path, and what its body switches."""

import re

IS_FILTERED = re.compile(r"(?:^|&)filter=.", re.IGNORECASE)
_METHODS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_SWITCHED = {"true": True, "1": True, "false": False, "0": False}


def operation_of(seen, parts, kind, sent):
    """The operation of any call: ``parts`` of its path, ``kind`` of the resource it names, ``sent`` its body."""
    if parts and parts[0].lower() == "bulk":
        return "bulk"
    if kind is None:
        return "discovery" if seen.method in ("GET", "HEAD") and parts and seen.cause != "not_found" else "other"
    if parts[-1].lower() == ".search":
        return "find" if sent.get("filter") else "list"
    if seen.method in ("GET", "HEAD"):
        if len(parts) > 1:
            return "read"
        return "find" if IS_FILTERED.search(seen.raw_query) else "list"
    return written_by(seen.method, kind, sent)


def written_by(method, kind, sent):
    """The operation of a write with this method; ``sent`` is the body."""
    if method in ("PUT", "PATCH") and kind == "person":
        switched = _switched(sent)
        if switched is False or (switched and method == "PATCH" and _is_alone(sent)):
            return "activate" if switched else "deactivate"
    return _METHODS.get(method, "other")


def _switched(sent):
    """The value that a body gives ``active``: True, False, or None for no value."""
    values = [value for name, value in sent.items() if name.lower() == "active"]
    for operation in operations_in(sent):
        value, path = operation.get("value"), str(operation.get("path") or "").lower()
        inner = [item for name, item in value.items() if name.lower() == "active"] if isinstance(value, dict) else []
        values += [value] if path.rpartition(":")[2] == "active" else inner
    found = (_SWITCHED.get(str(_out_of_a_list(value)).lower()) for value in values)
    return next((value for value in found if value is not None), None)


def _out_of_a_list(value):
    """X-11: ``[{"$ref": null, "value": "False"}]`` and ``["False"]`` are read as the text."""
    item = value[0] if isinstance(value, list) and len(value) == 1 else value
    return item.get("value") if isinstance(item, dict) else item


def _is_alone(sent):
    """Whether a PATCH changes nothing but ``active``."""
    operations = operations_in(sent)
    if len(operations) != 1:
        return False
    value = operations[0].get("value")
    return len(value) == 1 if isinstance(value, dict) else True


def operations_in(sent):
    """The operations of the body of a PATCH or a bulk request."""
    listed = sent.get("Operations", sent.get("operations"))
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
