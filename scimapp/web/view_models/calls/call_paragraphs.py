"""What happened in a call, in two or three sentences with links to the people and groups concerned."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ....directory.errors import DirectoryError
from ....directory.people import users
from ....directory.user_list import filter_choices
from ....languages import day
from ..woven import Link, Quote, plain, woven
from .call_causes import EXPLAINED, GONE, HELD, TAKEN
from .call_fixes import mended_by, steps_of
from .call_words import NAMELESS, cause_of, changes_nothing, remarks, values_of, warning_text

# (target, operation): what the caller asked for.
ASKED = {
    ("person", "create"): _l("%(who)s asked to create %(target)s."),
    ("person", "update"): _l("%(who)s asked to change %(target)s."),
    ("person", "activate"): _l("%(who)s asked to set %(target)s active."),
    ("person", "deactivate"): _l("%(who)s asked to set %(target)s inactive."),
    ("person", "delete"): _l(
        "%(who)s asked to remove %(target)s. Nobody is deleted here: the record stays as inactive."
    ),
    ("person", "read"): _l("%(who)s asked for the record of %(target)s."),
    ("person", "find"): _l("%(who)s looked for people with %(sought)s: %(found)s."),
    ("person", "list"): _l("%(who)s asked for people and received %(shown)s of %(total)s."),
    ("group", "create"): _l("%(who)s pushed the group %(target)s."),
    ("group", "update"): _l("%(who)s pushed changes of the group %(target)s."),
    ("group", "delete"): _l("%(who)s asked to remove the group %(target)s."),
    ("group", "read"): _l("%(who)s asked for the group %(target)s."),
    ("group", "find"): _l("%(who)s looked for groups with %(sought)s: %(found)s."),
    ("group", "list"): _l("%(who)s asked for groups and received %(shown)s of %(total)s."),
    (None, "discovery"): _l("%(who)s asked what this server offers."),
    (None, "bulk"): _l("%(who)s sent operations in one request: %(operations)s."),
}
TRIED = {
    "find": _l("%(who)s searched."),
    "list": _l("%(who)s asked for a list."),
}
OF_NAMELESS = _l("%(who)s sent %(method)s for a group whose name is not known.")
OTHERWISE = _l("%(who)s sent %(method)s %(path)s.")


class Explanation(Struct, frozen=True):
    """``paragraphs``, and ``steps`` to mend it in order, are parts for ``woven``; ``ids`` are members left out."""

    paragraphs: list
    steps: list
    ids: list


def explanation_of(scope, call, fields=()):
    """The Explanation of a call. ``fields`` are the account's custom fields. One or two statements."""
    own = {field.field_id: field.label for field in fields}
    values = values_of(call, own) | {"target": _target(call, values_of(call)["target"])}
    values["holder"] = _holder(scope, call) or values["holder"]
    asked = woven(_asked(call), values)
    if call.result == "failed":
        told = [[*asked, " ", *_why(call, values)], *_detail(call), *([remark] for remark in remarks(call))]
        return Explanation(told, _steps(call, values, [mended_by(call, fields)]), [])
    causes = dict.fromkeys(warning["cause"] for warning in call.warnings or ())
    ids = [member for warning in call.warnings or () for member in warning["facts"].get("ids", ())]
    readings = [[Quote(f"{text}.")] for text in call.facts.get("readings", ())]
    paragraphs = [asked, *_warnings(call), *readings, *([remark] for remark in remarks(call))]
    return Explanation(paragraphs, _steps(call, values, causes), ids)


def _warnings(call):
    """The warnings, one kind after the other; each kind ends with its explanation."""
    by_cause = {}
    for warning in call.warnings or ():
        by_cause.setdefault(warning["cause"], []).append(warning)
    for cause, warnings in by_cause.items():
        if cause != "namespace":  # its explanation names the extension
            yield [". ".join(warning_text(warning) for warning in warnings) + "."]
        yield [plain(woven(EXPLAINED[cause], warnings[0]["facts"]))]


def _asked(call):
    if call.status == 401 and not call.token_label:
        return _("A call came that is not from a directory known here.")
    if call.result == "failed" and call.operation in TRIED:
        return TRIED[call.operation]
    if call.target_kind == "group" and not call.target_label and call.operation in NAMELESS:
        return OF_NAMELESS
    return ASKED.get((call.target_kind, call.operation)) or ASKED.get((None, call.operation)) or OTHERWISE


def _why(call, values):
    meaning = cause_of(call).meaning
    if call.cause == "not_found" and call.target_id and call.target_kind == "person":
        meaning = GONE
    elif call.cause == "taken" and values["holder"]:
        what = TAKEN[call.facts["of"]][1] if call.facts.get("of") in TAKEN else _("This value")
        meaning, values = HELD, values | {"what": str(what)}
    told = woven(meaning, values)
    return [*told, " ", _("Nothing was changed.")] if changes_nothing(call) else told


def _detail(call):
    return [woven(_("The answer said: %(detail)s"), {"detail": Quote(call.detail)})] if call.detail else []


def _steps(call, values, causes):
    return [woven(step, values) for cause in causes for step in steps_of(cause, call.provider)]


def _target(call, name):
    if call.target_id is None:
        return name
    if call.target_kind == "person":
        return Link(name, url_for("web.user", user_id=call.target_id))
    return Link(name, url_for("web.group", group_id=call.target_id))


def _holder(scope, call):
    """The person who holds the value that was asked for, and the source of that record."""
    facts = call.facts
    if call.cause == "group_name":
        group = filter_choices.find_group(scope, facts.get("value", ""))
        return Link(group.display_name, url_for("web.group", group_id=group.id)) if group else None
    if not facts.get("holder_id"):
        return None
    try:
        person = users.get(scope, facts["holder_id"])
    except DirectoryError:
        return None
    name, since = person.display_name, day(person.created_at)
    text = (
        _("%(name)s (added by hand, %(day)s)", name=name, day=since)
        if person.connection_id is None
        else _("%(name)s (from a directory, %(day)s)", name=name, day=since)
    )
    return Link(text, url_for("web.user", user_id=person.id))
