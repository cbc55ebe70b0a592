"""Everything that the directory can refuse. ``message`` is a sentence for the person at the other end."""

from .words import Grouped, say


class DirectoryError(Exception):
    """Base of every refusal. When one is raised, nothing was changed."""

    message = say("This cannot be done.")

    def __init__(self, message=None):
        super().__init__(message or self.message)
        self.message = message or self.message


class NotInAccount(DirectoryError):
    """Nothing in this account has the id; unknown ids and ids of another account look the same."""

    def __init__(self, kind="resource"):
        super().__init__(f"This {kind} does not exist here.")
        self.kind = kind


class NotAllowed(DirectoryError):
    """The actor may not do this; RoleNeeded if the role lacks a permission."""

    message = say("You need another role for this.")


class RoleNeeded(NotAllowed):
    """The actor's role lacks ``permission``."""

    def __init__(self, permission):
        super().__init__()
        self.permission = permission


ONLY_THE_OWNER = say("Only the Account Owner can change the Account Owner.")


class AboveYourRole(NotAllowed):
    """The target's role, or the role asked for, is above what this actor may manage."""

    message = say("Only Super Admins and the Account Owner can change a Super Admin.")

    @classmethod
    def of(cls, role):
        """The error for a target person of ``role``."""
        return cls(ONLY_THE_OWNER) if role == "owner" else cls()


class OwnerIsProtected(NotAllowed):
    """The Account Owner cannot be deactivated, removed, renamed or given another e-mail address."""

    def __init__(self, action):
        super().__init__(
            say(
                "The Account Owner cannot be %(action)s here: an account keeps at least one active owner. Transfer "
                "ownership first.",
                action=action,
            )
        )


class SelfLockout(NotAllowed):
    """Somebody tried to take away their own access."""

    message = say("You cannot deactivate yourself or change your own role.")


class PersonErased(NotAllowed):
    """The person's data was erased and cannot come back."""

    message = say("This person was erased.")


class Managed(NotAllowed):
    """The directory owns this value, so it can only change there."""

    def __init__(self, attribute, manager):
        super().__init__(
            say("%(attribute)s is managed by %(manager)s and changes there only.", attribute=attribute, manager=manager)
        )
        self.attribute, self.manager = attribute, manager


class GroupManaged(NotAllowed):
    """A directory manages the name and the members of the group, so they can only change there."""

    def __init__(self, manager):
        super().__init__(
            say(
                "%(manager)s keeps the name and the members of this group. Change it in %(manager)s, or break the "
                "link first.",
                manager=manager,
            )
        )


class Conflict(DirectoryError):
    """A value that must be unique is in use."""


class UserNameTaken(Conflict):
    """``user_id`` and ``display_name`` identify the person who has the user name, if known."""

    def __init__(self, user_name, user_id=None, display_name=None):
        super().__init__(say("The user name “%(name)s” is already in use in this account.", name=user_name))
        self.user_name, self.user_id, self.display_name = user_name, user_id, display_name


class EmailTaken(Conflict):
    """``user_id`` and ``display_name`` identify the person who has the address, if known."""

    def __init__(self, email, user_id=None, display_name=None):
        text = say("The e-mail address “%(email)s” belongs to another person in this account already.", email=email)
        if display_name:
            text = say("The e-mail address “%(email)s” belongs to %(name)s already.", email=email, name=display_name)
        super().__init__(text)
        self.email, self.user_id, self.display_name = email, user_id, display_name


class ExternalIdTaken(Conflict):
    def __init__(self, external_id):
        text = say("The externalId “%(id)s” already belongs to another resource of this connection.", id=external_id)
        super().__init__(text)
        self.external_id = external_id


class GroupNameTaken(Conflict):
    def __init__(self, name):
        super().__init__(say("A group named “%(name)s” exists already in this account.", name=name))
        self.name = name


