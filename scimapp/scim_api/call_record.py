"""What the provisioning log keeps of a call: put aside when the answer stands, described when it is written.

During the call only references are collected. Parsing, masking and naming happen in ``call_description``, in the thread
that writes the log; so a call pays microseconds, and nothing here can fail it.
"""

import logging
import time
from functools import partial

from flask import g, request

from ..directory import call_buffer, clock, token_secrets
from ..directory.call_log import PendingCall
from ..directory.secrets import digest
from ..request_log import request_id
from .call_causes import cause_of, facts_of
from .call_description import Seen, describe
from .gate import secret_in

_log = logging.getLogger("scimapp.calls")


def remember(answer, account_id):
    """Put a call aside for the log; whatever goes wrong here is logged and not raised."""
    try:
        _remember(answer, account_id)
    except Exception:
        _log.exception("request %s could not be put aside for the provisioning log", request_id())


def _remember(answer, account_id):
    asked, held = request._get_current_object(), g._get_current_object()
    environ = asked.environ
    call, error = held.get("scim_call"), held.get("scim_error")
    header = environ.get("HTTP_AUTHORIZATION")
    secret = secret_in(header)
    body, text = held.get("scim_body", b""), held.get("scim_excerpt") or answer.body
    waiting = call_buffer.buffer()
    if not waiting.has_room_for(len(body) + len(text)):
        body = text = b""
    token, status = call and call.token, answer.status
    seen = Seen(
        method=environ["REQUEST_METHOD"],
        base=f"/scim/{account_id}/v2",
        path=asked.path,
        query=environ.get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace"),
        status=status,
        token=token and (token.id, token.label, token.provider),
        secret=secret,
        has_header=header is not None,
        body=body,
        body_length=(asked.content_length if status == 413 else None) or len(body),
        answer=text,
        cause=cause_of(error),
        facts=facts_of(error),
        warnings=tuple(dict.fromkeys(call.warnings)) if call else (),
        milliseconds=round((time.perf_counter() - held.started_at) * 1000) if "started_at" in held else 0,
        address=asked.remote_addr,
        agent=environ.get("HTTP_USER_AGENT", ""),
    )
    waiting.put(
        PendingCall(
            account_id=account_id,
            request_id=request_id(),
            at=clock.now(),
            token_hash=digest(secret) if call is None and token_secrets.is_well_formed(secret) else None,
            describe=partial(describe, seen),
            size=len(body) + len(text),
            kind=_kind_of_flood(status, account_id, call),
        )
    )


def _kind_of_flood(status, account_id, call):
    """What anybody may send without end is counted together; every call that was really looked at is kept."""
    if call is None:
        return (account_id, status)
    return (account_id, status, call.token.id) if status == 429 else None
