"""What a role may do to people of another: every pair of roles, every action, at the screens (security R3, R4).

An action is pressed by its own form, without the page that offers it, so that the directory's guard answers and not a
button that is not there. What it did is read from the rows.
"""

from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from sqlalchemy import func

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.changes import UserChanges
from scimapp.directory.model import OutboxMail
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from tests.scim_api.bodies import create, person

from .tour import proof

MEMBER, USER_ADMIN, SUPER_ADMIN, OWNER = Role.MEMBER, Role.USER_ADMIN, Role.SUPER_ADMIN, Role.OWNER
# Whom a role may edit, invite, sign out, deactivate, … and whom it may erase. Nobody reaches the owner but the owner.
REACHES = {MEMBER: (), USER_ADMIN: (MEMBER, USER_ADMIN), SUPER_ADMIN: (MEMBER, USER_ADMIN, SUPER_ADMIN),
           OWNER: (MEMBER, USER_ADMIN, SUPER_ADMIN)}  # fmt: skip
ERASES = REACHES | {USER_ADMIN: ()}
GIVES = {MEMBER: (), USER_ADMIN: (MEMBER, USER_ADMIN), SUPER_ADMIN: (MEMBER, USER_ADMIN, SUPER_ADMIN),
         OWNER: (MEMBER, USER_ADMIN, SUPER_ADMIN)}  # fmt: skip
OTHERS = (MEMBER, USER_ADMIN, SUPER_ADMIN)


def wants_edit(user):
    return {"given_name": "Changed", "family_name": "X", "email": f"changed-{user.email}", "version": user.version}


# action → (path, fields, state of the person, whether it happened, who reaches whom)
ACTIONS = {
    "edit": ("", wants_edit, "active", lambda now, was: now.email != was.email, REACHES),
    "deactivate": ("/deactivate", None, "active", lambda now, was: not now.active, REACHES),
    "activate": ("/activate", None, "inactive", lambda now, was: now.active, REACHES),
    "sign out": ("/sign-out", None, "active", lambda now, was: now.session_epoch > was.session_epoch, REACHES),
    "erase": ("/erase", lambda user: {"typed": user.email}, "inactive", lambda now, was: now.erased_at, ERASES),
    "invite": ("/invite", None, "invited", lambda now, was: now.mails > was.mails, REACHES),
    "confirm": ("/confirmation", None, "unconfirmed", lambda now, was: now.mails > was.mails, REACHES),
    "reset": ("/password-reset", None, "active", lambda now, was: now.mails > was.mails, REACHES),
    "show the link": ("/invitation-link", None, "invited", lambda now, was: now.events > was.events, ERASES),
    "break the link": ("/unlink", None, "managed", lambda now, was: now.scim_id != was.scim_id, REACHES),
}


@dataclass
class Standing:
    """What can be seen of a person from outside."""

    email: str
    active: bool
    session_epoch: int
    erased_at: object
    scim_id: str
    role: str
    mails: int
    events: int


def standing(scope, user):
    db.session.close()
    row = users.get(scope, user.id)
    mails = db.session.scalar(scope.select(OutboxMail, func.count()).where(OutboxMail.user_seq == row.seq))
    events = len(audit_log.of_target(scope, row.id, limit=100))
    return Standing(row.email, row.active, row.session_epoch, row.erased_at, row.scim_id, row.role, mails, events)


@pytest.fixture
def window(account, make_user):
    """``window(role)`` → the screens of somebody with it, and the proof of their forms."""
    kept = {}

    def open_one(role):
        if role not in kept:
            screens = account.screens(make_user(role))
            kept[role] = (screens, proof(screens))
        return kept[role]

    return open_one


def press(window, role, path, fields):
    screens, token = window(role)
    return screens.visitor.open(path, method="POST", data=(fields or {}) | {"csrf_token": token})


def somebody(account, scim, role, state):
    if state == "unconfirmed":
        return users.update(
            account.scope, account.make_user(role).id, UserChanges(email=f"{role}-{uuid4()}@corp.example")
        )
    if state != "managed":
        return account.make_user(role, state)
    made = create(scim, person("Man", "Aged"))
    return users.update(account.scope, made["id"], UserChanges(role=role))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_action_reaches_as_far_as_the_table_says(account, scope, scim, window):
    pairs = 0
    for name, (path, fields, state, happened, reaches) in ACTIONS.items():
        for target in OTHERS:
            for actor in sorted(Role, key=lambda role: target in reaches[role]):  # who is refused first
                them = somebody(account, scim, target, state)
                before = standing(scope, them)
                answer = press(window, actor, f"/users/{them.id}{path}", fields(them) if fields else None)
                done = bool(happened(standing(scope, them), before))
                assert done == (target in reaches[actor]), f"{actor} {name} {target}: {answer.status}"
                pairs += 1
    assert pairs == 10 * 3 * 4


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_role_is_given_and_taken_by_those_who_have_it(account, scope, make_user, window):
    pairs = 0
    for actor in Role:
        for target in OTHERS:
            for given in Role:
                them = make_user(target)
                press(window, actor, f"/settings/roles/{them.id}", {"role": given.value})
                wanted = given if {given, target} <= set(GIVES[actor]) else target
                assert standing(scope, them).role == wanted, f"{actor} gives {given} to {target}"
                pairs += 1
    assert pairs == 4 * 3 * 4


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_but_the_owner_reaches_the_owner(account, scope, window):
    """Least of all by an address of their own, which a new password could be sent to."""
    owner, before = account.owner, fingerprint_of(scope, account.owner)
    for actor in OTHERS:
        for path, fields, *_ in ACTIONS.values():
            press(window, actor, f"/users/{owner.id}{path}", fields(owner) if fields else None)
        for role in Role:
            press(window, actor, f"/settings/roles/{owner.id}", {"role": role.value})
        screens, token = window(actor)
        for action in ("deactivate", "reset", "role", "invite"):
            fields = {"csrf_token": token, "action": action, "user": owner.id, "expected": "1", "role": "member"}
            screens.visitor.open("/users/batch", method="POST", data=fields)
        assert fingerprint_of(scope, owner) == before, actor


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_ends_or_raises_their_own_access(account, scope, make_user):
    for role in (Role.USER_ADMIN, Role.SUPER_ADMIN, Role.OWNER):
        me = make_user(role)
        screens = account.screens(me)
        token, before = proof(screens), standing(scope, me)
        for path, fields in (
            ("/deactivate", None),
            ("/erase", {"typed": me.email}),
            ("", wants_edit(me) | {"role": "owner"}),
        ):
            screens.visitor.open(f"/users/{me.id}{path}", method="POST", data=(fields or {}) | {"csrf_token": token})
        for other in Role:
            screens.visitor.open(
                f"/settings/roles/{me.id}", method="POST", data={"role": other.value, "csrf_token": token}
            )
        now = standing(scope, me)
        assert (now.active, now.role, now.email, now.erased_at) == (True, role, before.email, None), role


def fingerprint_of(scope, user):
    before = standing(scope, user)
    return replace(before, events=0)
