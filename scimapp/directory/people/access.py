"""Ending somebody's access here and now, without changing who they are."""

from ..events import SignedOutEverywhere
from ..links import new_addresses
from ..model import User
from ..policies import guard_manage
from ..roles import Permission
from ..unit_of_work import unit_of_work
from .lifecycle import end_sessions


def sign_out_everywhere(scope, user_id):
    """End every session of a person, and withdraw the new address that was asked for in one; the password stays.

    Raises NotInAccount, AboveYourRole.
    """
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user_id, kind="person", for_update=True)
        guard_manage(scope, row)
        row.session_epoch += 1
        end_sessions(work, row)
        new_addresses.withdraw(work, row)
        work.record(SignedOutEverywhere(row.id, row.display_name))
    return row
