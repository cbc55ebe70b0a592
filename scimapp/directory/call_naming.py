"""What only the directory can add to a call before it is logged: names, tokens that ended, and what was changed.

What a call changed is read from the audit log, by the request: so the two always tell the same story.
"""

from sqlalchemy import and_, func, or_

from ..audit.log import AuditEntry
from ..database import db
from .events import (
    GroupUpdated,
    MembersChanged,
    MembersSkipped,
    RoleChanged,
    UserActivated,
    UserDeactivated,
    UserReturned,
    UserUpdated,
)
from .model import Group, ScimToken, User
from .text_keys import search_text

FIELDS_NAMED = 6  # changed fields that a row remembers
_WRITES = frozenset(("create", "update", "activate", "deactivate", "delete"))
_KINDS = frozenset(("person", "group"))
_SWITCHES = {UserActivated.name: "activate", UserDeactivated.name: "deactivate"}
_FIELDS = frozenset((UserUpdated.name, GroupUpdated.name, RoleChanged.name))


def complete(scope, described):
    """Fill in the descriptions of one account's calls, ``(PendingCall, Description)``. Four statements at most."""
    pushes = _name_targets(scope, described)
    _name_other_tokens(scope, described)
    _tell_changes(scope, described, pushes)
    for _, what in described:
        label = what.columns["target_label"]
        what.columns["target_key"] = search_text(label) if label else None
        warnings = what.columns["warnings"]
        if warnings and what.columns["result"] == "answered":
            what.columns |= {"result": "warned", "cause": warnings[0]["cause"]}


def _name_targets(scope, described):
    """Targets by the ids that screens use, under the names they have now.

    Returns ``{group id: (sent, skipped)}`` of the last push of each group.
    """
    wanted = {what.scim_id for _, what in described if what.scim_id}
    if not wanted:
        return {}
    # A directory removed whoever has no SCIM id any more; the id was the person's own, unless they came back once.
    known_id = func.coalesce(User.scim_id, User.id)
    there = or_(User.scim_id.in_(wanted), and_(User.scim_id.is_(None), User.id.in_(wanted)))
    people = scope.select(User, known_id, User.id, User.display_name, User.role).where(there)
    columns = (Group.id, Group.display_name, Group.last_push_sent, Group.last_push_skipped)
    groups = db.session.execute(scope.select(Group, *columns).where(Group.id.in_(wanted))).all()
    known = {row[0]: ("person", *row[1:]) for row in db.session.execute(people)}
    known |= {group_id: ("group", group_id, name, None) for group_id, name, _, _ in groups}
    for _, what in described:
        found = known.get(what.scim_id)
        if found is not None and what.columns["target_kind"] in (None, found[0]):
            kind, target_id, label, role = found
            what.columns |= {"target_kind": kind, "target_id": target_id, "target_label": label}
            if what.columns["cause"] == "above":
                what.columns["facts"]["role"] = role
    return {group_id: (sent, skipped) for group_id, _, sent, skipped in groups}


def _name_other_tokens(scope, described):
    """A refused secret may be that of a token that ended, was revoked or is not saved; then the log says which.

    A live one is met where none is needed.
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
            ended = token.revoked_at or token.expires_at
            cause = {"draft": "draft_token", "revoked": "revoked_token"}.get(token.state, "ended_token")
            facts = {"label": token.label} | ({} if token.state == "draft" else {"ended": ended.isoformat()})
            what.columns |= {"cause": cause, "facts": what.columns["facts"] | facts}


def _tell_changes(scope, described, pushes):
    """What the units of these calls recorded: fields, members that came, went or were skipped, and who it was about."""
    writes = {
        call.request_id: what
        for call, what in described
        if what.columns["operation"] in _WRITES and what.columns["result"] != "failed"
    }
    if not writes:
        return
    columns = (AuditEntry.request_id, AuditEntry.event, AuditEntry.target_kind, AuditEntry.target_id,
               AuditEntry.target_label, AuditEntry.changes)  # fmt: skip
    query = scope.select(AuditEntry, *columns).where(AuditEntry.request_id.in_(writes)).order_by(AuditEntry.seq)
    for request_id, event, kind, target_id, label, changes in db.session.execute(query):
        told = writes[request_id].columns
        if kind not in _KINDS or kind != told["target_kind"]:
            continue
        if told["target_id"] is None:  # a group that is gone by now
            told |= {"target_id": target_id, "target_label": label}
        elif told["target_id"] != target_id:
            continue
        _tell(told, event, changes or (), pushes)


def _tell(told, event, changes, pushes):
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
        ids = changes[0]["after"]  # the first of them; the group knows how many there were
        sent, skipped = pushes.get(told["target_id"], (None, None))
        skips = {"ids": ids, "count": max(len(ids), skipped or 0), "sent": sent or facts.get("sent")}
        told["warnings"] = [*(told["warnings"] or ()), {"cause": "skipped", "facts": skips}]
    elif event == UserReturned.name:
        facts["returned"] = True
