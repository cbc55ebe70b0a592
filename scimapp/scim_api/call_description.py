"""A call described for the provisioning log: what it was, about whom, why it was refused; every secret masked."""

import re
from functools import lru_cache

import orjson

from ..directory.calls.call_log import LONGEST_TEXT, Description
from ..directory.connection import token_secrets
from ..scim.checker import Reading
from .call_looks import LEFT_OUT
from .call_masking import Body, Masking

KINDS = {"Users": "person", "Groups": "group"}  # as our routes spell them
_KINDS = {noun.lower(): kind for noun, kind in KINDS.items()}
_OURS = re.compile(r"scim[A-Za-z0-9]{16,60}")
HINT = 4  # characters of a token that are kept
_EQUALS = re.compile(r'\s*([\w:.$\-]+)\s+eq\s+"((?:[^"\\]|\\.){1,200})"\s*', re.IGNORECASE)
IS_FILTERED = re.compile(r"(?:^|&)filter=.", re.IGNORECASE)
_METHODS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_SWITCHED = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_NAME = 200
LONGEST_ID = 64
_NOTHING = Body(b"")


def describe(seen):
    """The Description of a call."""
    masking, excerpt = Masking(seen.secret), seen.excerpt
    query = masking.query_of(seen.query)
    sent = masking.read(seen.body) if seen.body else _NOTHING
    got = _read_answer(seen, masking)
    request, answer = masking.text_of(sent), masking.text_of(got)
    sent = sent.value if isinstance(sent.value, dict) else {}
    got = got.value if isinstance(got.value, dict) else {}
    path = seen.path.removeprefix(seen.base)
    parts = [part for part in path.split("/") if part]
    kind = _KINDS.get(parts[0].lower()) if parts else None
    operation = _operation(seen, parts, kind, sent)
    facts = seen.facts | facts_of_bodies(seen, kind, operation, sent, got) | looked_for(query, sent, operation)
    warnings = _of_bulk(operation, facts)
    if seen.warnings:
        told = dict.fromkeys(seen.warnings)
        warnings = [_warning(text) for text in told if not isinstance(text, Reading)] + warnings
        if readings := [str(text) for text in told if isinstance(text, Reading)]:
            facts["readings"] = readings
    if not masking.is_kept:
        facts["unkept"] = True
    target_kind, scim_id, label = _target(parts, kind, operation, sent, got, facts, excerpt)
    token, secret = seen.token, seen.secret
    hint = secret[-HINT:] if secret and _OURS.fullmatch(secret) else None
    columns = columns_of(token, hint, seen.method, operation, seen.status, target_kind, seen.address, seen.agent) | {
        "path": path_of(path or "/", query, facts, seen.cause),
        "cause": _cause(seen, parts),
        "facts": facts,
        "warnings": warnings or None,
        "milliseconds": seen.milliseconds,
    }
    if seen.status >= 400:
        detail = str(got.get("detail") or "")[:LONGEST_TEXT] or None
        columns |= {"result": "failed", "scim_type": got.get("scimType"), "detail": detail}
    if not scim_id:
        columns["target_label"] = label()
    columns, scim_id = masking.clean_all([columns, scim_id])
    scim_id = scim_id and scim_id[:LONGEST_ID]
    return Description(columns, scim_id, request, answer, label=lambda: masking.clean_all(label()))


def columns_of(token, hint, method, operation, status, target_kind, address, agent):
    """The columns of an answered call that say nothing yet of what was asked and answered. ``token`` is None for nobody's."""
    return {
        "token_id": token and token.id,
        "token_label": token and token.label,
        "provider": token and token.provider,
        "token_hint": hint,
        "method": method[:8],
        "path": None,
        "operation": operation,
        "status": status,
        "result": "answered",
        "scim_type": None,
        "detail": None,
        "cause": None,
        "facts": None,
        "warnings": None,
        "target_kind": target_kind,
        "target_id": None,
        "target_label": None,
        "milliseconds": None,
        "address": address,
        "agent": agent[:_LONGEST_NAME] or None,
    }


