"""How the SCIM connection is: a pill, the facts behind it, and warnings that each say how to mend them."""

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ...directory import accounts, call_log, call_search, clock, group_search, scim_tokens
from ...directory.roles import Role
from .calls import row_of
from .chart import chart_of

ENDS_SOON = timedelta(days=10)
QUIET_FACTOR = 10  # times the usual gap
SHORTEST_QUIET = timedelta(hours=24)  # a weekend without changes is no alarm
FAILING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Warning:
    """One sentence, and the address and words of the way to mend it."""

    text: str
    href: str
    link: str


@dataclass(frozen=True, slots=True)
class Health:
    """``pill`` is ``(kind, text, icon)``; ``last`` and ``first`` are calls or None."""

    pill: tuple
    first: object
    last: object
    last_row: object
    calls: int
    failed: int
    usual_gap: str | None
    skipped: int
    chart: object
    warnings: list

    @classmethod
    def of(cls, scope):
        """Ten statements at any size."""
        call_log.flush()
        account = accounts.get(scope.account_id)
        tokens = scim_tokens.list_tokens(scope)
        pulse = call_search.pulse(scope)
        skipped = group_search.skipped_members_count(scope)
        return cls(
            pill=_pill(account, tokens, pulse),
            first=pulse.first,
            last=pulse.last,
            last_row=row_of(pulse.last) if pulse.last else None,
            calls=pulse.answered + pulse.failed,
            failed=pulse.failed,
            usual_gap=_span(pulse.usual_gap) if pulse.usual_gap else None,
            skipped=skipped,
            chart=chart_of(call_search.hours(scope, 1), 1, width=640),
            warnings=[*_of_calls(scope), *_of_tokens(tokens), *_of_silence(pulse)],
        )


def _pill(account, tokens, pulse):
    if account.scim_paused_at is not None:
        return ("warn", _("Paused"), "clock")
    if not any(scim_tokens.is_live(token) for token in tokens):
        return ("", _("Off"), "cloud-off")
    if pulse.last is None:
        return ("info", _("Waiting for the first call"), "clock")
    silence = _silence(pulse)
    if silence is not None:
        return ("warn", _("Quiet for %(span)s", span=_span(silence.total_seconds())), "clock")
    total = pulse.answered + pulse.failed
    if total and pulse.failed / total >= FAILING_SHARE:
        return ("bad", _("Failing"), "alert-circle")
    return ("ok", _("Connected"), "dot")


def _silence(pulse):
    """How long the directory has been quiet, where that is unusual."""
    if pulse.last is None or pulse.usual_gap is None:
        return None
    silence = clock.now() - pulse.last.at
    unusual = max(SHORTEST_QUIET, timedelta(seconds=pulse.usual_gap * QUIET_FACTOR))
    return silence if silence > unusual else None


def _of_calls(scope):
    """Unknown namespaces and values of a wrong type, each told once however often it came."""
    urns, fields = {}, {}
    for call in call_search.recent_warnings(scope):
        for warning in call.warnings or ():
            if warning["cause"] == "namespace":
                urn = warning["facts"].get("urn", "")
                urns[urn] = urns.get(urn, 0) + 1
        if call.cause == "value" and (call.facts or {}).get("attribute"):
            fields.setdefault(call.facts["attribute"], call)
    for urn, count in urns.items():
        text = ngettext(
            "The directory sends a namespace that is not known here, so custom fields stay empty. %(num)s call today "
            "carried %(urn)s: is the Account ID filled in?",
            "The directory sends a namespace that is not known here, so custom fields stay empty. %(num)s calls today "
            "carried %(urn)s: is the Account ID filled in?",
            count,
            urn=urn,
        )
        yield Warning(text, url_for("web.fields_mapping"), _("Open the mapping sheets"))
    for attribute, call in fields.items():
        text = _("A value of %(field)s was refused: %(why)s", field=attribute, why=call.detail or "")
        yield Warning(text, url_for("web.provisioning_call", request_id=call.request_id), _("See the call"))


def _of_tokens(tokens):
    for token in tokens:
        if not scim_tokens.is_live(token):
            continue
        left = token.expires_at - clock.now()
        if left < ENDS_SOON and token.replaced_by_id is None:
            text = ngettext(
                "The token “%(label)s” ends in %(num)s day. Calls answer 401 from then on.",
                "The token “%(label)s” ends in %(num)s days. Calls answer 401 from then on.",
                max(left.days, 0),
                label=token.label,
            )
            yield Warning(text, url_for("web.provisioning", _anchor="tokens"), _("Rotate it"))
        if Role(token.maker_role) is Role.MEMBER:
            text = _(
                "Whoever made the token “%(label)s” is no administrator any more. It keeps working but may now change "
                "Members only.",
                label=token.label,
            )
            yield Warning(text, url_for("web.configure_scim", another=1), _("Generate another token"))


def _of_silence(pulse):
    silence = _silence(pulse)
    if silence is not None:
        text = _(
            "The directory has been quiet for %(span)s; usually it calls every %(usual)s. Look whether provisioning "
            "still runs there.",
            span=_span(silence.total_seconds()),
            usual=_span(pulse.usual_gap),
        )
        yield Warning(text, url_for("web.provisioning_log", days="30"), _("See the last calls"))


def _span(seconds):
    hours = int(seconds // 3600)
    if hours >= 48:
        return ngettext("%(num)s day", "%(num)s days", hours // 24)
    return ngettext("%(num)s hour", "%(num)s hours", hours) if hours else _("%(num)s min", num=int(seconds // 60))
