"""The provisioning log: the list with its chart and filters, and one call explained."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...directory import accounts, audit_log, call_log, call_search
from . import call_words
from .audit import Telling
from .chart import chart_of
from .listing import Filter, ListAddress, read_number

PERIODS = {"1": _l("Last 24 hours"), "7": _l("Last 7 days"), "30": _l("Last 30 days"), "all": _l("Everything kept")}
_OFFENDING = re.compile(r"[‘'“\"]([^’'”\"]{2,80})[’'”\"]")


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list."""

    call: object
    sentence: str
    notes: list
    pill: tuple  # (kind, text, icon)


@dataclass(frozen=True, slots=True)
class CallList:
    """``newest_seq`` is what "newer calls" are counted from; ``newer`` how many came since, 0 on other pages."""

    address: ListAddress
    search: object
    days: str
    rows: list
    filters: list
    tokens: list
    chart: object
    total: int
    newer_href: str | None
    newer: str | None
    older: str | None

    @property
    def is_filtered(self):
        return bool(self.filters or self.search.q)


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call explained. ``request`` and ``answer`` are lists of ``(text, whether it is the value at fault)``."""

    row: CallRow
    meaning: list
    changes: list
    fixes: list
    request: list | None
    answer: list | None
    has_bodies: bool
    body_days: int
    same: list
    older: str | None
    newer: str | None


def read_search(args):
    """The CallSearch of a query string, and its period; what it does not know is left aside."""
    days = args.get("days", "")
    days = days if days in PERIODS else "1"
    result, operation = args.get("result"), args.get("operation")
    search = call_search.CallSearch(
        q=args.get("q", "").strip()[:200],
        result=result if result in call_words.RESULTS else None,
        token=args.get("token") or None,
        operation=operation if operation in call_words.OPERATIONS else None,
        since=None if days == "all" else audit_log.since_days(int(days)),
        before=read_number(args.get("before", ""), None),
        after=read_number(args.get("after", ""), None),
    )
    return search, days


def call_list(scope, args):
    """The whole page for a query string. Six statements at any length."""
    call_log.flush()
    search, days = read_search(args)
    page = call_search.find(scope, search)
    address = _address(search, days)
    tokens = call_search.tokens_seen(scope)
    chart_days = 30 if days == "all" else int(days)
    seen = read_number(args.get("seen", ""), 0)
    newer = call_search.newer_count(scope, search, seen) if seen and not search.before and not search.after else 0
    return CallList(
        address=address,
        search=search,
        days=days,
        rows=[row_of(call) for call in page.items],
        filters=_filters(search, address, dict(tokens)),
        tokens=tokens,
        chart=chart_of(call_search.hours(scope, chart_days), chart_days),
        total=newer,
        newer_href=address.to(),
        newer=address.to(after=page.newer) if page.newer is not None else None,
        older=address.to(before=page.older) if page.older is not None else None,
    )


def call_page(scope, request_id, args):
    """One call. Raises NotInAccount."""
    call_log.flush()
    call, body = call_search.get(scope, request_id)
    search, days = read_search(args)
    older, newer = call_search.neighbours(scope, search, call)
    telling = Telling(scope)
    entries = audit_log.of_request(scope, call.request_id)
    at_fault = _at_fault(call)
    return CallPage(
        row=row_of(call),
        meaning=call_words.meaning(call),
        changes=[telling(entry, is_veiled) for entry, is_veiled in entries],
        fixes=call_words.fixes(call),
        request=_marked(body.request, at_fault) if body and body.request else None,
        answer=_marked(body.answer, None) if body and body.answer else None,
        has_bodies=body is not None,
        body_days=accounts.get(scope.account_id).log_body_days,
        same=[row_of(other) for other in call_search.same_problem(scope, call)],
        older=older,
        newer=newer,
    )


def row_of(call):
    """A call as the lists show it."""
    kind, icon = call_words.RESULTS[call.result][1:]
    notes = call_words.warnings(call)
    if call.result == "failed":
        notes = [_("Nothing was changed.")] if call.method not in ("GET", "HEAD") else []
    return CallRow(call, call_words.sentence(call), notes, (kind, str(call.status), icon))


def record_of(call, body):
    """A call as the export writes it."""
    return {
        "time": call.at.isoformat(), "requestId": call.request_id, "sentence": call_words.sentence(call),
        "warnings": call_words.warnings(call), "result": call.result, "status": call.status,
        "scimType": call.scim_type, "detail": call.detail, "method": call.method, "path": call.path,
        "operation": call.operation, "target": call.target_id, "token": call.token_label,
        "milliseconds": call.milliseconds, "address": call.address, "agent": call.agent,
        "request": body.request if body else None, "answer": body.answer if body else None,
    }  # fmt: skip


def _address(search, days):
    state = {"q": search.q, "result": search.result, "token": search.token, "operation": search.operation,
             "days": None if days == "1" else days}  # fmt: skip
    return ListAddress("web.provisioning_log", state)


def _filters(search, address, tokens):
    named = (
        ("result", search.result, call_words.RESULTS.get(search.result, ("",))[0]),
        ("token", search.token, tokens.get(search.token, _("Unknown token"))),
        ("operation", search.operation, call_words.OPERATIONS.get(search.operation, "")),
    )
    return [Filter(text, address.to(**{name: None})) for name, value, text in named if value]


def _at_fault(call):
    """The value that a refusal names, to be marked in the body."""
    found = _OFFENDING.search(call.detail or "") if call.result == "failed" else None
    return found[1] if found else None


def _marked(text, at_fault):
    if not at_fault or at_fault not in text:
        return [(text, False)]
    before, _found, after = text.partition(at_fault)
    return [(before, False), (at_fault, True), (after, False)]