@lru_cache(maxsize=256)
def usual_columns(*parts):
    """As ``columns_of``, for what many calls share, to be copied; None where some of it has to be masked."""
    columns = columns_of(*parts)
    return columns if Masking().clean_all(columns) is columns else None


def _read_answer(seen, masking):
    """The Body of the answer. One made of documents is not parsed: what would be asked of it stands in the excerpt."""
    excerpt = seen.excerpt
    if excerpt is not None and excerpt.is_clean:
        return Body(seen.answer, None, True)
    if excerpt is None or excerpt.has_long_lists:
        return masking.read(seen.answer, is_answer=True) if seen.answer else _NOTHING
    return masking.read_documents(seen.answer, seen.schema)


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
        return "find" if IS_FILTERED.search(seen.raw_query) else "list"
    return written_by(seen.method, kind, sent)


def written_by(method, kind, sent):
    """The operation that a method stands for; ``sent`` is the body."""
    if method in ("PUT", "PATCH") and kind == "person":
        switched = _switched(sent)
        if switched is False or (switched and method == "PATCH" and _is_alone(sent)):
            return "activate" if switched else "deactivate"
    return _METHODS.get(method, "other")


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


def facts_of_bodies(seen, kind, operation, sent, got):
    facts, known, excerpt = {}, seen.facts, seen.excerpt
    if excerpt is not None and excerpt.total is not None:
        facts = {"total": excerpt.total, "shown": excerpt.shown}
    elif "totalResults" in got:
        facts = {"total": got["totalResults"], "shown": _length(got.get("Resources") or [])}
    if facts and operation == "list" and kind == "person" and facts["shown"] <= 2 and "count=" in seen.query:
        facts["is_test"] = True  # what identity providers do behind a "Test" button
    if kind == "group" and isinstance(sent.get("members"), list):
        facts["sent"] = _length(sent["members"])
    if operation == "bulk":
        results = _operations(got)
        facts |= {"operations": len(_operations(sent)), "failed": sum("response" in result for result in results)}
    if seen.cause == "too_large":
        facts["bytes"] = seen.sent_length or len(seen.body)
    if seen.status == 401 and not seen.has_header:
        facts["has_header"] = False
    if seen.cause == "value" and "attribute" in known and "value" not in known:
        value = _value_of(sent, re.split(r"[:.]", known["attribute"])[-1].lower())
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


def looked_for(query, sent, operation):
    """What a search with a simple filter looked for: ``{"by", "sought"}``."""
    if operation != "find":
        return {}
    text = sent.get("filter") or next((part[7:] for part in query.split("&") if part.lower().startswith("filter=")), "")
    match = _EQUALS.fullmatch(str(text))
    if match is None:
        return {}
    return {"by": match[1], "sought": re.sub(r"\\(.)", r"\1", match[2]) if "\\" in match[2] else match[2]}


def _target(parts, kind, operation, sent, got, facts, excerpt):
    """``(kind, SCIM id, function that returns the name)`` of whom a call was about, as far as it says."""
    if kind is None:
        return None, None, lambda: None
    only, scim_id = (excerpt.only, excerpt.scim_id) if excerpt is not None else (None, None)
    if operation in ("find", "list"):
        found = orjson.loads(only) if only else {}
        return kind, found.get("id") if operation == "find" else None, lambda: label_of(found) or facts.get("sought")
    if len(parts) > 1:
        scim_id = parts[1]
    return kind, scim_id, lambda: label_of(orjson.loads(only) if only else got) or label_of(sent)


def label_of(body):
    """The name a resource goes by in a body."""
    name = body.get("name") if isinstance(body.get("name"), dict) else {}
    parts = " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
    label = body.get("displayName") or parts or body.get("userName")
    return " ".join(str(label).split())[:_LONGEST_NAME] or None if label else None


def path_of(path, query, facts, cause):
    """The path below the base URL with its query; ``facts["at"]`` becomes where in it a filter went wrong."""
    if not query:
        return path[:LONGEST_TEXT]
    position, start = facts.get("position"), f"{path}?{query}".find("filter=")
    if position and start >= 0 and cause == "filter":
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
