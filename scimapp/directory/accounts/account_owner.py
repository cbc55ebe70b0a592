"""The Account Owner: exactly one at any moment, and the transfer of ownership.

The owner's row is locked first, so of two concurrent transfers, the second finds that the actor is no longer the owner. A
unique index over the owners of an account enforces the rule as well.
"""

from ...database import db
from ..errors import InvalidValue, NotAllowed
from ..events import Change, OwnershipTransferred
from ..links import one_time_links
from ..model import Account, User
from ..outbox import outbox
from ..people.lifecycle import end_sessions
from ..roles import Permission, Role
from ..sign_in.second_step import locked
from ..sql.few_people import with_role
from ..sql.functions import unsought
from ..unit_of_work import unit_of_work
from ..words import say

MAIL = "ownership_transferred"
MOST_OFFERED = 500  # heirs in a list


def heirs(scope):
    """The people who can become owner, by name: Super Admins who have signed in and confirmed their address.

    At most MOST_OFFERED.
    """
    # The few are found by their role and sorted. In the index of names SQLite would walk everybody.
    by_name = _heirs(scope).order_by(unsought(User.order_key), User.seq)
    return db.session.scalars(by_name.limit(MOST_OFFERED)).all()


def find_heir(scope, user_id):
    """The heir with this id, or None."""
    return db.session.scalars(_heirs(scope).where(User.id == user_id)).first()


def transfer(scope, user_id, *, epoch=None):
    """Make a Super Admin the Account Owner; the previous owner becomes Super Admin. Returns both rows, the new owner first.

    Both are signed out, as with every change of a role, and both get a mail. Raises NotInAccount; NotAllowed, also as
    ``second_step.locked``; InvalidValue for ``user_id`` if the person cannot become owner.
    """
    scope.require(Permission.TRANSFER_OWNERSHIP)
    with unit_of_work(scope) as work:
        account = db.session.get(Account, scope.account_id)
        owner = locked(scope, epoch)
        if owner.role != Role.OWNER:
            raise NotAllowed(say("Somebody else is the Account Owner by now."))
        heir = scope.one(User, User.id == user_id, kind="person", for_update=True)
        if find_heir(scope, user_id) is None:
            raise InvalidValue(
                "user_id",
                say("Choose an active Super Admin who has accepted the invitation and confirmed the address."),
            )
        _give(work, owner, Role.SUPER_ADMIN)
        _give(work, heir, Role.OWNER)
        for row in (heir, owner):
            subject = f"{heir.display_name} is the Account Owner of {account.name} now"
            outbox.queue(work, row, MAIL, subject)
        change = Change("owner", owner.display_name, heir.display_name)
        work.record(OwnershipTransferred(heir.id, heir.display_name, (change,)))
    return heir, owner


def _heirs(scope):
    scope.require(Permission.TRANSFER_OWNERSHIP)
    return scope.select(User).where(
        with_role(Role.SUPER_ADMIN.value),
        User.active.is_(True),
        User.verified_at.is_not(None),
        User.unconfirmed_since.is_(None),
        User.scim_id.is_not(None),
        User.email.is_not(None),
    )


def _give(work, row, role):
    row.role, row.given_role, row.directory_role = role.value, role.value, None
    row.session_epoch += 1  # a changed role ends sessions and open links
    work.touch(row)
    end_sessions(work, row)
    one_time_links.void_open(work, [row.seq])
    db.session.flush()  # one owner at any moment: write the old owner's new role before the new owner's
