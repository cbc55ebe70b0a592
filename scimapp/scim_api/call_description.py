"""Describes a call for the provisioning log: its operation, its target, why it was refused; every secret is masked."""

import re
from functools import partial

import orjson

from ..directory.calls.call_log import LONGEST_TEXT, Description
from ..directory.connection import token_secrets
from ..scim.warnings import Reading, UnknownSchema
from .call_columns import KINDS, LONGEST_ID, columns_of, hint_of, name_in, path_of
from .call_facts import facts_of_bodies, looked_for
from .call_masking import Body, Masking
from .call_operations import operation_of

_KINDS = {noun.lower(): kind for noun, kind in KINDS.items()}
_OURS = re.compile(r"scim[A-Za-z0-9]{16,60}")
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
    operation = operation_of(seen, parts, kind, sent)
    facts = seen.facts | facts_of_bodies(seen, kind, operation, sent, got) | looked_for(query, sent, operation)
    warnings = _of_bulk(operation, facts)
    if seen.warnings:
        told = dict.fromkeys(seen.warnings)
        warnings = [_warning(text) for text in told if not isinstance(text, Reading)] + warnings
        if readings := [str(text) for text in told if isinstance(text, Reading)]:
            facts["readings"] = readings
    if not masking.is_kept:
        facts["unkept"] = True
    target_kind, scim_id, *named_by = _target(parts, kind, operation, sent, got, facts, excerpt)
    label = partial(name_in, masking, *named_by)
    token, secret = seen.token, seen.secret
    hint = hint_of(secret) if secret and _OURS.fullmatch(secret) else None
    columns = columns_of(token, hint, seen.method, operation, seen.status, target_kind, seen.address, seen.agent) | {
        "path": path_of(path or "/", query, facts, seen.cause),
        "cause": _cause(seen, parts),
        "facts": facts,
        "warnings": warnings or None,
        "milliseconds": seen.milliseconds,
    }
    if seen.status >= 400:
        columns |= _refusal(got)
    if not scim_id:
        columns["target_label"] = label()
    columns, scim_id = masking.clean_all([columns, scim_id])
    scim_id = scim_id and scim_id[:LONGEST_ID]
    return Description(columns, scim_id, request, answer, label)


def _read_answer(seen, masking):
    """The Body of the answer. One made of documents is not parsed, because the excerpt holds what is needed of it."""
    excerpt = seen.excerpt
    if excerpt is not None and excerpt.is_clean:
        return Body(seen.answer, None, True)
    if excerpt is None or excerpt.has_long_lists:
        return masking.read(seen.answer, is_answer=True) if seen.answer else _NOTHING
    return masking.read_documents(seen.answer, seen.schema)


def _refusal(got):
    """The columns that the answer to a refused call fills."""
    detail = str(got.get("detail") or "")[:LONGEST_TEXT] or None
    return {"result": "failed", "scim_type": got.get("scimType"), "detail": detail}


def _cause(seen, parts):
    if seen.status in (401, 429) and seen.token is None:  # 429: the address has tried too many tokens
        if not seen.secret:
            return "no_token"
        is_cut = _OURS.fullmatch(seen.secret) and not token_secrets.is_well_formed(seen.secret)
        return "cut_token" if is_cut else "unknown_token"
    if seen.cause == "not_found" and (not parts or parts[0].lower() not in (*_KINDS, "schemas", "resourcetypes")):
        return "url"
    return seen.cause


def _target(parts, kind, operation, sent, got, facts, excerpt):
    """``(kind, SCIM id, *what holds its name)`` of the resource a call was about, as far as the
    call names it; see ``name_in``.
    """
    if kind is None:
        return None, None, None
    only, scim_id = (excerpt.only, excerpt.scim_id) if excerpt is not None else (None, None)
    if operation in ("find", "list"):
        found = orjson.loads(only) if only else {}
        return kind, found.get("id") if operation == "find" else None, only, facts.get("sought")
    if len(parts) > 1:
        scim_id = parts[1]
    return kind, scim_id, only, {} if only else got, sent


def _warning(told):
    if isinstance(told, UnknownSchema):
        return {"cause": "namespace", "facts": {"text": str(told), "urn": told.urn}}
    return {"cause": "ignored", "facts": {"text": told}}


def _of_bulk(operation, facts):
    if operation != "bulk" or not facts["failed"]:
        return []
    return [{"cause": "bulk", "facts": {"failed": facts["failed"], "count": facts["operations"]}}]
