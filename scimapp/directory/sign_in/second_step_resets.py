"""Removing the second step of a person who lost phone and recovery codes."""

from ..errors import NotAllowed
from ..events import SecondStepReset
from ..model import User
from ..policies import guard_second_step_reset
from ..roles import Permission
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say
from . import second_step


def reset(scope, user_id):
    """Switch a person's two-step sign-in off and return the row: all sessions end, and a mail says so.

    Raises NotInAccount, AboveYourRole; NotAllowed if it is off.
    """
    return _reset(scope, User.id == user_id)


def reset_by_address(scope, email):
    """The same for the person who signs in with this address, for the command line. Raises NotInAccount, NotAllowed."""
    return _reset(scope, User.email_key == fold_email(email), User.scim_id.is_not(None))


def _reset(scope, *conditions):
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        row = scope.one(User, *conditions, kind="person", for_update=True)
        guard_second_step_reset(scope, row)
        step = second_step.find(scope, row.seq)
        if step is None:
            raise NotAllowed(say("Two-step sign-in of this person is off."))
        second_step.take_away(work, row, step)
        work.record(SecondStepReset(row.id, row.display_name))
    return row
