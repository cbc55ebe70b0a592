"""The provisioning log: the list with its chart and filters, and one call explained."""

from collections import Counter

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ....directory import audit_log, clock
from ....directory.accounts import accounts
from ....directory.calls import call_log, call_pulse, call_search
from ....directory.events import MembersSkipped
from ....directory.fields import custom_fields
from ....local_time import local
from ...moment_words import as_title, logged, second, to_the_second
from ...template_helpers import token_words
from ..audit import Telling
from ..listing import Filter, ListAddress, read_seq
from . import call_words
from .call_bodies import Marked, marked_body, marked_path
from .call_paragraphs import Explanation, explanation_of
from .chart import chart_of

PERIODS = {"1": _l("Last 24 hours"), "7": _l("Last 7 days"), "30": _l("Last 30 days"), "all": _l("Everything kept")}
FILTERS = ("q", "target", "result", "token", "operation", "days")


class CallRow(Struct, frozen=True):
    """A call in the list."""

    call: object
    sentence: str
    notes: list
    pill: tuple  # (kind, text, icon)
    word: object  # the words for the result

    @property
    def is_today(self):
        return local(self.call.at).date() == local(clock.now()).date()

    @property
    def time(self):
        """The time of day, for a column headed by ``time_heading``."""
        return logged(self.call.at, second)

    @property
    def title(self):
        """The full moment, and the same in UTC."""
        return as_title(self.call.at, to_the_second)

    @property
    def token(self):
        """The token's label, None for an unknown token or none."""
        return token_words(self.call.token_label)

    @property
    def has_token(self):
        """Whether the call carried a token, known or not."""
        return bool(self.call.token_label) or self.call.cause not in ("no_token", None)

    @property
    def changes_nothing(self):
        return call_words.changes_nothing(self.call)


class CallList(Struct, frozen=True):
    """``watch`` is the address where a script asks for newer calls, None except on the first page.

    ``last_at`` is the time of the last call, read only where the period holds no calls.
    """

    address: ListAddress
    search: object
    days: str
    rows: list
    filters: list
    tokens: list
    chart: object
    is_partial: bool
    last_at: object
    watch: str | None
    newest: str | None
    newer: str | None
    older: str | None

    @property
    def is_filtered(self):
        return bool(self.filters or self.search.q)


class CallPage(Struct, frozen=True):
    """One call explained. ``request``, ``answer`` and ``path`` are lists of Marked; bodies not kept are None."""

    row: CallRow
    explanation: Explanation
    changes: list
    path: list[Marked]
    request: list[Marked] | None
    answer: list[Marked] | None
    has_bodies: bool
    body_days: int
    same: list
    older: str | None
    newer: str | None


def read_search(args):
    """``(CallSearch, period)`` of a query string; unknown values are ignored.

    Without a period in the address, one person or group is searched over everything kept, and all calls over a day.
    """
    target = args.get("target", "").strip()[:64] or None
    days = args.get("days", "")
    days = days if days in PERIODS else _usual_days(target)
    result, operation = args.get("result"), args.get("operation")
    search = call_search.CallSearch(
        q=args.get("q", "").strip()[:200].replace("\0", ""),
        target=target.replace("\0", "") if target else None,
        result=result if result in call_words.RESULTS else None,
        token=args.get("token", "")[:64].replace("\0", "") or None,
        operation=operation if operation in call_words.OPERATIONS else None,
        since=None if days == "all" else audit_log.since_days(int(days)),
        before=read_seq(args.get("before", "")),
        after=read_seq(args.get("after", "")),
    )
    return search, days


def call_list(scope, args):
    """The whole page for a query string. Nine statements at most, at any length."""
    call_log.flush()
    search, days = read_search(args)
    page = call_search.find(scope, search)
    address = _address(search, days)
    tokens = _tokens(scope)
    chart_days = 30 if days == "all" else int(days)
    is_first = search.before is None and (search.after is None or page.newer is None)
    own = labels_of(scope)
    seen = page.items[0].seq if page.items else 0
    return CallList(
        address=address,
        search=search,
        days=days,
        rows=[row_of(call, own) for call in page.items],
        filters=_filters(scope, search, days, address, dict(tokens)),
        tokens=tokens,
        chart=chart_of(call_pulse.hours(scope, chart_days), chart_days),
        is_partial=page.is_partial,
        last_at=None if page.items else call_search.last_at(scope),
        watch=url_for("web.provisioning_log_newer", seen=seen, **address.state) if is_first else None,
        newest=None if is_first else address.to(),
        newer=address.to(after=page.newer) if page.newer is not None else None,
        older=address.to(before=page.older) if page.older is not None else None,
    )


