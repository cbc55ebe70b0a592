"""What the provisioning log keeps of a call: put aside when the answer stands, described when it is written.

During the call only references are collected. Parsing, masking and naming happen in ``describe``, in the thread that
writes the log; so a call pays microseconds, and nothing here can fail it.
"""

import logging
import re
import time
from dataclasses import dataclass
from functools import partial

import orjson
from flask import g, request

from ..directory import call_buffer, clock
from ..directory import errors as directory
from ..directory.call_log import LONGEST_TEXT, Description, PendingCall
from ..directory.secrets import digest
from ..request_log import request_id
from ..scim import errors as scim
from .gate import secret_in

MASK = "••••"
_log = logging.getLogger("scimapp.calls")
_KINDS = {"users": "person", "groups": "group"}
_OURS = re.compile(r"scim[A-Za-z0-9]{20,60}")
_HINT = 4  # characters of a refused token that are kept
# The first class that fits names the cause; the words of each stand in ``web.view_models.call_words``.
_CAUSES = (
    (directory.UserNameTaken, "taken"), (directory.EmailTaken, "taken"), (directory.ExternalIdTaken, "taken"),
    (directory.GroupNameTaken, "group_name"), (directory.OwnerIsProtected, "owner"),
    (directory.AboveYourRole, "above"), (directory.NotAllowed, "forbidden"), (directory.NotInAccount, "not_found"),
    (directory.DeactivationsStopped, "stopped"), (directory.UnknownMembers, "unknown_members"), (directory.StaleVersion, "stale"),
    (scim.Unauthorized, "unknown_token"), (scim.TooManyRequests, "too_fast"), (scim.PayloadTooLarge, "too_large"),
    (scim.InvalidFilter, "filter"), (scim.InvalidPath, "path"), (scim.NoTarget, "no_target"),
    (scim.Uniqueness, "taken"), (scim.NotFound, "not_found"), (scim.Unavailable, "busy"), (scim.ServerError, "fault"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """References to everything a description is made from."""

    method: str
    path: str
    parts: tuple
    status: int
    token: tuple | None  # (id, label, provider)
    secret: str | None
    body: bytes
    answer: bytes
    error: object
    warnings: tuple
    milliseconds: int
    address: str | None
    agent: str | None


def remember(answer, account_id):
    """Put a call aside for the log; whatever goes wrong here is logged and not raised."""
    try:
        call = g.get("scim_call")
        token = (call.token.id, call.token.label, call.token.provider) if call else None
        secret = None if call else secret_in(request.headers.get("Authorization"))
        path = request.full_path.rstrip("?")
        seen = _Seen(
            request.method,
            path[len("/scim/") + len(account_id) + len("/v2") :],
            tuple(request.path.split("/")[4:]),
            answer.status_code,
            token,
            secret[-_HINT:] if secret and _OURS.fullmatch(secret) else None,
            g.get("scim_body", b""),
            answer.get_data(),
            g.get("scim_error"),
            tuple(call.warnings) if call else (),
            round((time.perf_counter() - g.started_at) * 1000) if "started_at" in g else 0,
            request.remote_addr,
            request.headers.get("User-Agent", "")[:200] or None,
        )
        token_hash = digest(secret) if secret else None
        call_buffer.put(PendingCall(account_id, request_id(), clock.now(), token_hash, partial(describe, seen)))
    except Exception:
        _log.exception("request %s could not be put aside for the provisioning log", request_id())


def describe(seen):
    """The Description of a call."""
    body, answer = _parsed(seen.body), _parsed(seen.answer)
    kind = _KINDS.get(seen.parts[0].lower()) if seen.parts else None
    scim_id = _id_of(seen, kind, answer)
    columns = {
        "token_id": seen.token and seen.token[0],
        "token_label": seen.token and seen.token[1],
        "provider": seen.token and seen.token[2],
        "token_hint": seen.secret,
        "method": seen.method[:8],
        "path": seen.path[:LONGEST_TEXT],
        "operation": _operation(seen, kind, body),
        "status": seen.status,
        "result": "failed" if seen.status >= 400 else "warned" if seen.warnings else "answered",
        "scim_type": answer.get("scimType") if seen.status >= 400 else None,
        "detail": str(answer.get("detail") or "")[:LONGEST_TEXT] or None if seen.status >= 400 else None,
        "cause": _cause(seen),
        "facts": _facts(seen, kind, body, answer),
        "warnings": [_warning(text) for text in seen.warnings] or None,
        "target_kind": kind if scim_id or seen.method == "POST" else None,
        "target_id": None,
        "target_label": _label(answer) or _label(body),
        "milliseconds": seen.milliseconds,
        "address": seen.address,
        "agent": seen.agent,
    }
    return Description(columns, scim_id, _kept(seen.body, body), _kept(seen.answer, answer))


def _operation(seen, kind, body):
    method = seen.method
    if kind is None or seen.parts[-1].lower() == ".search":
        return "list" if kind else "discovery"
    if method in ("GET", "HEAD"):
        if len(seen.parts) > 1:
            return "read"
        return "find" if "filter=" in seen.path else "list"
    if method in ("PUT", "PATCH") and kind == "person":
        switched = _switched(body)
        if switched is not None and (method == "PATCH" or switched is False):
            return "activate" if switched else "deactivate"
    return {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}.get(method, "other")


def _switched(body):
    """What a body says about ``active``: True, False, or None for nothing."""
    values = [body.get("active")]
    for operation in body.get("Operations") or ():
        if isinstance(operation, dict):
            value, path = operation.get("value"), str(operation.get("path") or "").lower()
            values.append(value if path == "active" else value.get("active") if isinstance(value, dict) else None)
    known = {"true": True, "false": False}
    found = [known.get(str(value).lower()) for value in values if value is not None]
    return next((value for value in found if value is not None), None)


def _cause(seen):
    if seen.error is None:
        return None
    for error in seen.error:
        for kind, name in _CAUSES:
            if isinstance(error, kind):
                return name
    return "value" if getattr(seen.error[-1], "scim_type", None) == "invalidValue" else "syntax"


def _facts(seen, kind, body, answer):
    facts = {}
    if "totalResults" in answer:
        facts |= {"total": answer["totalResults"], "shown": len(answer.get("Resources") or ())}
    source = seen.error[0] if seen.error else None
    if getattr(source, "display_name", None):
        facts |= {"holder": source.display_name, "holder_id": source.user_id}
    if getattr(source, "attribute", None):
        facts["attribute"] = str(source.attribute)[:100]
    if kind == "group" and isinstance(body.get("members"), list):
        facts["sent"] = len(body["members"])
    return facts


def _warning(text):
    is_namespace = text.startswith("the schema ")
    facts = {"text": text, "urn": text.split("'")[1]} if is_namespace and "'" in text else {"text": text}
    return {"cause": "namespace" if is_namespace else "ignored", "facts": facts}


def _id_of(seen, kind, answer):
    if kind is None:
        return None
    if len(seen.parts) > 1 and not seen.parts[1].startswith("."):
        return seen.parts[1]
    return answer.get("id") if seen.method == "POST" and isinstance(answer.get("id"), str) else None


def _label(body):
    """The name a resource goes by in a body."""
    name = body.get("name") if isinstance(body.get("name"), dict) else {}
    parts = " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
    label = body.get("displayName") or parts or body.get("userName")
    return str(label)[:200] if label else None


def _parsed(raw):
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _kept(raw, body):
    """A body as text with secrets masked; what is no JSON as it came, with odd bytes replaced."""
    if not raw:
        return None
    if body:
        return orjson.dumps(_masked(body), option=orjson.OPT_INDENT_2).decode()
    return raw[:LONGEST_TEXT].decode("utf-8", "replace").replace("\0", "\ufffd")


def _masked(value):
    if isinstance(value, dict):
        if str(value.get("path") or "").lower().endswith("password") and "value" in value:
            value = value | {"value": MASK}
        return {name: MASK if name.lower() == "password" else _masked(item) for name, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value
