"""Problems of the SCIM connection, the most urgent first: each in a sentence or two, with the way to mend it."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from msgspec import Struct

from ....directory.calls import call_pulse
from ....directory.connection import deactivation_guard, directory_names
from ....directory.connection.connection_status import ended_last
from ....directory.fields import custom_fields
from ....directory.people import ownership
from ....directory.words import quoted
from ....languages import spoken
from ...moment_words import exact
from ...template_helpers import number
from ..calls.call_fixes import mended_by
from ..fields import LOOKED_BACK, refused_values, type_words
from ..woven import Link, Quote, woven
from .health import span_words
from .namespaces import name_in, names_of, unknown_namespaces
from .token_warnings import of_the_end, of_tokens
from .warning import Warning

NAMED = 3  # most fields that one sentence names
_REMEDIES = {  # of a field whose value is refused, by what ``mended_by`` tells
    "value": _l("Change the data type there."),
    "option": _l("List the option here, or send one there that is listed."),
    "form": _l("Correct the value there."),
    "required": _l("Correct the value there."),
}


class Stop(Struct, frozen=True):
    """Deactivations that are refused until somebody decides. ``is_kept``: the decision was to go on refusing."""

    token_id: str
    text: str
    rest: str
    href: str
    is_kept: bool


def warnings_of(scope, extension_urn, tokens, health):
    """``(stops, warnings)``. Seven statements at any size, and one for each namespace that may be mended."""
    runs, calls = deactivation_guard.runs(scope), call_pulse.recent_warnings(scope, LOOKED_BACK.days)
    names = names_of(tokens)
    fields = [] if health.first_at is None else custom_fields.list_fields(scope)
    warnings = [
        *of_the_end(ended_last(tokens)),
        *_of_runs(runs),
        *of_tokens(scope, tokens),
        *_of_silence(health),
        *_of_namespaces(unknown_namespaces(scope, calls, names, fields), extension_urn),
        *_of_fields(scope, calls, extension_urn, names, fields),
    ]
    return [_stop(run) for run in runs if run.blocks], warnings


def _stop(run):
    name, minutes = spoken(directory_names.of_token(run.token)), run.minutes
    text = ngettext(
        "%(name)s wanted to deactivate %(wanted)s of %(people)s people within %(num)s minute.",
        "%(name)s wanted to deactivate %(wanted)s of %(people)s people within %(num)s minutes.",
        minutes, name=name, wanted=number(run.done + run.waiting), people=number(run.people),
    )  # fmt: skip
    rest = _("%(done)s were done, the rest waits: they keep their access, and the directory is asked to try again later.",
             done=number(run.done))  # fmt: skip
    if run.kept_at is not None:
        decided = _("%(name)s decided on %(moment)s to keep blocking.", name=run.kept_by, moment=exact(run.kept_at))
        rest = f"{rest} {decided}"
    href = url_for("web.provisioning_log", token=run.token.id, result="failed", operation="deactivate", days="all")
    return Stop(run.token.id, text, rest, href, run.kept_at is not None)


def _of_runs(runs):
    """Runs of deactivations that were not stopped, because the account's settings do not ask for a decision."""
    for run in runs:
        if run.blocks:
            continue
        text = ngettext(
            "%(name)s deactivated %(done)s of %(people)s people within %(num)s minute, at %(moment)s.",
            "%(name)s deactivated %(done)s of %(people)s people within %(num)s minutes, at %(moment)s.",
            run.minutes, name=spoken(directory_names.of_token(run.token)), done=number(run.done), people=number(run.people),
            moment=exact(run.at),
        )  # fmt: skip
        yield Warning([text], (
            Link(_("See inactive people"), url_for("web.users", state="inactive")),
            Link(_("Be asked the next time"), url_for("web.provisioning", _anchor="stop_deactivations")),
        ))  # fmt: skip


def _of_silence(health):
    for quiet in health.quiet:
        text = _(
            "%(name)s has been quiet for %(span)s; usually it calls every %(usual)s. Look whether provisioning still "
            "runs there.",
            name=spoken(directory_names.of_token(quiet.token)), span=span_words(quiet.rhythm.silence.total_seconds()),
            usual=span_words(quiet.rhythm.usual_gap),
        )  # fmt: skip
        calls = url_for("web.provisioning_log", token=quiet.token.id, days="30")
        yield Warning([text], (Link(_("See the last calls"), calls),))


def _of_namespaces(unknown, extension_urn):
    """Unknown extensions of the last 24 hours, one warning for each of a directory however often it came."""
    for sent in unknown:
        if not sent.times:
            continue
        text = ngettext(
            "%(name)s sends a namespace we do not know, so the values in it are left out. %(num)s call of the last 24 hours "
            "carried %(urn)s; your custom fields have %(ours)s.",
            "%(name)s sends a namespace we do not know, so the values in it are left out. %(num)s calls of the last 24 hours "
            "carried %(urn)s; your custom fields have %(ours)s.",
            sent.times, name=sent.name, urn=sent.urn, ours=extension_urn,
        )  # fmt: skip
        yield Warning([text], (
            Link(_("Open the mapping sheets"), url_for("web.fields_mapping")),
            Link(_("See the calls"), url_for("web.provisioning_log", result="warned")),
        ))  # fmt: skip


def _of_fields(scope, calls, extension_urn, names, fields):
    """Fields whose values are refused, and fields that never received a value."""
    refused = refused_values(calls, extension_urn, fields)
    for field in fields:
        call = refused.get(field.field_id_key)
        if call is not None:
            told = _("A value that %(name)s sent for %(field)s (%(type)s) was refused: %(why)s")
            facts = {
                "name": name_in(names, call),
                "field": field.label,
                "type": type_words(field),
                "why": Quote(_sentence(call.detail)),
            }
            mended = mended_by(call, fields)
            yield Warning([*woven(told, facts), " ", str(_REMEDIES[mended])], (
                Link(_("Edit the options"), url_for("web.field", field_id=field.field_id)) if mended == "option"
                else Link(_("Open the mapping sheet"), url_for("web.field_mapping", field_id=field.field_id)),
                Link(_("See the call"), url_for("web.provisioning_call", request_id=call.request_id)),
            ))  # fmt: skip
    yield from _of_unmapped(scope, [field for field in fields if field.field_id_key not in refused], names[None])


def _of_unmapped(scope, fields, name):
    ours = ownership.yielded_in(scope)
    missing = [field for field in fields if field.last_received_at is None and f"custom.{field.field_id}" not in ours]
    if not missing:
        return
    names = spoken(quoted([field.label for field in missing[:NAMED]]))
    if len(missing) > NAMED:
        names = _("%(names)s and %(num)s more", names=names, num=len(missing) - NAMED)
    text = _(
        "%(name)s has never sent a value for %(fields)s. Map it there, or tick it under “Leave these fields to us”.",
        name=name, fields=names,
    )  # fmt: skip
    href = (
        url_for("web.field_mapping", field_id=missing[0].field_id)
        if len(missing) == 1
        else url_for("web.fields_mapping")
    )
    yield Warning([text], (
        Link(_("Open the mapping sheet") if len(missing) == 1 else _("Open the mapping sheets"), href),
        Link(_("Leave it to us"), url_for("web.provisioning", _anchor="yielded_values")),
    ), "info")  # fmt: skip


def _sentence(detail):
    text = (detail or "").strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
