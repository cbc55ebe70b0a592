"""People: reading, adding, changing, (de)activating and removing them. Every front writes through these functions."""

from contextlib import contextmanager

from msgspec.structs import replace

from ..accounts import seats
from ..changes import UNSET, UserChanges
from ..connection import deactivation_guard
from ..errors import DeactivationsStopped, NoAddress, NoFreeSeat, StaleVersion
from ..events import Change, RoleChanged, UserProvisioned, UserRemoved, UserUpdated
from ..fields.custom_values import accept_custom
from ..groups.memberships import leave_all_groups, lock_groups_of
from ..ids import new_id
from ..links import email_changes, invitations
from ..model import User, UserDocument
from ..policies import guard_address, guard_removal, guard_role_given, guard_update
from ..roles import Permission
from ..states import state_of
from ..unit_of_work import unit_of_work
from . import arrivals, lifecycle, own_zone, ownership, person_roles, person_rows, returning
from .profile import NARROW, Profile
from .value_index import write as write_index

SCREEN_SOURCES = {"person": "screen", "token": "scim", "server": "cli"}


def get(scope, user_id):
    """The person with this id, removed ones included. Raises NotInAccount."""
    return scope.one(User, User.id == user_id, kind="person")


def document(scope, user):
    """The stored attributes of a person, as a Profile."""
    return Profile.load(scope.one(UserDocument, UserDocument.user_seq == user.seq, kind="person"))


def managed_values(scope, user):
    """The names of a person's values that only the directory may change, see ``directory.people.ownership``."""
    stored = scope.one(UserDocument, UserDocument.user_seq == user.seq, kind="person")
    return ownership.managed_values(user, stored, Profile.load(stored), ownership.yielded_in(scope))


def yielded_values(scope, user):
    """The names of a person's values that the account keeps for itself although a directory sends them."""
    return ownership.yielded_in(scope) if ownership.is_managed(user) else frozenset()


def provision(scope, draft):
    """Add a person and return the PersonRow.

    For a directory this may return somebody who was here before: a removed person comes back under a new SCIM id, an
    inactive one with the same externalId keeps the old id.
    Raises UserNameTaken, EmailTaken, ExternalIdTaken, InvalidValue, NoAddress, NoFreeSeat, NotAllowed.
    """
    with _changing(scope) as work:
        guard_role_given(scope, draft.role)
        row, number = returning.find(work, draft) if scope.actor.is_token else (None, None)
        draft = ownership.leaving_ours(work, draft)
        custom = accept_custom(work, draft.custom)
        profile = Profile({}, {}, {}).merged(draft.core, draft.enterprise, custom)
        guard_address(scope, profile)
        finds_seat = not draft.active or seats.take(work, label=draft.core.get("userName", ""))
        if not finds_seat:
            draft = replace(draft, active=False)
        is_new = row is None
        if is_new:
            row = _insert(work, profile, draft, number)
        else:
            returning.bring_back(work, row, profile, draft)
        role_changes = person_roles.follow(work, row, profile.core)
        if role_changes:
            work.record(RoleChanged(row.id, row.display_name, role_changes))
        if not finds_seat:
            seats.miss(work, row.id, row.display_name)
        if _invites(work, draft):
            invitations.issue_if_needed(work, row, is_first=is_new)
        person_rows.save(row)
    return row


def provision_many(scope, drafts):
    """As ``provision`` for several people in one unit, yielding the rows: all of them are added, or none."""
    with unit_of_work(scope) as work, arrivals.expected(work, drafts):
        for draft in drafts:
            yield provision(scope, draft)


def update(scope, user_id, changes, *, version=None):
    """Apply ``changes`` to a person and return the PersonRow. A change without effect writes nothing.

    ``version`` is the version the caller read; None accepts any.
    Raises NotInAccount, StaleVersion, UserNameTaken, EmailTaken, ExternalIdTaken, InvalidValue, Managed, NoFreeSeat,
    DeactivationsStopped, NotAllowed.
    """
    with _changing(scope) as work:
        row = person_rows.lock(work, user_id)
        if version is not None and row.version != version:
            raise StaleVersion(row.version)
        apply_changes(work, row, changes)
    return row


@contextmanager
def changing(scope, scim_id, *, deactivates=False):
    """One transaction for a change that depends on the current values: yields ``(work, row)`` for ``apply_changes``, the row
    locked. ``deactivates`` is whether it probably ends the person's access. Raises NotInAccount.
    """
    with _changing(scope) as work:
        if deactivates and not work.writes_alone:
            yield work, person_rows.lock_leaving(work, scim_id)
        else:
            yield work, person_rows.lock_visible(work, scim_id)


def apply_changes(work, row, changes, before=None):
    """Apply ``changes`` to a PersonRow. The caller has checked that the actor may. Raises as ``update``. ``before`` is the
    row's Profile, if the caller has read it.
    """
    scope = work.scope
    before = before or Profile.load(row)
    changes = ownership.leaving_ours(work, changes)
    if not scope.actor.is_token:
        own_zone.check(changes.core)
    after = before.merged(changes.core, changes.enterprise, accept_custom(work, changes.custom))
    if changes.email is not UNSET and changes.email != row.email:
        if not changes.email:
            raise NoAddress()
        after = after.with_email(changes.email)
    is_leaving = changes.active is not UNSET and not changes.active
    after = email_changes.without_tombstone(before, after, is_leaving=is_leaving or not row.active)
    guard_update(scope, row, before, after, changes)
    ownership.guard_managed(work, row, before, after)
    if after is not before and after.email is None and before.email is not None:
        guard_address(scope, after)
    has_open = None
    if is_leaving and row.active:
        if row.guard is not None and after is before:  # goes with the count; nothing below opens a link or a mail
            has_open = lifecycle.soon_open(row)
        deactivation_guard.count(work, row)
    is_returning = changes.active is not UNSET and changes.active and not row.active
    if is_returning and not seats.take(work, row.id, row.display_name):
        changes = replace(changes, active=UNSET)
    _apply(work, row, before, after, changes, has_open)
    person_rows.save(row)


