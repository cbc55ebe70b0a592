"""What the provisioning log keeps of a call: put aside once the answer is ready, described when the log is written.

During the call only references are collected, so it costs microseconds and cannot make the call fail. The thread that
writes the log parses, masks and names in ``call_reads``, ``call_writes`` and ``call_description``.
"""

import logging
import time
from typing import NamedTuple

from ...directory import clock
from ...directory.calls import call_buffer
from ...directory.calls.pending_calls import PendingCall
from ...directory.connection import token_secrets
from ...directory.fields import custom_values
from ...directory.secrets import digest
from ..access.gate import secret_in
from ..requests.escapes import with_pluses
from .call_causes import cause_of, facts_of
from .call_description import describe
from .call_reads import describe_read
from .call_writes import describe_write

_log = logging.getLogger("scimapp.calls")


class Seen(NamedTuple):
    """The parts of a request and its answer that a description is made from; calling it returns the description.

    ``token``: of an admitted call. ``secret``: from the header. ``sent_length``: the stated length of an unread body.
    ``excerpt``: the Excerpt of an answer made of resources. ``schema``: the extension in these. Thousands of these may wait,
    so none keeps a reference to anything else of its call.
    """

    method: str
    account_id: str
    path: str
    raw_query: str
    status: int
    token: object
    secret: str | None
    has_header: bool
    body: bytes
    sent_length: int | None
    answer: bytes
    excerpt: object
    schema: object
    warnings: object
    cause: str | None
    facts: dict
    milliseconds: int
    address: str | None
    agent: str

    @property
    def query(self):
        """The query string as text."""
        return with_pluses(self.raw_query.encode("latin-1").decode("utf-8", "replace")) if self.raw_query else ""

    @property
    def base(self):
        """The path of the account's base URL."""
        return f"/scim/{self.account_id}/v2"

    def __call__(self):
        return describe_read(self) or describe_write(self) or describe(self)


def remember(answer, g):
    """Put a call aside for the log; ``g`` is Flask's, of this request. Errors are logged and not raised."""
    try:
        _remember(answer, g)
    except Exception:
        _log.exception("request %s could not be put aside for the provisioning log", g.request_id)


def _remember(answer, g):
    request, status, account_id, now = g.request, answer.status, g.scim_account_id, clock.now()
    environ = request.environ
    call, error, started_at = getattr(g, "scim_call", None), g.get("scim_error"), g.started_at
    header = environ.get("HTTP_AUTHORIZATION")
    secret = secret_in(header)
    body = b""
    if call is not None:  # what was read before a token proved to have ended is nobody's
        body = getattr(g, "scim_kept_body", None) or g.get("scim_body", b"")  # the second if it is not JSON
    excerpt = answer.excerpt
    text = answer.body if excerpt is None else excerpt.text
    size, waiting = len(body) + len(text), call_buffer.buffer()
    if not waiting.has_room_for(size):
        body, text, excerpt, size = b"", b"", None, 0
    seen = Seen(
        environ["REQUEST_METHOD"],
        account_id,
        request.path,
        environ.get("QUERY_STRING", ""),
        status,
        None if call is None else call.token,
        secret,
        header is not None,
        body,
        request.content_length if status == 413 else None,
        text,
        excerpt,
        None if excerpt is None else call.types.user.extension.schema,
        call.warnings if call is not None and call.warnings else (),
        cause_of(error),  # now, because the error keeps all its frames alive
        facts_of(error),
        round((time.perf_counter() - started_at) * 1000),
        request.remote_addr,
        environ.get("HTTP_USER_AGENT", ""),
    )
    token_hash = digest(secret) if call is None and token_secrets.is_well_formed(secret) else None
    if seen.cause == "value" and call is not None:
        custom_values.note_refusal(account_id, now)
    kind = _kind_of_flood(status, account_id, call)
    waiting.put(PendingCall(account_id, g.request_id, now, token_hash, seen, size, kind))


def _kind_of_flood(status, account_id, call):
    """The kind under which a call refused at the gate is only counted; None for a call that is kept."""
    if call is None:
        return account_id, status
    return (account_id, status, call.token.id) if status == 429 or call.token.is_paused else None
