"""The facts that the provisioning log shows of a call: how many, what was searched for, which value was refused."""

import re

from ...directory.calls.call_pulse import OWN_VALUES
from .call_lists import length
from .call_operations import operations_in

LONGEST_NAME = 200  # characters of a name or value that are kept
_LARGEST_STATED = 2**53  # bytes; a header may state any number, of which JSON keeps 64 bits at most
# The first alternative takes values without escapes, which is quicker.
_EQUALS = re.compile(r'\s*([\w:.$\-]+)\s+eq\s+"([^"\\]{1,200}|(?:[^"\\]|\\.){1,200})"\s*', re.IGNORECASE)
# The same in a decoded query, where a value may contain "&", as "R&D" does.
_ASKED_EQUALS = re.compile(rf"(?:^|.*?&)filter={_EQUALS.pattern}(?:&|$)", re.IGNORECASE)


def facts_of_bodies(seen, kind, operation, sent, got):
    """The facts in the bodies.

    ``sent`` and ``got`` are JSON without secrets, {} for a body that is not JSON or not parsed.
    """
    facts, known, excerpt = {}, seen.facts, seen.excerpt
    if excerpt is not None and excerpt.total is not None:
        facts = {"total": excerpt.total, "shown": excerpt.shown}
    elif "totalResults" in got:
        facts = {"total": got["totalResults"], "shown": length(got.get("Resources") or [])}
    if facts and operation == "list" and kind == "person" and facts["shown"] <= 2 and "count=" in seen.query:
        facts["is_test"] = True  # what the "Test" button of an identity provider sends
    if kind == "group" and isinstance(sent.get("members"), list):
        facts["sent"] = length(sent["members"])
    if operation == "bulk":
        results = operations_in(got)
        facts |= {"operations": len(operations_in(sent)), "failed": sum("response" in result for result in results)}
    if seen.cause == "too_large":
        facts["bytes"] = min(seen.sent_length or len(seen.body), _LARGEST_STATED)
    if seen.status < 300 and (kind == "person" or operation == "bulk") and _has_own_values(sent, seen.account_id):
        facts[OWN_VALUES] = True
    if seen.status == 401 and not seen.has_header:
        facts["has_header"] = False
    if seen.cause == "value" and "attribute" in known and "value" not in known:
        value = _value_of(sent, re.split(r"[:.]", known["attribute"])[-1].lower())
        if value is not None:
            facts["value"] = str(value)[:LONGEST_NAME]
    return facts


def _has_own_values(sent, account_id):
    """Whether a body gives or takes values of the account's extension; one that is only listed is none."""
    ours = f":scim:schemas:extension:{account_id}:2:user".lower()
    if any(value and ours in name.lower() for name, value in sent.items()):
        return True
    for operation in operations_in(sent):
        value, inner = operation.get("value"), operation.get("data")
        if ours in str(operation.get("path") or "").lower():
            return True
        if isinstance(value, dict) and any(ours in name.lower() for name in value):
            return True
        if isinstance(inner, dict) and _has_own_values(inner, account_id):  # an operation of a bulk request
            return True
    return False


def _value_of(sent, name):
    """The simple value that a body gives an attribute at any depth; None if it gives none."""
    level = [sent]
    for _ in range(8):
        for item in level:
            if not isinstance(item, dict):
                continue
            by_name = {key.rpartition(":")[2].rpartition(".")[2].lower(): value for key, value in item.items()}
            path = re.split(r"[:.]", str(by_name.get("path") or ""))[-1].lower()
            value = by_name.get("value") if path == name else by_name.get(name)
            if isinstance(value, str | int | float):
                return value
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
    return None


def looked_for(query, sent, operation):
    """The attribute and value that a simple filter searched for: ``{"by", "sought"}``."""
    if operation != "find":
        return {}
    text = sent.get("filter")
    match = _EQUALS.fullmatch(str(text)) if text else _ASKED_EQUALS.match(query)
    if match is None:
        return {}
    return {"by": match[1], "sought": re.sub(r"\\(.)", r"\1", match[2]) if "\\" in match[2] else match[2]}
