"""A call described for the provisioning log: what it was, about whom, why it was refused; every secret masked."""

import re
from dataclasses import dataclass

from ..directory import token_secrets
from ..directory.call_log import LONGEST_TEXT, Description
from ..scim.validation import Reading
from .call_masking import LEFT_OUT, Masking

_KINDS = {"users": "person", "groups": "group"}
_OURS = re.compile(r"scim[A-Za-z0-9]{16,60}")
_HINT = 4  # characters of a token that are kept
_EQUALS = re.compile(r'\s*([\w:.$\-]+)\s+eq\s+"((?:[^"\\]|\\.){1,200})"\s*', re.IGNORECASE)
_METHODS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_SWITCHED = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_NAME = 200


@dataclass(slots=True)
class Seen:
    """What a description is made from. ``token`` is ``(id, label, provider)``, ``secret`` what the header held."""

    method: str
    base: str
    path: str
    query: str
    status: int
    token: tuple | None
    secret: str | None
    has_header: bool
    body: bytes
    body_length: int
    answer: bytes
    cause: str | None
    facts: dict
    warnings: tuple
    milliseconds: int
    address: str | None
    agent: str

    @property
    def parts(self):
        """The path below the base URL, in parts."""
        return [part for part in self.path.removeprefix(self.base).split("/") if part]


def describe(seen):
    """The Description of a call."""
    masking = Masking(seen.secret)
    query = masking.query_of(seen.query)
    sent, got = masking.json_of(seen.body), masking.json_of(seen.answer, is_answer=True)
    request, answer = masking.text_of(seen.body, sent), masking.text_of(seen.answer, got)
    sent, got = (value if isinstance(value, dict) else {} for value in (sent, got))
    parts, is_refused = seen.parts, seen.status >= 400
    kind = _KINDS.get(parts[0].lower()) if parts else None
    operation = _operation(seen, parts, kind, sent)
    facts = seen.facts | _facts(seen, kind, operation, sent, got) | _looked_for(query, sent, operation)
    if readings := [text for text in seen.warnings if isinstance(text, Reading)]:
        facts["readings"] = [str(text) for text in readings]
    if not masking.is_kept:
        facts["unkept"] = True
    target_kind, scim_id, label = _target(parts, kind, operation, sent, got, facts)
    columns = {
        "token_id": seen.token and seen.token[0],
        "token_label": seen.token and seen.token[1],
        "provider": seen.token and seen.token[2],
        "token_hint": seen.secret[-_HINT:] if seen.secret and _OURS.fullmatch(seen.secret) else None,
        "method": seen.method[:8],
        "path": _path(seen, query, facts),
        "operation": operation,
        "status": seen.status,
        "result": "failed" if is_refused else "answered",
        "scim_type": got.get("scimType") if is_refused else None,
        "detail": str(got.get("detail") or "")[:LONGEST_TEXT] or None if is_refused else None,
        "cause": _cause(seen, parts),
        "facts": facts,
        "warnings": [_warning(text) for text in seen.warnings if not isinstance(text, Reading)]
        + _of_bulk(operation, facts)
        or None,
        "target_kind": target_kind,
        "target_id": None,
        "target_label": label,
        "milliseconds": seen.milliseconds,
        "address": seen.address,
        "agent": seen.agent[:_LONGEST_NAME] or None,
    }
    scim_id = masking.clean(scim_id)[:64] if scim_id else None
    return Description(masking.clean_all(columns), scim_id, request, answer)


def _operation(seen, parts, kind, sent):
    if parts and parts[0].lower() == "bulk":
        return "bulk"
    if kind is None:
        return "discovery" if seen.method in ("GET", "HEAD") and parts and seen.cause != "not_found" else "other"
    if parts[-1].lower() == ".search":
        return "find" if sent.get("filter") else "list"
    if seen.method in ("GET", "HEAD"):
        if len(parts) > 1:
            return "read"
        return "find" if re.search(r"(?:^|&)filter=.", seen.query, re.IGNORECASE) else "list"
    if seen.method in ("PUT", "PATCH") and kind == "person":
        switched = _switched(sent)
        if switched is False or (switched and seen.method == "PATCH" and _is_alone(sent)):
            return "activate" if switched else "deactivate"
    return _METHODS.get(seen.method, "other")


def _switched(sent):
    """What a body says about ``active``: True, False, or None for nothing."""
    values = [value for name, value in sent.items() if name.lower() == "active"]
    for operation in _operations(sent):
        value, path = operation.get("value"), str(operation.get("path") or "").lower()
        inner = [item for name, item in value.items() if name.lower() == "active"] if isinstance(value, dict) else []
        values += [value] if path.rpartition(":")[2] == "active" else inner
    found = (_SWITCHED.get(str(value).lower()) for value in values)
    return next((value for value in found if value is not None), None)


