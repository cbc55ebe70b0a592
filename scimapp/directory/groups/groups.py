"""Groups: reading, creating, changing and removing them, and what their pages show."""

from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, literal_column, union_all

from ...database import db
from ...database.statements import Prepared
from ...texts import fold, fold_user_name
from ..changes import UNSET
from ..client_reads.groups_of_people import SHIFTS
from ..errors import GroupNameTaken, InvalidValue, StaleVersion
from ..events import Change, GroupCreated, GroupRemoved, GroupUpdated
from ..ids import new_id
from ..model import Group, Membership, SkippedMember, User
from ..people.ownership import takes_over
from ..people.users import SCREEN_SOURCES
from ..roles import Permission
from ..scope import own_rows
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say
from . import group_links, group_rows, memberships, nesting
from .group_policies import guard_edit
from .memberships import MAXIMUM_NAME

# Each push of a group creates one: Okta first looks for the name and posts only a new one (docs/decisions/0007).
# Entra and the strict preset expect 409 for a name in use.
_REFUSE_SAME_NAME = frozenset({"entra", "strict"})
_NAMESAKE = Prepared(
    own_rows(Group, Group.seq)
    .where(Group.display_name_key == bindparam("name_key"), Group.seq != bindparam("own_seq"))
    .limit(literal_column("1"))
)
# Columns by which the value of a skipped member may tell who is meant, the surest first, each with what makes its key of a value.
_TELLS_WHO = (
    (User.id, str),
    (User.external_id, str),
    (User.user_name_key, fold_user_name),
    (User.email_key, fold_email),
)


class GroupOfUser(Struct, frozen=True):
    """One group as a person's page shows it."""

    group_id: str
    display_name: str
    source: str
    connection_id: str | None
    added_at: datetime
    added_by: str
    group_seq: int


def get(scope, group_id):
    """One group. Raises NotInAccount."""
    return scope.one(Group, Group.id == group_id, kind="Group")


def create(scope, draft):
    """Create a group with those of its members who are here, and return it.

    Raises GroupNameTaken if the account refuses same names, ExternalIdTaken, InvalidValue, UnknownMembers.
    """
    scope.require(Permission.MANAGE_GROUPS)
    with group_links.noting_refused_names(scope), unit_of_work(scope) as work:
        name = _checked_name(draft.display_name)
        work.attempted["external_id"] = draft.external_id
        linked = group_links.awaiting(scope, name)
        if linked is not None:
            return group_links.take_over(work, linked, draft)
        _guard_name(work, name)
        group = group_rows.add(
            account_id=scope.account_id,
            id=new_id(),
            display_name=name,
            display_name_key=fold(name)[:MAXIMUM_NAME],
            external_id=draft.external_id,
            connection_id=scope.actor.connection_id,
            source=draft.source or SCREEN_SOURCES[scope.actor.kind],
            version=1,
            member_count=0,
            created_at=work.now,
            updated_at=work.now,
            last_push_at=work.now if scope.actor.is_token else None,
            last_push_token_label=scope.actor.label if scope.actor.is_token else None,
            last_push_sent=0,
            last_push_skipped=0,
        )
        work.count("scim_groups", +1)
        work.record(GroupCreated(group.id, name))
        if draft.member_ids:
            memberships.change(work, group, add=draft.member_ids)
            group_rows.save(group)
    return group


def update(scope, group_id, changes, *, version=None):
    """Apply ``changes`` to a group and return it as a GroupRow. A change without effect keeps the version.

    Raises NotInAccount, StaleVersion, GroupNameTaken, ExternalIdTaken, InvalidValue, UnknownMembers.
    """
    with changing(scope, group_id, may_rename=changes.display_name is not UNSET) as (work, group):
        if version is not None and group.version != version:
            raise StaleVersion(group.version)
        apply_changes(work, group, changes)
    return group


@contextmanager
def changing(scope, group_id, *, may_rename, add=(), remove=()):
    """One transaction for a change that depends on the current values: yields ``(work, group)`` for ``apply_changes``, the
    GroupRow locked. With ``may_rename``, the account is locked first, as when a group is created. ``add`` and ``remove`` are
    the ids of members whom the change will name, if that is known. Raises NotInAccount.
    """
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        if may_rename:
            work.serialise_account()
        if add or remove:
            yield work, group_rows.lock_with(work, group_id, dict.fromkeys(add), dict.fromkeys(remove))
        else:
            yield work, group_rows.lock(scope, group_id)


def apply_changes(work, group, changes):
    """Apply ``changes`` to a GroupRow; raises as ``update``."""
    scope = work.scope
    guard_edit(scope, group)
    altered = _rename(work, group, changes) + _set_external_id(work, group, changes)
    adopted = scope.actor.connection_id is not None and group.connection_id != scope.actor.connection_id
    if adopted:
        group_links.guard_link(scope, group)
        group.connection_id = scope.actor.connection_id
    members_changed = _change_members(work, group, changes)
    if altered or adopted or members_changed:
        work.touch(group)
    work.attempted["external_id"] = group.external_id
    group_rows.save(group)
    if altered:
        work.record(GroupUpdated(group.id, group.display_name, altered))


