"""Describes a call for the provisioning log: its operation, its target, why it was refused; every secret is masked."""

import re
from functools import partial

import orjson

from ...directory.calls.pending_calls import LONGEST_TEXT, Description
from ...directory.connection import token_secrets
from ...scim.warnings import Reading, UnknownSchema
from .call_columns import KINDS, LONGEST_ID, columns_of, hint_of, name_in, path_of
from .call_facts import facts_of_bodies, looked_for
from .call_masking import Body, Masking
from .call_operations import operation_of

_KINDS = {noun.lower(): kind for noun, kind in KINDS.items()}
_OURS = re.compile(r"scim[A-Za-z0-9]{16,60}")


def describe(seen):
    """The Description of a call."""
    masking = Masking(seen.secret)
    query = masking.query_of(seen.query)
    request, answer = masking.read(seen.body), _read_answer(seen, masking)
    texts = masking.text_of(request), masking.text_of(answer)  # now that every secret of the call is known
    sent, got = request.object, answer.object
    path = seen.path.removeprefix(seen.base) or "/"
    parts = [part for part in path.split("/") if part]
    kind = _KINDS.get(parts[0].lower()) if parts else None
    operation = operation_of(seen, parts, kind, sent)
    facts = seen.facts | facts_of_bodies(seen, kind, operation, sent, got) | looked_for(query, sent, operation)
    if place := _place_in_filter(path, query, facts, seen.cause):
        facts["at"] = place
    if readings := [str(text) for text in seen.warnings if isinstance(text, Reading)]:
        facts["readings"] = readings
    if not masking.is_kept:
        facts["unkept"] = True
    target_kind, scim_id, *named_by = _target(parts, kind, operation, sent, got, facts, seen.excerpt)
    label = partial(name_in, masking, *named_by)
    hint = hint_of(seen.secret) if seen.secret and _OURS.fullmatch(seen.secret) else None
    columns = columns_of(
        seen.token, hint, seen.method, operation, seen.status, target_kind, seen.address, seen.agent
    ) | {
        "path": path_of(path, query),
        "cause": _cause(seen, parts),
        "facts": facts,
        "warnings": _warnings(seen, operation, facts) or None,
        "milliseconds": seen.milliseconds,
    }
    if seen.status >= 400:
        columns |= _refusal(got)
    if not scim_id:
        columns["target_label"] = label()
    columns, scim_id = masking.clean_all([columns, scim_id])
    return Description(columns, scim_id and scim_id[:LONGEST_ID], *texts, label)


def _read_answer(seen, masking):
    """The Body of the answer. One made of documents is not parsed, because the excerpt holds what is needed of it."""
    excerpt = seen.excerpt
    if excerpt is not None and excerpt.is_clean:
        return Body(seen.answer, None, True)
    if excerpt is None or excerpt.has_long_lists:
        return masking.read(seen.answer, is_answer=True)
    return masking.read_documents(seen.answer, seen.schema)


def _place_in_filter(path, query, facts, cause):
    """Where the path with its query is wrong, if a filter in it is refused; None for any other call."""
    position = facts.get("position") if cause == "filter" and query else None
    start = f"{path}?{query}".find("filter=")
    return start + len("filter=") + position - 1 if position and start >= 0 else None


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
    """``(kind, SCIM id, *what holds its name)`` of the resource a call was about, as far as the call names it; see
    ``name_in``.
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


def _warnings(seen, operation, facts):
    """What was ignored or failed, as the log keeps it. Values that were only read in another form are facts instead."""
    found = [_warning(text) for text in seen.warnings if not isinstance(text, Reading)]
    if operation == "bulk" and facts["failed"]:
        found.append({"cause": "bulk", "facts": {"failed": facts["failed"], "count": facts["operations"]}})
    return found


def _warning(text):
    if isinstance(text, UnknownSchema):
        return {"cause": "namespace", "facts": {"text": str(text), "urn": text.urn}}
    return {"cause": "ignored", "facts": {"text": text}}
