"""Adds to a call what only the directory knows before it is logged: names, tokens that ended, and what was changed.

The changes of a call are read from the audit log by request id, so both logs always say the same.
"""

from operator import itemgetter

from sqlalchemy import bindparam, func, union_all

from ...audit.log import AuditEntry
from ...database import db
from ...database.statements import Prepared
from ..events import (
    GroupUpdated,
    MembersChanged,
    MembersSkipped,
    RoleChanged,
    UserActivated,
    UserDeactivated,
    UserReturned,
    UserUpdated,
)
from ..model import Group, ScimToken, User
from ..scope import own_rows
from ..sql.lists import among, json_list
from ..text_keys import search_text
from . import call_erasure

FIELDS_NAMED = 6  # changed fields listed in a row
_WRITES = frozenset(("create", "update", "activate", "deactivate", "delete"))
_KINDS = frozenset(("person", "group"))
_SWITCHES = {UserActivated.name: "activate", UserDeactivated.name: "deactivate"}
_FIELDS = frozenset((UserUpdated.name, GroupUpdated.name, RoleChanged.name))
_IDS = bindparam("ids")  # a JSON list
# A person without a SCIM id was removed by a directory; their SCIM id equalled their own id, unless they came back once.
# This takes two queries: for an OR of both ids, SQLite walks everybody. No SCIM id is "": with IS NULL instead, SQLite
# would walk all people without a SCIM id to find those with these ids.
_PEOPLE = Prepared(
    union_all(
        *(
            own_rows(User, own_id.label("own_id"), User.id, User.display_name, User.role, User.erased_at).where(
                among(own_id, _IDS), *further
            )
            for own_id, further in ((User.scim_id, ()), (User.id, (func.coalesce(User.scim_id, "") == "",)))
        )
    )
)
_GROUPS = Prepared(own_rows(Group, Group.id, Group.display_name).where(among(Group.id, _IDS)))
# No ORDER BY: with one, SQLite walks all entries of the account in that order instead of looking these up.
_ENTRIES = Prepared(
    own_rows(
        AuditEntry, AuditEntry.seq, AuditEntry.request_id, AuditEntry.event, AuditEntry.target_kind, AuditEntry.target_id,
        AuditEntry.target_label, AuditEntry.changes,
    )
    .where(among(AuditEntry.request_id, _IDS))
)  # fmt: skip


def complete(scope, described):
    """Complete the descriptions of one account's calls, ``(PendingCall, Description)``. Four statements at most."""
    _name_targets(scope, described)
    _name_other_tokens(scope, described)
    _tell_changes(scope, described)
    keys = {None: None, "": None}  # successive calls are often about the same target
    for _, what in described:
        told = what.columns
        label = told["target_label"]
        if label not in keys:
            keys[label] = search_text(label)
        told["target_key"] = keys[label]
        if told["warnings"] and told["result"] == "answered":
            told |= {"result": "warned", "cause": told["warnings"][0]["cause"]}


def _name_targets(scope, described):
    """Fill in targets by the ids that screens use, under their current names. If a person was erased, by any process,
    while the call waited, only what ``call_erasure`` leaves is kept.
    """
    named = [(call, what) for call, what in described if what.scim_id]
    wanted = {"person": set(), "group": set()}
    for _, what in named:
        wanted[what.columns["target_kind"]].add(what.scim_id)
    people, groups = (
        statement.tuples(account_id=scope.account_id, ids=json_list(ids)) if ids else ()
        for statement, ids in ((_PEOPLE, wanted["person"]), (_GROUPS, wanted["group"]))
    )
    known = {"person": {row[0]: row[1:] for row in people}, "group": {row[0]: (*row, None, None) for row in groups}}
    for call, what in named:
        told = what.columns
        found = known[told["target_kind"]].get(what.scim_id)
        if found is not None:
            told["target_id"], told["target_label"], role, erased_at = found
            if erased_at is not None and call.at <= erased_at:
                call_erasure.blank_unwritten(what)
            if told["cause"] == "above":
                told["facts"]["role"] = role
        elif what.label is not None:
            told["target_label"] = what.label()


def _name_other_tokens(scope, described):
    """Name the token of a refused secret if it ended, was revoked or is not saved yet.

    Live tokens occur here on endpoints that need none.
    """
    hashes = {call.token_hash for call, _ in described if call.token_hash}
    if not hashes:
        return
    tokens = db.session.scalars(scope.select(ScimToken).where(ScimToken.token_hash.in_(hashes)))
    known = {token.token_hash: token for token in tokens}
    for call, what in described:
        token = known.get(call.token_hash)
        if token is None:
            continue
        what.columns |= {"token_id": token.id, "token_label": token.label, "provider": token.provider}
        what.columns["token_hint"] = token.last4
        if what.columns["status"] in (401, 429):
            cause, facts = _why_refused(token, call.at)
            what.columns |= {"cause": cause, "facts": what.columns["facts"] | facts}


def _why_refused(token, at):
    """Why a known token was refused ``at`` a moment, as ``(cause, facts)``. It may have been saved since."""
    facts = {"label": token.label}
    if token.state == "revoked":
        return "revoked_token", facts | {"ended": token.revoked_at.isoformat()}
    if token.state == "draft" or at < token.expires_at:
        return "draft_token", facts
    return "ended_token", facts | {"ended": token.expires_at.isoformat()}


def _tell_changes(scope, described):
    """Fill in what the calls' units recorded: changed fields, members added, removed or skipped, and the target."""
    writes = {
        call.request_id: what
        for call, what in described
        if what.columns["operation"] in _WRITES and what.columns["result"] != "failed"
    }
    if not writes:
        return
    entries = _ENTRIES.tuples(account_id=scope.account_id, ids=json_list(writes))
    for _, request_id, event, kind, target_id, label, changes in sorted(entries, key=itemgetter(0)):
        told = writes[request_id].columns
        if kind not in _KINDS or kind != told["target_kind"]:
            continue
        if told["target_id"] is None:  # a group that no longer exists
            told |= {"target_id": target_id, "target_label": label}
        elif told["target_id"] != target_id:
            continue
        _tell(told, event, changes or ())


def _tell(told, event, changes):
    facts = told["facts"]
    facts["did"] = True
    if event in _SWITCHES:
        told["operation"] = _SWITCHES[event]
    elif event in _FIELDS:
        fields = dict.fromkeys((*facts.get("fields", ()), *(change["field"] for change in changes)))
        facts["fields"] = list(fields)[:FIELDS_NAMED]
        facts["more_fields"] = len(fields) - len(facts["fields"]) + facts.get("more_fields", 0)
    elif event == MembersChanged.name:
        for change in changes:
            after = change["after"]
            count = after.get("count", 0) if isinstance(after, dict) else len(after or ())
            facts[change["field"]] = facts.get(change["field"], 0) + count
    elif event == MembersSkipped.name:
        named = changes[0]["after"]  # only the first ids
        skips = {"ids": named["people"], "count": named["count"], "sent": named["sent"]}
        told["warnings"] = [*(told["warnings"] or ()), {"cause": "skipped", "facts": skips}]
    elif event == UserReturned.name:
        facts["returned"] = True