def newer_calls(scope, args):
    """``(number of newer calls that match the filters, the list's address)``; counts up to a hundred."""
    call_log.flush()
    search, days = read_search(args)
    return call_search.newer_count(scope, search, read_seq(args.get("seen", "")) or 0), _address(search, days).to()


def call_page(scope, request_id, args):
    """One call. Raises NotInAccount."""
    call_log.flush()
    call, body = call_search.get(scope, request_id)
    search, _days = read_search(args)
    older, newer = call_search.neighbours(scope, search, call)
    fields = custom_fields.list_fields(scope, None)
    entries, own = audit_log.of_request(scope, call.request_id), {field.field_id: field.label for field in fields}
    telling = Telling(scope, [entry for entry, _is_veiled in entries])
    return CallPage(
        row=row_of(call, own),
        explanation=explanation_of(scope, call, fields),
        changes=[telling(entry, is_veiled) for entry, is_veiled in entries if entry.event != MembersSkipped.name],
        path=marked_path(call),
        request=marked_body(call_log.indented(body.request), call) if body and body.request else None,
        answer=[Marked(call_log.indented(body.answer))] if body and body.answer else None,
        has_bodies=body is not None,
        body_days=accounts.get(scope.account_id).log_body_days,
        same=[row_of(other, own) for other in call_search.same_problem(scope, call)],
        older=older,
        newer=newer,
    )


def labels_of(scope):
    """The labels of custom fields, by Field ID."""
    return {field.field_id: field.label for field in custom_fields.list_fields(scope, None)}


def row_of(call, own=()):
    """A call as the lists show it."""
    word, kind, icon = call_words.RESULTS[call.result]
    pill = (kind, str(call.status), icon)
    return CallRow(call, call_words.sentence(call, own), call_words.notes(call), pill, word)


def record_of(call, body, own=()):
    """A call as the export writes it."""
    return {
        "time": call.at.isoformat(), "requestId": call.request_id, "sentence": call_words.sentence(call, own),
        "notes": call_words.notes(call), "result": call.result, "status": call.status, "scimType": call.scim_type,
        "detail": call.detail, "cause": call.cause, "times": call.times, "method": call.method, "path": call.path,
        "operation": call.operation, "targetKind": call.target_kind, "target": call.target_id,
        "targetName": call.target_label, "token": call.token_label, "tokenEndsIn": call.token_hint,
        "milliseconds": call.milliseconds, "address": call.address, "agent": call.agent,
        "request": body.request if body else None, "answer": body.answer if body else None,
    }  # fmt: skip


def _usual_days(target):
    return "all" if target else "1"


def _address(search, days):
    state = {"q": search.q, "target": search.target, "result": search.result, "token": search.token,
             "operation": search.operation, "days": None if days == _usual_days(search.target) else days}  # fmt: skip
    return ListAddress("web.provisioning_log", state)


def _tokens(scope):
    """``[(id, words)]`` of the account's tokens; those that have one label, as rotated ones do, with a part of the secret."""
    seen = [(id_, token_words(label), f"{start}…{end}") for id_, label, start, end in call_search.tokens_seen(scope)]
    counts = Counter(words for _id, words, _hint in seen)
    return [(id_, words if counts[words] == 1 else f"{words} ({hint})") for id_, words, hint in seen]


def _filters(scope, search, days, address, tokens):
    about = search.target and (call_search.target_name(scope, search.target) or search.target)
    named = (
        ("target", search.target, _("About: %(text)s", text=about)),
        ("result", search.result, call_words.RESULTS.get(search.result, ("",))[0]),
        ("token", search.token, tokens.get(search.token) or _("Unknown token")),
        ("operation", search.operation, call_words.OPERATIONS.get(search.operation, "")),
        ("days", days not in ("1", _usual_days(search.target)), PERIODS[days]),
    )
    return [Filter(text, address.to(**{name: None})) for name, value, text in named if value]
