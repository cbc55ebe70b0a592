"""The role of one person: given by hand, by the directory or by a group; the strongest is in effect.

A directory gives a role only if the account allows it, at most User Admin, and only with a token whose maker could give
it by hand. It takes away only what it gave. Ownership is never given here.
"""

import re

from sqlalchemy import update

from ...database import db
from ..changes import UNSET
from ..events import Change, RoleChanged
from ..groups import role_rules
from ..links import one_time_links
from ..model import User
from ..roles import Role, assignable_roles

BY_DIRECTORY = Role.USER_ADMIN  # the only role that a directory may give
_SPELLED = re.compile(r"[^a-z]")
_NAMES = frozenset(("useradmin", "useradministrator"))


def set_given(work, row, role):
    """Give a role by hand (UNSET: no change) and return the Changes of the role in effect."""
    if role is UNSET or role == row.given_role:
        return ()
    row.given_role = str(role)
    return _settle(work, row)


def follow(work, row, core):
    """Set the role given by the directory according to ``roles`` in ``core``; returns the Changes of the role in effect."""
    actor = work.scope.actor
    if not actor.is_token or work.account.directory_roles == "never":
        return ()
    if row.role == Role.OWNER or BY_DIRECTORY not in assignable_roles(actor.role):
        return ()
    role = BY_DIRECTORY if names_role(core) else None
    if role not in (None, row.directory_role) and work.lock_account().directory_roles == "never":
        return ()  # forbidden just now; forbidding it waits for this lock and then takes back roles given before
    return _set_by_directory(work, row, role)


def let_go(work, row):
    """Take back the role that the directory gave, when it removes the person."""
    changes = _set_by_directory(work, row, None)
    if changes:
        work.record(RoleChanged(row.id, row.display_name, changes))


def keep_as_given(row):
    """Turn the role that the directory gave into one given by hand, when the link is broken."""
    if row.directory_role is not None:
        row.given_role = max(Role(row.given_role), Role(row.directory_role), key=lambda role: role.rank).value
        row.directory_role = None


def forget_directory(work):
    """Take back all roles that directories gave, when the account no longer allows them."""
    mine = (User.account_id == work.scope.account_id, User.directory_role.is_not(None))
    taken = update(User).where(*mine).values(directory_role=None).returning(User.seq)
    role_rules.restate_people(work, db.session.scalars(taken).all())


def names_role(core):
    """Whether a person's ``roles`` name User Admin, ignoring case and everything but letters."""
    texts = (str(item.get(part) or "") for item in core.get("roles") or () for part in ("value", "display"))
    return any(_SPELLED.sub("", text.lower()) in _NAMES for text in texts)


def _set_by_directory(work, row, role):
    if row.directory_role == role:
        return ()
    row.directory_role = role.value if role else None
    return _settle(work, row)


def _settle(work, row):
    in_effect = role_rules.in_effect(work.scope, row, row.given_role)
    if in_effect == row.role:
        return ()
    change = Change("role", row.role, in_effect.value)
    row.role = in_effect.value
    row.session_epoch += 1  # a changed role ends sessions and open links
    one_time_links.void_open(work, [row.seq])
    return (change,)