def _is_alone(sent):
    """Whether a PATCH does nothing but switch."""
    operations = _operations(sent)
    if len(operations) != 1:
        return False
    value = operations[0].get("value")
    return len(value) == 1 if isinstance(value, dict) else True


def _operations(sent):
    listed = sent.get("Operations", sent.get("operations"))
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _cause(seen, parts):
    if seen.status in (401, 429) and seen.token is None:  # 429: the address has tried too many
        if not seen.secret:
            return "no_token"
        is_cut = _OURS.fullmatch(seen.secret) and not token_secrets.is_well_formed(seen.secret)
        return "cut_token" if is_cut else "unknown_token"
    if seen.cause == "not_found" and (not parts or parts[0].lower() not in (*_KINDS, "schemas", "resourcetypes")):
        return "url"
    return seen.cause


def _facts(seen, kind, operation, sent, got):
    facts = {}
    if "totalResults" in got:
        facts |= {"total": got["totalResults"], "shown": _length(got.get("Resources") or [])}
        if operation == "list" and kind == "person" and facts["shown"] <= 2 and "count=" in seen.query:
            facts["is_test"] = True  # what identity providers do behind a "Test" button
    if kind == "group" and isinstance(sent.get("members"), list):
        facts["sent"] = _length(sent["members"])
    if operation == "bulk":
        results = _operations(got)
        facts |= {"operations": len(_operations(sent)), "failed": sum("response" in result for result in results)}
    if seen.cause == "too_large":
        facts["bytes"] = seen.body_length
    if seen.status == 401 and not seen.has_header:
        facts["has_header"] = False
    if seen.cause == "value" and "attribute" in seen.facts and "value" not in seen.facts:
        value = _value_of(sent, re.split(r"[:.]", seen.facts["attribute"])[-1].lower())
        if value is not None:
            facts["value"] = str(value)[:_LONGEST_NAME]
    return facts


def _length(items):
    """How long a list was before masking cut it."""
    cut = LEFT_OUT.fullmatch(items[-1]) if items and isinstance(items[-1], str) else None
    return len(items) - 1 + int(cut[1].replace(",", "")) if cut else len(items)


def _value_of(sent, name):
    """The simple value that a body gives an attribute, wherever it stands; None where there is none."""
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


def _looked_for(query, sent, operation):
    """What a search with a simple filter looked for: ``{"by", "sought"}``."""
    if operation != "find":
        return {}
    text = sent.get("filter") or next((part[7:] for part in query.split("&") if part.lower().startswith("filter=")), "")
    match = _EQUALS.fullmatch(str(text))
    return {"by": match[1], "sought": re.sub(r"\\(.)", r"\1", match[2])} if match else {}


def _target(parts, kind, operation, sent, got, facts):
    """``(kind, SCIM id, name)`` of whom a call was about, as far as it says."""
    if kind is None:
        return None, None, None
    if operation in ("find", "list"):
        found = got.get("Resources") or []
        only = found[0] if facts.get("total") == 1 and isinstance(found[0], dict) else {} if found else {}
        return kind, only.get("id") if operation == "find" else None, _label(only) or facts.get("sought")
    if len(parts) > 1:
        return kind, parts[1], _label(got) or _label(sent)
    new_id = got.get("id")
    return kind, new_id if isinstance(new_id, str) else None, _label(got) or _label(sent)


def _label(body):
    """The name a resource goes by in a body."""
    name = body.get("name") if isinstance(body.get("name"), dict) else {}
    parts = " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
    label = body.get("displayName") or parts or body.get("userName")
    return " ".join(str(label).split())[:_LONGEST_NAME] or None if label else None


def _path(seen, query, facts):
    """The path below the base URL with its query; ``facts["at"]`` becomes where in it a filter went wrong."""
    path = seen.path.removeprefix(seen.base) or "/"
    if not query:
        return path[:LONGEST_TEXT]
    position, start = facts.get("position"), f"{path}?{query}".find("filter=")
    if position and start >= 0 and seen.cause == "filter":
        facts["at"] = start + len("filter=") + position - 1
    return f"{path}?{query}"[:LONGEST_TEXT]


def _warning(text):
    is_namespace = text.startswith("the schema ")
    facts = {"text": text, "urn": text.split("'")[1]} if is_namespace and "'" in text else {"text": text}
    return {"cause": "namespace" if is_namespace else "ignored", "facts": facts}


def _of_bulk(operation, facts):
    if operation != "bulk" or not facts["failed"]:
        return []
    return [{"cause": "bulk", "facts": {"failed": facts["failed"], "count": facts["operations"]}}]
