"""SCIM calls in sentences: what happened, why it was refused, and how to mend it in the directory's own menus.

One table by what a call did and one by the cause of a refusal; ``%(name)s`` stands for the facts of the call.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

# (target, operation): the sentence of an answered call, the words for what a refused one tried.
DID = {
    ("person", "create"): (_l("Created %(target)s"), _l("Create %(target)s")),
    ("person", "update"): (_l("Updated %(target)s"), _l("Update %(target)s")),
    ("person", "activate"): (_l("Set %(target)s active"), _l("Activate %(target)s")),
    ("person", "deactivate"): (_l("Set %(target)s inactive"), _l("Deactivate %(target)s")),
    ("person", "delete"): (_l("Removed %(target)s; the record stays here as inactive"), _l("Remove %(target)s")),
    ("person", "read"): (_l("Read %(target)s"), _l("Read a person")),
    ("group", "create"): (_l("Pushed the group %(target)s"), _l("Push the group %(target)s")),
    ("group", "update"): (_l("Updated the group %(target)s"), _l("Update the group %(target)s")),
    ("group", "delete"): (_l("Removed the group %(target)s"), _l("Remove the group %(target)s")),
    ("group", "read"): (_l("Read the group %(target)s"), _l("Read a group")),
    (None, "discovery"): (_l("Read what this server offers"), _l("Read what this server offers")),
}
LOOKED = {
    "find": (_l("Searched with a filter: %(total)s found"), _l("Search with a filter")),
    "list": (_l("Listed %(shown)s of %(total)s"), _l("List")),
}
# cause: (short reason, what it means)
CAUSES = {
    "taken": (
        _l("already in use"),
        _l("Somebody here has this user name, address or External ID already, and each is given once."),
    ),
    "group_name": (_l("a group of this name exists"), _l("A group of this name is here already and managed here.")),
    "owner": (
        _l("the Account Owner is protected"),
        _l("An account keeps its owner: no directory deactivates, removes or renames the Account Owner."),
    ),
    "above": (
        _l("above the token's role"),
        _l("A token may do what the person who made it may do, and this needs a stronger role."),
    ),
    "forbidden": (_l("not allowed"), _l("The rules of this account do not allow it.")),
    "not_found": (
        _l("not in this account or removed"),
        _l("The ID belongs to nothing in this account, or to somebody a directory removed."),
    ),
    "unknown_members": (
        _l("members who are not here"),
        _l("The account refuses pushes that name people who are not here."),
    ),
    "stale": (_l("somebody was faster"), _l("The version that the directory read is no longer the one stored here.")),
    "unknown_token": (
        _l("unknown token"),
        _l("The call carried no token of this account. It looks like another product's token, or one cut short."),
    ),
    "ended_token": (_l("the token %(label)s has ended"), _l("Someone still uses a token that was revoked or ended.")),
    "draft_token": (_l("the token is not saved yet"), _l("The token was made but not saved, so it does not work yet.")),
    "too_fast": (_l("too many calls"), _l("The directory calls faster than this server answers one token.")),
    "too_large": (_l("too large"), _l("The body is larger than 1 MiB.")),
    "filter": (_l("the filter cannot be understood"), _l("The filter is malformed or names something unknown.")),
    "path": (_l("a path names nothing"), _l("A path in the change names no attribute of this schema.")),
    "no_target": (_l("nothing to change there"), _l("The change selects a value that is not there.")),
    "value": (_l("a value does not fit"), _l("A value does not fit its attribute, or a required one is missing.")),
    "syntax": (_l("not understood"), _l("The request is not what the standard says.")),
    "stopped": (
        _l("too many deactivations at once"),
        _l("The account asks first when so many people would be deactivated at once. The directory tries again later."),
    ),
    "busy": (_l("the server was busy"), _l("The database did not answer in time. The directory tries again.")),
    "paused": (_l("SCIM is paused"), _l("An administrator paused SCIM here. The directory tries again later.")),
    "fault": (_l("a fault of this server"), _l("The server failed. Its log tells more under the request ID.")),
}
WARNINGS = {
    "skipped": _l("%(count)s members skipped: not known here"),
    "namespace": _l("Unknown namespace ignored: %(urn)s"),
    "ignored": _l("%(text)s"),
}
# cause: {provider or None: steps}
FIXES = {
    "taken": {
        None: (
            _l("Look at who has the value: %(detail)s"),
            _l("If it is the same person, let the directory match by user name; then it links instead of creating."),
            _l("If not, change the value in the directory or here."),
        ),
    },
    "group_name": {
        None: (
            _l("Open the group of this name here and link it, or rename it."),
            _l("Push the group again."),
        ),
    },
    "owner": {None: (_l("Transfer ownership first, under Settings › Roles."), _l("Then try again in the directory."))},
    "above": {
        None: (
            _l("Let a Super Admin or the Account Owner generate a token, and give it to the directory."),
            _l("Or leave people with stronger roles out of the app in the directory."),
        ),
    },
    "not_found": {
        "okta": (
            _l("In Okta, open the app › Assignments, remove the person and assign them again."),
            _l("For a group: Push Groups › Unlink, keep it in the target, then push it again."),
        ),
        None: (_l("Remove the person or group from the app in the directory, and assign it again."),),
    },
    "unknown_members": {
        None: (_l("Assign the people to the app first, then push the group."), _l("Or switch “strict members” off.")),
    },
    "stopped": {
        None: (
            _l("Look in the directory whether so many people should really go."),
            _l("If so, press “Let them through” on SCIM connection. If not, mend the rule or the assignment there first."),
        ),
    },
    "unknown_token": {
        "okta": (_l("In Okta: app › Provisioning › Integration › Edit, paste the whole token, Test, Save."),),
        None: (
            _l("Copy the whole token into the directory, without spaces around it. Generate another if it is lost."),
        ),
    },
    "ended_token": {
        None: (_l("Generate a token on SCIM connection."), _l("Paste it into the directory in place of the old one.")),
    },
    "draft_token": {None: (_l("Open Configure SCIM and press “Save and switch on”, or generate another token."),)},
    "too_fast": {None: (_l("Nothing: directories wait as they are told and go on. It mends itself."),)},
    "too_large": {None: (_l("Push the group in parts, or fewer values at once."),)},
    "value": {
        "okta": (
            _l("Read the reason: %(detail)s"),
            _l(
                "In Okta: Directory › Profile Editor › your app, set the attribute's data type as the mapping sheet says."
            ),
            _l("Then press Force Sync under Provisioning › To App."),
        ),
        None: (_l("Read the reason: %(detail)s"), _l("Correct the value or its mapping in the directory, then sync.")),
    },
    "filter": {None: (_l("Read the reason: %(detail)s"), _l("Correct the matching rule in the directory."))},
    "path": {None: (_l("Read the reason: %(detail)s"), _l("Correct the attribute mapping in the directory."))},
    "paused": {None: (_l("Press “Resume” on SCIM connection."),)},
    "namespace": {
        "okta": (
            _l("In Okta: Directory › Profile Editor › your app, open the attribute."),
            _l("Put the External namespace from the field's mapping sheet in place of the one above."),
        ),
        None: (_l("Use the schema URN of this account, as the mapping sheet shows it, in the directory's mapping."),),
    },
    "skipped": {
        "okta": (
            _l("Assign these people to the app in Okta."),
            _l("Then press “Push now” on the group under Push Groups."),
        ),
        None: (_l("Assign these people to the app in the directory, then push the group again."),),
    },
}
OPERATIONS = {
    "create": _l("Create"),
    "update": _l("Update"),
    "activate": _l("Activate"),
    "deactivate": _l("Deactivate"),
    "delete": _l("Remove"),
    "read": _l("Read"),
    "find": _l("Search"),
    "list": _l("List"),
    "discovery": _l("Discovery"),
}
RESULTS = {
    "failed": (_l("Failed"), "bad", "alert-circle"),
    "warned": (_l("With warnings"), "warn", "alert"),
    "answered": (_l("Answered"), "ok", "check"),
}


def sentence(call):
    """What happened, in one line."""
    did, tried = _did(call)
    if call.result != "failed":
        return str(did) % _values(call)
    reason = str(CAUSES.get(call.cause, CAUSES["syntax"])[0]) % _values(call)
    if call.status == 401:
        return _("Refused: %(reason)s", reason=reason)
    return _("%(tried)s refused: %(reason)s", tried=str(tried) % _values(call), reason=reason)


def warnings(call):
    """The warnings of a call, a line each."""
    return [_warned(warning) for warning in call.warnings or ()]


def meaning(call):
    """Two or three sentences about a call."""
    if call.result == "failed":
        means = str(CAUSES.get(call.cause, CAUSES["syntax"])[1]) % _values(call)
        return [means, *([call.detail] if call.detail else []), _("Nothing was changed.")]
    if call.operation in ("read", "find", "list", "discovery"):
        return [_("The directory asked and was answered."), _("Nothing was changed.")]
    return []


def fixes(call):
    """The steps that mend a refusal or a warning, in the directory's menus where it is known; empty for nothing to do."""
    causes = [call.cause] if call.result == "failed" else [warning["cause"] for warning in call.warnings or ()]
    steps = []
    for cause in dict.fromkeys(causes):
        by_provider = FIXES.get(cause, {})
        steps += [str(step) % _values(call) for step in by_provider.get(call.provider, by_provider.get(None, ()))]
    return steps


def _did(call):
    words = DID.get((call.target_kind, call.operation)) or DID.get((None, call.operation))
    return words or LOOKED.get(call.operation) or (_l("Sent a request"), _l("The request was"))


def _values(call):
    facts = call.facts or {}
    return {
        "target": call.target_label or (_("a group") if call.target_kind == "group" else _("a person")),
        "total": facts.get("total", 0),
        "shown": facts.get("shown", 0),
        "detail": call.detail or "",
        "label": facts.get("label", ""),
    }


def _warned(warning):
    facts = warning["facts"]
    values = {"count": len(facts.get("ids", ())), "urn": facts.get("urn", ""), "text": facts.get("text", "")}
    return str(WARNINGS[warning["cause"]]) % values
