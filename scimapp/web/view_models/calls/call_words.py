"""SCIM calls in sentences: what happened, in one line, and the notes under it.

One table by what a call did; ``call_causes`` says why a call was refused.
"""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ....directory.connection import scim_tokens
from ....directory.words import quoted
from ....languages import day, ngettext, spoken
from ...template_helpers import number, token_words
from ..value_words import label_of
from ..woven import Quote, plain, woven
from .call_causes import CAUSES, TAKEN, WARNINGS

# (target, operation): the sentence of an answered call, and the words for what a refused call tried.
DID = {
    ("person", "create"): (_l("Created %(target)s"), _l("Create %(target)s")),
    ("person", "update"): (_l("Updated %(target)s: %(fields)s"), _l("Update %(target)s")),
    ("person", "activate"): (_l("Set %(target)s active"), _l("Activate %(target)s")),
    ("person", "deactivate"): (_l("Set %(target)s inactive"), _l("Deactivate %(target)s")),
    ("person", "delete"): (_l("Removed %(target)s; the record stays here as inactive"), _l("Remove %(target)s")),
    ("person", "read"): (_l("Read %(target)s"), _l("Read %(target)s")),
    ("group", "create"): (_l("Pushed the group %(target)s: %(fields)s"), _l("Push the group %(target)s")),
    ("group", "update"): (_l("Updated the group %(target)s: %(fields)s"), _l("Update the group %(target)s")),
    ("group", "delete"): (_l("Removed the group %(target)s"), _l("Remove the group %(target)s")),
    ("group", "read"): (_l("Read the group %(target)s"), _l("Read the group %(target)s")),
    (None, "discovery"): (_l("Read what this server offers"), _l("Read what this server offers")),
    (None, "bulk"): (_l("Carried out operations at once: %(operations)s"), _l("Carry out operations at once")),
    ("person", "find"): (_l("Searched people for %(sought)s: %(found)s"), _l("Search people for %(sought)s")),
    ("group", "find"): (_l("Searched groups for %(sought)s: %(found)s"), _l("Search groups for %(sought)s")),
    ("person", "filter"): (_l("Searched people with a filter: %(found)s"), _l("Search people with a filter")),
    ("group", "filter"): (_l("Searched groups with a filter: %(found)s"), _l("Search groups with a filter")),
    ("person", "list"): (_l("Listed %(shown)s of %(total)s people"), _l("List people")),
    ("group", "list"): (_l("Listed %(shown)s of %(total)s groups"), _l("List groups")),
    ("person", "test"): (_l("Test: listed %(shown)s of %(total)s people"), _l("Test: list people")),
    ("person", "return"): (_l("Brought %(target)s back"), _l("Create %(target)s")),
}
NAMELESS = {  # for groups without a known name
    "create": _l("Push a group"),
    "update": _l("Update a group"),
    "delete": _l("Remove a group"),
    "read": _l("Read a group"),
}
OTHER = (_l("%(method)s %(path)s"), _l("%(method)s %(path)s"))
OPERATIONS = {
    "create": _l("Create"),
    "update": _l("Update"),
    "activate": _l("Activate"),
    "deactivate": _l("Deactivate"),
    "delete": _l("Remove"),
    "read": _l("Read"),
    "find": _l("Search"),
    "list": _l("List"),
    "bulk": _l("Bulk"),
    "discovery": _l("Discovery"),
    "other": _l("Other"),
}
RESULTS = {
    "failed": (_l("Failed"), "bad", "alert-circle"),
    "warned": (_l("With warnings"), "warn", "alert"),
    "answered": (_l("Answered"), "ok", "check"),
}
READS = frozenset(("read", "find", "list", "discovery", "other"))
_NAMED = frozenset(("okta", "entra", "onelogin", "jumpcloud"))
_FIELDS_SHOWN = 3
_LONGEST_PATH = 60


def sentence(call, own=()):
    """What happened, in one line. ``own`` maps Field IDs to the labels of custom fields."""
    values = values_of(call, own)
    did, tried = _words(call)
    if call.result != "failed":
        return plain(woven(did, values)).removesuffix(": ")
    reason = plain(woven(reason_of(call), values))
    if call.status == 401:
        return _("Refused: %(reason)s", reason=reason)
    return _("%(tried)s refused: %(reason)s", tried=plain(woven(tried, values)), reason=reason)


def notes(call):
    """The lines under the sentence: warnings or the next step; that nothing changed; how many calls it stands for."""
    if call.result != "failed":
        return [*(warning_text(warning) for warning in call.warnings or ()), *remarks(call)]
    hint = cause_of(call).hint
    steps = [plain(woven(hint, values_of(call)))] if hint else []
    if changes_nothing(call):
        steps = [" ".join([*steps, _("Nothing was changed.")])]
    return [*steps, *remarks(call)]


