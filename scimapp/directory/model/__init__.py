"""The tables of the directory. Every row but those of ``sign_in`` before a sign-in belongs to an account."""

from .account import Account, Counter
from .custom_field import CustomField
from .group import Group, Membership, SkippedMember
from .invitation import Invitation
from .outbox import OutboxMail
from .scim_token import ScimToken
from .sign_in import FailedAttempt, SetupLink, UserSession
from .user import User, UserDocument, UserValue

__all__ = [
    "Account", "Counter", "CustomField", "FailedAttempt", "Group", "Invitation", "Membership", "OutboxMail",
    "ScimToken", "SetupLink", "SkippedMember", "User", "UserDocument", "UserSession", "UserValue",
]  # fmt: skip
