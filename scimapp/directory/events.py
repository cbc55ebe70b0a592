"""What happened, as values. The audit log, the activity of a person and the mail module read the same values.

An event identifies its target by id and by the label at that time, and lists changes as before/after pairs. An event
never holds a secret: no token, link, password or hash.
"""

from typing import ClassVar, NamedTuple

from msgspec import Struct


class Change(NamedTuple):
    """One attribute that changed. ``before`` and ``after`` are JSON values; None means absent."""

    field: str
    before: object
    after: object


def alter(row, values):
    """Set ``{name: value}`` on a row and return the Changes, () if nothing differs."""
    changes = tuple(
        Change(name, getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value
    )
    for change in changes:
        setattr(row, change.field, change.after)
    return changes


class Event(Struct, frozen=True):
    """Base of every event."""

    name: ClassVar[str]
    target_kind: ClassVar[str]
    target_id: str | None
    target_label: str
    changes: tuple[Change, ...] = ()


def _event(class_name, name, target_kind):
    """Make an event type. The types differ only in name and kind of target, so they are made from one table."""
    return type(Event)(class_name, (Event,), {"name": name, "target_kind": target_kind}, frozen=True)


AccountCreated = _event("AccountCreated", "account created", "account")
BackupRestored = _event("BackupRestored", "backup put back", "account")
OptionsChanged = _event("OptionsChanged", "options changed", "account")
SettingsChanged = _event("SettingsChanged", "settings changed", "account")
UserProvisioned = _event("UserProvisioned", "person added", "person")
UserReturned = _event("UserReturned", "person returned", "person")
UserUpdated = _event("UserUpdated", "person changed", "person")
UserActivated = _event("UserActivated", "person activated", "person")
UserDeactivated = _event("UserDeactivated", "person deactivated", "person")
UserRemoved = _event("UserRemoved", "person removed by directory", "person")
UserErased = _event("UserErased", "person erased", "person")
UsersExported = _event("UsersExported", "people exported", "account")
UserUnlinked = _event("UserUnlinked", "person link broken", "person")
SignedOutEverywhere = _event("SignedOutEverywhere", "signed out everywhere", "person")
SessionEnded = _event("SessionEnded", "session ended", "person")
OtherSessionsEnded = _event("OtherSessionsEnded", "other sessions ended", "person")
RoleChanged = _event("RoleChanged", "role changed", "person")
InvitationIssued = _event("InvitationIssued", "invitation issued", "person")
InvitationReminded = _event("InvitationReminded", "invitation reminded", "person")
InvitationLinkShown = _event("InvitationLinkShown", "invitation link shown", "person")
InvitationAccepted = _event("InvitationAccepted", "invitation accepted", "person")
PasswordReset = _event("PasswordReset", "password set by the server", "person")
PasswordLinkSent = _event("PasswordLinkSent", "password link sent", "person")
PasswordChanged = _event("PasswordChanged", "password changed", "person")
SecondStepOn = _event("SecondStepOn", "two-step sign-in switched on", "person")
SecondStepOff = _event("SecondStepOff", "two-step sign-in switched off", "person")
SecondStepReset = _event("SecondStepReset", "two-step sign-in reset", "person")
SecondStepGuessed = _event("SecondStepGuessed", "second step guessed at", "person")
RecoveryCodeUsed = _event("RecoveryCodeUsed", "recovery code used", "person")
RecoveryCodesMade = _event("RecoveryCodesMade", "recovery codes made", "person")
ConfirmationSent = _event("ConfirmationSent", "address confirmation sent", "person")
EmailConfirmed = _event("EmailConfirmed", "address confirmed", "person")
PreferencesChanged = _event("PreferencesChanged", "preferences changed", "person")
SeatMissing = _event("SeatMissing", "no free seat", "person")
OwnershipTransferred = _event("OwnershipTransferred", "ownership transferred", "person")
SignedIn = _event("SignedIn", "signed in", "person")
GroupCreated = _event("GroupCreated", "group created", "group")
GroupUpdated = _event("GroupUpdated", "group changed", "group")
GroupRemoved = _event("GroupRemoved", "group removed", "group")
MembersChanged = _event("MembersChanged", "members changed", "group")
MembersSkipped = _event("MembersSkipped", "members skipped", "group")
GroupLinked = _event("GroupLinked", "group linked to directory", "group")
GroupUnlinked = _event("GroupUnlinked", "group link broken", "group")
RoleRuleSet = _event("RoleRuleSet", "role rule set", "group")
RoleRuleRemoved = _event("RoleRuleRemoved", "role rule removed", "group")
FieldDefined = _event("FieldDefined", "custom field added", "custom field")
FieldEdited = _event("FieldEdited", "custom field changed", "custom field")
FieldArchived = _event("FieldArchived", "custom field archived", "custom field")
FieldRestored = _event("FieldRestored", "custom field restored", "custom field")
TokenGenerated = _event("TokenGenerated", "token generated", "token")
TokenActivated = _event("TokenActivated", "token switched on", "token")
TokenDropped = _event("TokenDropped", "unsaved token dropped", "token")
TokenRevoked = _event("TokenRevoked", "token revoked", "token")
TokenRotated = _event("TokenRotated", "token rotated", "token")
TokenRenamed = _event("TokenRenamed", "token renamed", "token")
TokenEndTold = _event("TokenEndTold", "token end told", "token")
TokenUseAfterEndTold = _event("TokenUseAfterEndTold", "token use after end told", "token")
DirectoryQuietTold = _event("DirectoryQuietTold", "quiet directory told", "token")
TokenPresetChanged = _event("TokenPresetChanged", "token preset changed", "token")
DeactivationsOverLimit = _event("DeactivationsOverLimit", "deactivations over the limit", "token")
DeactivationsLetThrough = _event("DeactivationsLetThrough", "deactivations let through", "token")
DeactivationsKept = _event("DeactivationsKept", "deactivations kept back", "token")
ScimPaused = _event("ScimPaused", "SCIM paused", "account")
ScimResumed = _event("ScimResumed", "SCIM resumed", "account")
BatchFinished = _event("BatchFinished", "batch finished", "batch")
MailRetried = _event("MailRetried", "mail sent again", "mail")
MailCancelled = _event("MailCancelled", "mail cancelled", "mail")
