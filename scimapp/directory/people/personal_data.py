"""Everything stored about one person, as one JSON document."""

from ...audit.log import AuditEntry
from ...database import db
from .. import audit_log
from ..groups import groups, nesting
from ..model import Invitation, User
from ..roles import Permission
from ..sign_in import second_step, sessions
from . import own_profile, users

MAXIMUM_ENTRIES = 10_000  # of the audit log, newest first
MAXIMUM_INVITATIONS = 100


def of(scope, user_id):
    """The document, as JSON values. Available to administrators and, without what only they may see, to the person.

    Other people get None for changes that the audit log veils for them. Raises NotInAccount, NotAllowed.
    """
    if user_id != scope.actor.id:
        scope.require(Permission.MANAGE_USERS)
    row = scope.one(User, User.id == user_id, kind="person")
    profile = users.document(scope, row)
    hidden = own_profile.hidden_fields(scope)
    return {
        "id": row.id,
        "scimId": row.scim_id,
        "externalId": row.external_id,
        "role": row.role,
        "active": row.active,
        "created": _moment(row.created_at),
        "lastModified": _moment(row.updated_at),
        "verified": _moment(row.verified_at),
        "lastSignIn": _moment(row.last_sign_in_at),
        "profile": profile.core,
        "enterprise": profile.enterprise,
        "customFields": {name: value for name, value in profile.custom.items() if name not in hidden},
        "groups": [
            {"id": line.group_id, "name": line.display_name, "since": _moment(line.added_at), "by": line.added_by}
            for line in groups.groups_of(scope, row)
        ],
        "groupsThroughGroups": [
            {"id": line.group_id, "name": line.display_name, "through": line.through}
            for line in nesting.inherited_by(scope, row)
        ],
        "twoStepSignIn": _second_step(scope, row),
        "invitations": _invitations(scope, row),
        "sessions": _sessions(scope, row),
        "record": _record(scope, row, hidden),
    }


def _second_step(scope, row):
    """When the second step was switched on and how many codes are left; None while it is off. Contains no secret."""
    state = second_step.state(scope, row)
    return {"since": _moment(state.since), "recoveryCodesLeft": state.codes_left} if state.is_on else None


def _invitations(scope, row):
    query = scope.select(Invitation).where(Invitation.user_seq == row.seq).order_by(Invitation.seq.desc())
    return [
        {
            "to": invitation.email,
            "made": _moment(invitation.created_at),
            "accepted": _moment(invitation.accepted_at),
        }
        for invitation in db.session.scalars(query.limit(MAXIMUM_INVITATIONS))
    ]


def _sessions(scope, row):
    return [
        {
            "address": session.address,
            "program": session.agent,
            "started": _moment(session.started_at),
            "lastActive": _moment(session.last_seen_at),
        }
        for session in sessions.list_open(scope, row)
    ]


def _record(scope, row, hidden):
    query = scope.select(AuditEntry).where(AuditEntry.target_id == row.id).order_by(AuditEntry.seq.desc())
    entries = db.session.scalars(query.limit(MAXIMUM_ENTRIES)).all()
    veiled = audit_log.veiled(scope, entries) if row.id != scope.actor.id else ()
    return [
        {
            "at": _moment(entry.at),
            "event": entry.event,
            "by": entry.actor_label,
            "changes": None if entry.seq in veiled else [c for c in entry.changes or () if c["field"] not in hidden],
        }
        for entry in entries
    ]


def _moment(value):
    return value.isoformat() if value else None
