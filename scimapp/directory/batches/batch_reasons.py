"""The reasons why people are left out of a batch, in the words of its page."""

from ..errors import AboveYourRole, Managed, NoFreeSeat, NotInAccount, OwnerIsProtected, PersonErased, SelfLockout
from ..words import say

OWNER = say("This is the Account Owner.")
YOURSELF = say("You cannot do this to yourself.")
ABOVE_YOU = AboveYourRole.message
NO_SEAT = say("No free seat.")
ALREADY_ACTIVE = say("Already active.")
ALREADY_INACTIVE = say("Already inactive.")
GONE = say("No longer here.")
REMOVED = say("Removed by the directory.")
ERASED = PersonErased.message
INACTIVE = say("Inactive.")
NO_ADDRESS = say("No e-mail address.")
ACCEPTED = say("Has accepted an invitation already.")
NO_PASSWORD = say("Has no password yet.")
UNCONFIRMED = say("Has to confirm the new e-mail address first.")
OWN_MANAGER = say("Nobody is their own manager.")
SAME_MANAGER = say("Has this manager already.")
NO_MANAGER = say("Has no manager.")
NOTHING_TO_CHANGE = say("Nothing to change.")
CHANGED_SINCE = say("Changed again since.")
UNEXPECTED = say("Something unexpected happened. The server's log tells what.")

_OF_ERRORS = ((OwnerIsProtected, OWNER), (SelfLockout, YOURSELF), (NoFreeSeat, NO_SEAT), (NotInAccount, GONE))


def of_error(error):
    """The reason for a DirectoryError raised for an item."""
    if isinstance(error, Managed):
        return managed_by(error.manager)
    return next((reason for kind, reason in _OF_ERRORS if isinstance(error, kind)), error.message)


def already_in(group):
    """The person is a member of the group already."""
    return say("Already in %(group)s.", group=group)


def not_in(group):
    """The person is not a member of the group."""
    return say("Not in %(group)s.", group=group)


def has_role(role):
    """The person has the role already."""
    return say("Already %(role)s.", role=role)


def managed_by(directory):
    """A directory manages the person and would undo the action."""
    return say("Managed by %(directory)s.", directory=directory)


def is_managed(reason):
    """Whether a reason comes from ``managed_by``."""
    return getattr(reason, "template", None) == managed_by("").template


def may_not_any_more(name):
    """The person who began the batch lost the permission for it."""
    return say("%(name)s may not do this any more.", name=name)


def stopped_by(name):
    """Somebody stopped the batch."""
    return say("Stopped by %(name)s.", name=name)
