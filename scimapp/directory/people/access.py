"""Ending somebody's access here and now, without changing who they are."""

from ..events import SignedOutEverywhere
from ..links import one_time_links, own_email
from ..links.one_time_links import EMAIL
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
        if own_email.pending(scope, row) is not None:  # whoever is to be signed out may have asked for it
            one_time_links.void_open(work, [row.seq], EMAIL)
        work.record(SignedOutEverywhere(row.id, row.display_name))
    return row