def remove(scope, group_id, *, version=None):
    """Remove a group; the people in it stay. Raises NotInAccount, StaleVersion."""
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        group = group_rows.lock(scope, group_id)
        if version is not None and group.version != version:
            raise StaleVersion(group.version)
        guard_edit(scope, group)
        memberships.change(work, group, replace=())
        if group_rows.has_ties(group):
            nesting.take_apart(work, group)
        group_rows.remove(group)
        work.count("scim_groups", -1)
        work.count(SHIFTS, +1)  # SQLite reuses its number for another group
        work.record(GroupRemoved(group.id, group.display_name))


def skipped_members(scope, group):
    """The member values of pushes that match nobody here, oldest first."""
    query = scope.select(SkippedMember).where(SkippedMember.group_seq == group.seq)
    return list(db.session.scalars(query.order_by(SkippedMember.skipped_at, SkippedMember.value)))


def people_behind(scope, values, connection_id):
    """``{value: person}`` for the report of members skipped by a connection: by the id of somebody who was here or is here under
    another one by now, else by the external id, user name or e-mail address of somebody who is here, which are no values of
    members. Of several with one external id, each of another connection, the connection's own is meant, else the oldest row.
    """
    # One query per index: for an OR, SQLite would read everybody.
    seqs = union_all(
        *(
            scope.select(User, User.seq)
            .where(column.in_({*map(key_of, values)}), *(() if column is User.id else (User.scim_id.is_not(None),)))
            .correlate(None)
            for column, key_of in _TELLS_WHO
        )
    )
    people = list(db.session.scalars(scope.select(User).where(User.seq.in_(seqs)))) if values else []
    people.sort(key=lambda one: (one.connection_id == connection_id, -one.seq))  # of a key, the last is kept
    found = {}
    for column, key_of in _TELLS_WHO:
        by_key = {getattr(one, column.key): one for one in people if column is User.id or one.scim_id is not None}
        for value in values:
            if value not in found and (person := by_key.get(key_of(value))) is not None:
                found[value] = person
    return found


def memberships_of(scope, group, people):
    """``{user seq: Membership}`` of these people in a group."""
    seqs = [person.seq for person in people]
    query = scope.select(Membership).where(Membership.group_seq == group.seq, Membership.user_seq.in_(seqs))
    return {membership.user_seq: membership for membership in db.session.scalars(query)}


def groups_of(scope, user):
    """The groups of a person by name, as GroupOfUser."""
    theirs = scope.select(Membership, Membership.group_seq).where(Membership.user_seq == user.seq)
    query = (
        scope.select(
            Group,
            Group.id,
            Group.display_name,
            Group.source,
            Group.connection_id,
            Membership.added_at,
            Membership.added_by,
            Group.seq,
        )
        .join(Membership, (Membership.account_id == Group.account_id) & (Membership.group_seq == Group.seq))
        .where(Membership.user_seq == user.seq, Group.seq.in_(theirs.correlate(None)))  # reads few groups, not all
        .order_by(Group.display_name_key, Group.seq)
    )
    return [GroupOfUser(*row) for row in db.session.execute(query)]


def _checked_name(name):
    if not isinstance(name, str) or not name.strip():
        raise InvalidValue("displayName", say("a group needs a name."))
    if len(name) > MAXIMUM_NAME:
        raise InvalidValue("displayName", say("at most %(limit)s characters.", limit=MAXIMUM_NAME))
    return name


def _guard_name(work, name, own_seq=0):
    """Raise GroupNameTaken if the name is in use and may not be. From here on, no other unit can take it."""
    actor, rule = work.scope.actor, work.account.same_name_groups
    if rule == "create" or (rule == "provider" and actor.is_token and actor.provider not in _REFUSE_SAME_NAME):
        return
    work.serialise_account()
    if _NAMESAKE.first(account_id=work.scope.account_id, name_key=fold(name)[:MAXIMUM_NAME], own_seq=own_seq):
        raise GroupNameTaken(name)


def _rename(work, group, changes):
    if changes.display_name is UNSET or changes.display_name == group.display_name:
        return ()
    name = _checked_name(changes.display_name)
    _guard_name(work, name, group.seq)
    change = Change("displayName", group.display_name, name)
    group.display_name, group.display_name_key = name, fold(name)[:MAXIMUM_NAME]
    group.conflict_at = group.conflict_connection_id = None
    work.count(SHIFTS, +1)
    return (change,)


def _set_external_id(work, group, changes):
    external_id = changes.external_id
    if external_id is UNSET and takes_over(work.scope, group):
        external_id = None
    if external_id is UNSET or external_id == group.external_id:
        return ()
    change = Change("externalId", group.external_id, external_id)
    group.external_id = work.attempted["external_id"] = external_id
    return (change,)


def _change_members(work, group, changes):
    if changes.member_ids is not UNSET:
        return memberships.change(work, group, replace=tuple(changes.member_ids or ()))
    if changes.add_ids or changes.remove_ids:
        return memberships.change(work, group, add=changes.add_ids, remove=changes.remove_ids)
    return False
