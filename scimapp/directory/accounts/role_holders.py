"""People with a role above Member, strongest first, and where the role comes from. A constant number of statements."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import case, func

from ...audit.log import AuditEntry
from ...database import db
from ..events import OwnershipTransferred, RoleChanged, UserProvisioned
from ..groups import role_rules
from ..model import Group, Membership, User
from ..page import Page
from ..roles import Permission, Role
from ..sign_in import second_step
from ..sql.few_people import with_role
from ..user_list.typed_words import matching

_STRONGEST_FIRST = (Role.OWNER, Role.SUPER_ADMIN, Role.USER_ADMIN)
_GIVING = (RoleChanged.name, OwnershipTransferred.name, UserProvisioned.name)


class RoleHolder(Struct, frozen=True):
    """``group`` is the name of the group whose rule gives the role. Otherwise ``given_by`` says who gave it and when, if
    that was recorded: a person, or the token of a directory.
    """

    user: User
    role: Role
    group: str | None
    given_by: str | None
    given_at: datetime | None
    has_second_step: bool


class SecondSteps(Struct, frozen=True):
    """How many of the people who can sign in with a role have two-step sign-in on."""

    on: int
    everybody: int


def find(scope, q="", page=1, per_page=25):
    """A Page of RoleHolder. Seven statements at most."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = matching(scope.select(User).where(with_role(*(role.value for role in _STRONGEST_FIRST))), q)
    order = case({role.value: place for place, role in enumerate(_STRONGEST_FIRST)}, value=User.role)
    counted = query.with_only_columns(func.count())
    found = Page.of(query, counted, [order, User.order_key, User.seq], page, per_page)
    groups = _groups(scope, [row for row in found.items if row.role != row.given_role])
    entries = _entries(scope, [row.id for row in found.items])
    careful = second_step.seqs_with(scope, [row.seq for row in found.items])
    holders = [_holder(row, groups.get(row.seq), entries.get(row.id), row.seq in careful) for row in found.items]
    return Page(holders, found.total, found.page, found.per_page)


def second_steps(scope):
    """The SecondSteps of the account. Two statements."""
    scope.require(Permission.VIEW_DIRECTORY)
    roles = with_role(*(role.value for role in _STRONGEST_FIRST))
    query = scope.select(User, func.count()).where(roles, User.active.is_(True), User.verified_at.is_not(None))
    return SecondSteps(db.session.scalar(query.where(second_step.IS_ON)), db.session.scalar(query))


def _holder(row, group, entry, has_second_step):
    who, at = (None, None) if group or entry is None else (entry.actor_label, entry.at)
    return RoleHolder(row, Role(row.role), group, who, at, has_second_step)


def _groups(scope, rows):
    """``{user seq: name of a group}``: the group whose rule gives these people the role they have."""
    if not rows:
        return {}
    ruled, wanted = role_rules.ruled_groups(scope), {row.seq: row.role for row in rows}
    query = (
        scope.select(Membership, Membership.user_seq, Membership.group_seq, Group.display_name)
        .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
        .where(Membership.user_seq.in_(wanted), Membership.group_seq.in_(ruled))
        .order_by(Group.display_name_key.desc(), Group.seq)
    )
    return {seq: name for seq, group, name in db.session.execute(query) if ruled[group] == wanted[seq]}


def _entries(scope, ids):
    """``{user id: the newest audit entry that gave a role}``."""
    # Whole rows without an order: for only the newest, SQLite scans the whole log of the account.
    given = scope.select(AuditEntry).where(AuditEntry.target_id.in_(ids), AuditEntry.event.in_(_GIVING))
    entries = sorted(db.session.scalars(given), key=lambda entry: entry.seq)
    return {entry.target_id: entry for entry in entries}
