"""People whom a directory creates although they were here before (requirements D-06).

Removed by a SCIM DELETE: the record comes back under a new SCIM id, its history and custom values kept. Inactive, with
the same externalId from the same connection: the same person again (Okta does this after a re-assignment), revived in
place. Anybody else who is visible is a conflict, which the unique indexes decide.
"""

from ..database import db
from . import email_changes, lifecycle, ownership
from .events import UserReturned
from .model import User, UserDocument
from .profile import Profile
from .roles import Role
from .states import restate
from .value_index import write as write_index


def find(scope, account, profile, external_id):
    """The person to bring back, or None."""
    revivable = _revivable(scope, account, external_id)
    if revivable is not None:
        return revivable
    removed = scope.select(User).where(User.scim_id.is_(None)).order_by(User.removed_at.desc(), User.seq.desc())
    if external_id:
        same_id = (User.external_id == external_id, User.connection_id == scope.actor.connection_id)
        row = db.session.scalars(removed.where(*same_id).limit(1).with_for_update()).first()
        if row is not None:
            return row
    same_name = User.user_name_key == profile.columns()["user_name_key"]
    return db.session.scalars(removed.where(same_name).limit(1).with_for_update()).first()


def _revivable(scope, account, external_id):
    if not external_id or not account.revive_inactive:
        return None
    query = scope.select(User).where(
        User.connection_id == scope.actor.connection_id,
        User.external_id == external_id,
        User.scim_id.is_not(None),
        User.active.is_(False),
    )
    return db.session.scalars(query.limit(1).with_for_update()).first()


def bring_back(work, account, row, profile, draft):
    """Re-link ``row`` and lay the new attributes over it."""
    stored = work.scope.one(UserDocument, UserDocument.user_seq == row.seq)
    before = Profile.load(stored)
    after = Profile(profile.core, profile.enterprise, before.custom | profile.custom)
    after = ownership.with_ours(account, before, after)
    columns, old_email = after.columns(), row.email
    work.attempted.update(columns, external_id=draft.external_id)
    for name, value in columns.items():
        setattr(row, name, value)
    after.store(stored)
    write_index(work, row.seq, before.entries(), after.entries())
    if row.scim_id is None:
        lifecycle.return_to_view(work, row)
        row.role = row.given_role = (
            Role.MEMBER.value
        )  # what a removed person might do is not given back by a directory (D-08)
    was_managed, row.connection_id = row.connection_id is not None, work.scope.actor.connection_id
    ownership.note(work.scope, row, stored, before, after, was_managed=was_managed, sent=profile)
    row.external_id = draft.external_id
    row.active, row.active_unassigned = draft.active, False
    if draft.active:
        row.deactivated_at = row.deactivated_by = None
    restate(work, row)
    row.version += 1
    row.updated_at = max(work.now, row.updated_at)
    db.session.flush()
    if row.email != old_email:
        email_changes.follow(work, row, old_email)
    else:
        email_changes.remind(work, row)
    work.record(UserReturned(row.id, row.display_name, after.changes_from(before)))
