"""The health of the SCIM connection: a pill, the facts behind it, and warnings (``connection_warnings``)."""

from flask_babel import gettext as _
from flask_babel import ngettext
from msgspec import Struct

from ....directory.accounts import accounts
from ....directory.calls import call_log, call_pulse
from ....directory.connection import connection, quiet_directories, scim_tokens
from ....directory.groups import group_search
from ..calls.calls import row_of
from ..calls.chart import chart_of


class Health(Struct, frozen=True):
    """``pill`` is ``(kind, text, icon)``; ``last`` is a call or None; ``quiet`` holds the Quiet of each quiet directory."""

    pill: tuple
    first_at: object
    enabled_at: object  # when the first token was saved, None if none was
    last: object
    last_row: object
    calls: int
    failed: int
    usual_gap: str | None
    quiet: list
    skipped: int
    chart: object

    @classmethod
    def of(cls, scope, tokens):
        """Eight statements at any size, one more where most calls failed, two or three more for a quiet directory."""
        call_log.flush()
        account = accounts.get(scope.account_id)
        pulse = call_pulse.pulse(scope)
        return cls(
            pill=_pill(scope, account, tokens, pulse),
            first_at=connection.first_call_at(scope),
            enabled_at=account.scim_enabled_at,
            last=pulse.last,
            last_row=row_of(pulse.last) if pulse.last else None,
            calls=pulse.answered + pulse.failed,
            failed=pulse.failed,
            usual_gap=span_words(pulse.usual_gap) if pulse.usual_gap else None,
            quiet=quiet_directories.among(scope, tokens),
            skipped=group_search.skipped_members_count(scope),
            chart=chart_of(call_pulse.hours(scope, 1), 1, width=640),
        )


def span_words(seconds):
    """ "20 min", "26 hours", "3 days"."""
    hours = int(seconds // 3600)
    if hours >= 48:
        return ngettext("%(num)s day", "%(num)s days", hours // 24)
    return ngettext("%(num)s hour", "%(num)s hours", hours) if hours else _("%(num)s min", num=int(seconds // 60))


def _pill(scope, account, tokens, pulse):
    if account.scim_paused_at is not None:
        return ("warn", _("Paused"), "pause")
    live = [token for token in tokens if scim_tokens.is_live(token)]
    if not live:
        return ("", _("Off"), "cloud-off")
    if not any(token.first_used_at for token in live):
        return ("info", _("Waiting for the first call"), "clock")
    if pulse.silence is not None:
        return ("warn", _("Quiet for %(span)s", span=_short(pulse.silence)), "clock")
    if connection.is_failing(scope, pulse.answered + pulse.failed, pulse.failed):
        return ("bad", _("Failing"), "alert-circle")
    return ("ok", _("Connected"), "dot")


def _short(silence):
    hours = int(silence.total_seconds() // 3600)
    return ngettext("%(num)s day", "%(num)s days", hours // 24) if hours >= 96 else _("%(num)s h", num=hours)