def remarks(call):
    """Further remarks on a call: that it was needless, or one of many."""
    found = []
    if call.result != "failed" and changes_nothing(call):
        found.append(_("Nothing was changed: everything was so already."))
    if call.times > 1:
        times = ngettext("%(num)s call like this one", "%(num)s calls like this one", call.times)
        found.append(_("%(calls)s within ten minutes", calls=times))
    return found


def changes_nothing(call):
    """Whether a writing call left everything as it was."""
    if call.operation in READS:
        return False
    return call.result == "failed" or not (call.facts.get("did") or call.operation in ("bulk", "delete"))


def warning_text(warning):
    """A warning in one line."""
    facts, cause = warning["facts"], warning["cause"]
    if cause == "skipped" and not facts.get("sent"):
        cause = "skipped_some"
    shown = {name: number(value) if isinstance(value, int) else value for name, value in facts.items()}
    if cause == "skipped_some":
        shown.setdefault("count", number(len(facts.get("ids", ()))))
    return plain(woven(WARNINGS[cause], shown))


def cause_of(call):
    """The most specific Cause of a refusal that its facts allow."""
    facts, name = call.facts, call.cause
    if name == "filter" and facts.get("position"):
        name = "filter_at"
    elif name == "path" and not facts.get("quoted"):
        name = "path_somewhere"
    elif name == "value" and not facts.get("attribute"):
        name = "value_somewhere"
    elif name == "value" and not facts.get("value"):
        name = "required"
    return CAUSES.get(name, CAUSES["syntax"])


def reason_of(call):
    """The end of a refused call's sentence, which says why."""
    return (
        TAKEN[call.facts["of"]][0] if call.cause == "taken" and call.facts.get("of") in TAKEN else cause_of(call).reason
    )


def directory_of(call):
    """The name of the caller: of the directory, else the token's label, else “Somebody”."""
    if call.provider in _NAMED:
        return str(spoken(scim_tokens.PROVIDERS[call.provider]))
    return token_words(call.token_label) or _("Somebody")


def values_of(call, own=()):
    """The values for the sentences about a call."""
    facts = call.facts
    target = call.target_label or (_("a group") if call.target_kind == "group" else _("a person"))
    values = {name: str(facts.get(name, "")) for name in ("value", "quoted", "position", "seconds", "seats", "holder")}
    return values | {
        "target": target,
        "who": lambda: directory_of(call),
        "method": call.method,
        "path": call.path if len(call.path) <= _LONGEST_PATH else f"{call.path[:_LONGEST_PATH]}…",
        "total": lambda: number(facts.get("total", 0)),
        "shown": lambda: number(facts.get("shown", 0)),
        "operations": lambda: number(facts.get("operations", 0)),
        "sought": spoken(quoted([facts["sought"]])) if facts.get("sought") else _("a filter"),
        "found": lambda: _found(call, facts),
        "fields": lambda: _fields(call, facts, own),
        "attribute": lambda: str(label_of(facts.get("attribute", "").rpartition(":")[2], own)),
        "detail": Quote(call.detail or ""),
        "label": token_words(facts.get("label") or call.token_label or ""),
        "hint": call.token_hint or "",
        "ended": lambda: day(datetime.fromisoformat(facts["ended"])) if facts.get("ended") else "",
        "size": lambda: _size(facts.get("bytes", 0)),
    }


def _words(call):
    operation = call.operation
    if operation == "list" and call.facts.get("is_test") and call.result != "failed":
        operation = "test"
    if operation == "find" and not call.facts.get("sought"):
        operation = "filter"
    if operation == "create" and call.facts.get("returned"):
        operation = "return"
    if not call.target_label and operation in NAMELESS and call.target_kind == "group":
        return OTHER[0], NAMELESS[operation]
    if operation == "read" and not call.target_label and call.result != "failed":
        return OTHER
    return DID.get((call.target_kind, operation)) or DID.get((None, operation)) or OTHER


def _found(call, facts):
    total = facts.get("total", 0)
    if total == 0:
        return _("nobody found") if call.target_kind == "person" else _("none found")
    if total == 1 and call.target_label not in (None, facts.get("sought")):
        return _("found %(name)s", name=call.target_label)
    return ngettext("%(num)s found", "%(num)s found", total)


def _fields(call, facts, own):
    """What changed: the labels of fields, or how many members were added and removed."""
    told = []
    if "added" in facts:
        told.append(ngettext("%(num)s added", "%(num)s added", facts["added"]))
    if "removed" in facts:
        told.append(ngettext("%(num)s removed", "%(num)s removed", facts["removed"]))
    fields = facts.get("fields", [])
    labels = list(dict.fromkeys(str(label_of(field, own)) for field in fields))
    rest = len(labels) - _FIELDS_SHOWN + facts.get("more_fields", 0)
    if rest > 0:
        told.append(_("%(names)s and %(num)s more", names=", ".join(labels[:_FIELDS_SHOWN]), num=rest))
    elif labels:
        told.append(", ".join(labels))
    return ", ".join(told)


def _size(count):
    return f"{count / 1024 / 1024:.1f} MiB" if count >= 1024 * 1024 else f"{max(count // 1024, 1)} KiB"