class StaleVersion(DirectoryError):
    """Somebody changed the row since it was read. ``current`` is the version it has now."""

    def __init__(self, current=None):
        super().__init__("Somebody changed this in the meantime.")
        self.current = current


class InvalidValue(DirectoryError):
    """A value cannot be stored. ``attribute`` is the caller's name for it, ``reason`` says what is accepted."""

    def __init__(self, attribute, reason):
        super().__init__(f"{attribute}: {reason}")
        self.attribute, self.reason = attribute, reason


def gathered(*checks):
    """Call each of ``checks`` without arguments and return the InvalidValues and Conflicts they raise, in order."""
    found = []
    for check in checks:
        try:
            check()
        except (InvalidValue, Conflict) as error:
            found.append(error)
    return found


class NoAddress(InvalidValue):
    """A person without an address to invite or sign in with."""

    def __init__(self):
        super().__init__("emails", "an e-mail address is needed: send emails[].value, or a userName that is one.")


class UnknownMembers(DirectoryError):
    """A push names people who are not here, and the account's strict setting refuses that."""

    def __init__(self, values):
        shown = ", ".join(repr(value) for value in values[:5])
        super().__init__(f"{len(values)} member value(s) belong to nobody in this account: {shown}")
        self.values = values


class WrongCode(InvalidValue):
    """The code for the second step of a sign-in is wrong."""

    def __init__(self, reason=None):
        wrong = say(
            "That code does not match. Type the one that the app shows now; the clock of the phone must be right."
        )
        super().__init__("code", reason or wrong)


class FieldIdInvalid(InvalidValue):
    def __init__(self, reason):
        super().__init__("field_id", reason)


class FieldIdTaken(FieldIdInvalid):
    pass


class FieldTypeFixed(InvalidValue):
    def __init__(self):
        super().__init__("type", say("The type is fixed once a value is saved."))


class DeactivationsStopped(DirectoryError):
    """A token deactivated so many people that the account wants to be asked first.

    Only the first refusal has ``numbers``: people deactivated, people active before, minutes it took.
    """

    message = say(
        "Too many people would be deactivated at once. An administrator was asked; nothing is lost: try again later."
    )

    def __init__(self, numbers=None):
        super().__init__()
        self.numbers = numbers


class TooManyTokens(DirectoryError):
    message = say("Five tokens are in use. Revoke one first.")


class TokenNotUsable(DirectoryError):
    message = say("This token was dropped, revoked or has ended. Generate another one.")


class InvitationNotUsable(DirectoryError):
    message = say("This link no longer works. It may have expired, been used already, or been replaced by a newer one.")


class LinkNotUsable(DirectoryError):
    """A mailed link has expired, was used or never existed. ``kind`` is one of ``one_time_links``."""

    message = say("This link no longer works. Ask for a new one.")

    def __init__(self, kind):
        super().__init__()
        self.kind = kind


class NoFreeSeat(DirectoryError):
    """The account has as many active people as it may have. ``person_id`` and ``label``: who got no seat, if known."""

    def __init__(self, limit, person_id=None, label="", message=None):
        text = say("All %(limit)s seats are in use. Deactivate somebody or raise the limit.", limit=Grouped(limit))
        if limit == 1:
            text = say("The only seat is in use. Deactivate somebody or raise the limit.")
        super().__init__(message or text)
        self.limit, self.person_id, self.label = limit, person_id, label


class NoSeatToAccept(NoFreeSeat):
    """The same, for somebody who accepts an invitation."""

    def __init__(self, limit, account_name):
        text = say(
            "%(account)s has no free seat. Your administrators were told; the link keeps working.", account=account_name
        )
        super().__init__(limit, message=text)


class UnreadableFile(DirectoryError):
    """A file that cannot be imported at all. ``problems`` are sentences, each with its line."""

    def __init__(self, problems):
        super().__init__(problems[0])
        self.problems = tuple(problems)


class SetupLinkNotUsable(DirectoryError):
    message = say("This set-up link no longer works.")
