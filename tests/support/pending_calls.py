"""Calls of a client that wait to be written into the provisioning log, and what of them is there once they were."""

from scimapp.directory import clock
from scimapp.directory.calls import call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.calls.pending_calls import Description, PendingCall

COLUMNS = {
    "token_id": None, "token_label": None, "provider": "okta", "token_hint": None, "method": "GET", "path": "/Users",
    "operation": "list", "status": 200, "result": "answered", "scim_type": None, "detail": None, "cause": None,
    "warnings": None, "target_kind": None, "target_id": None, "target_label": None, "milliseconds": 1, "address": None,
    "agent": None,
}  # fmt: skip


def pending(account, name="r", *, describe=None, size=0, kind=None, body="{}", **columns):
    """A record as the SCIM front puts it aside."""
    described = describe or (lambda: Description(COLUMNS | {"facts": {}} | columns, None, body, body))
    return PendingCall(account.id, name, clock.now(), None, described, size, kind)


def kept(scope):
    """The ids of the requests in the log, newest first."""
    return [call.request_id for call in call_search.find(scope, CallSearch(per_page=1000)).items]