def deactivate(scope, user_id):
    """End a person's access at once: sessions, links and waiting mails end in the same transaction."""
    return update(scope, user_id, UserChanges(active=False))


def activate(scope, user_id):
    """Give a person access again; a person who never accepted an invitation is invited again."""
    return update(scope, user_id, UserChanges(active=True))


def remove(scope, scim_id, *, version=None):
    """Remove the SCIM resource (RFC 7644 §3.6); the person stays here as inactive, with all data kept.

    Raises NotInAccount, StaleVersion, OwnerIsProtected, AboveYourRole, DeactivationsStopped.
    """
    with _changing(scope) as work:
        lock_groups_of(work, scim_id=scim_id)
        row = person_rows.lock_leaving(work, scim_id)
        if version is not None and row.version != version:
            raise StaleVersion(row.version)
        guard_removal(scope, row)
        deactivation_guard.count(work, row)
        person_roles.let_go(work, row)
        role_changes = leave_all_groups(work, row)
        lifecycle.end_access(work, row, quietly=True)
        row.scim_id = None
        row.active_unassigned = False
        row.removed_at, row.removed_by = work.now, scope.actor.label
        work.touch(row)
        person_rows.save(row)
        lifecycle.leave_view(work)
        if role_changes:
            work.record(RoleChanged(row.id, row.display_name, role_changes))
        work.record(UserRemoved(row.id, row.display_name))


@contextmanager
def _changing(scope):
    scope.require(Permission.MANAGE_USERS)
    try:
        with unit_of_work(scope) as work:
            yield work
    except NoFreeSeat as error:
        seats.tell(scope, error)
        raise
    except DeactivationsStopped as error:
        deactivation_guard.remember(scope, error)
        raise


def _insert(work, profile, draft, number):
    columns = _attempt(work, profile, draft.external_id)
    person_id, role = new_id(), draft.role.value
    row = person_rows.draft(
        seq=number,
        account_id=work.scope.account_id,
        id=person_id,
        scim_id=person_id,
        connection_id=work.scope.actor.connection_id,
        external_id=draft.external_id,
        role=role,
        given_role=role,
        active=draft.active,
        active_unassigned=False,
        state=state_of(draft.active, None),
        source=draft.source or SCREEN_SOURCES[work.scope.actor.kind],
        version=1,
        session_epoch=0,
        theme="system",
        created_at=work.now,
        updated_at=work.now,
        **columns,
    )
    if not draft.active:
        row.deactivated_at, row.deactivated_by = work.now, work.scope.actor.label
    profile.store(row)
    person_rows.add(row)
    write_index(work, row.seq, {}, profile.entries())
    for name in ("people", "scim_users", row.state):
        work.count(name, +1)
    work.record(UserProvisioned(row.id, row.display_name, profile.changes_from(Profile({}, {}, {}))))
    return row


def _apply(work, row, before, after, changes, has_open):
    """Write what differs; nothing if nothing does."""
    altered = after.changes_from(before)
    role_changes = person_roles.set_given(work, row, changes.role) + person_roles.follow(work, row, after.core)
    external_change = _set_external_id(work.scope, row, changes.external_id)
    was_managed = row.connection_id is not None
    adopted = ownership.adopt(work.scope, row)
    if altered or adopted:
        ownership.note(work.scope, row, before, after, was_managed=was_managed)
    if altered:
        old_email = row.email
        if not NARROW.isdisjoint([change.field for change in altered]):
            for name, value in _attempt(work, after, row.external_id, row.seq, before).items():
                setattr(row, name, value)
        after.store(row)
        write_index(work, row.seq, *after.entries_beside(before))
        if row.email != old_email:
            email_changes.follow(work, row, old_email, is_confirmed=changes.email_is_confirmed)
    switched = changes.active is not UNSET and bool(changes.active) != row.active
    unassigned = _set_unassigned(row, changes)
    if not (altered or role_changes or external_change or adopted or switched or unassigned):
        return
    work.attempted["external_id"] = row.external_id
    work.touch(row)
    if altered or external_change:
        work.record(UserUpdated(row.id, row.display_name, altered + external_change))
    if role_changes:
        work.record(RoleChanged(row.id, row.display_name, role_changes))
    if switched:
        lifecycle.switch(work, row, bool(changes.active), has_open)


def _attempt(work, profile, external_id, seq=0, before=None):
    """The narrow row's columns, noted for the message of a conflict. For an existing person, ``seq`` is the number and
    ``before`` the old profile.
    """
    columns = profile.columns(before)
    work.attempted.update(columns, external_id=external_id, seq=seq)
    return columns


def _set_external_id(scope, row, external_id):
    if external_id is UNSET and ownership.takes_over(scope, row):
        external_id = None
    if external_id is UNSET or external_id == row.external_id:
        return ()
    change = Change("externalId", row.external_id, external_id)
    row.external_id = external_id
    return (change,)


def _set_unassigned(row, changes):
    if changes.active is UNSET or changes.active_unassigned == row.active_unassigned:
        return False
    row.active_unassigned = changes.active_unassigned
    return True


def _invites(work, draft):
    if draft.invite is not None:
        return draft.invite
    return work.scope.actor.is_token and work.account.invite_provisioned
