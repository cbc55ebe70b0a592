"""The tables of the directory. Every row belongs to an account, except those of ``sign_in`` written before a sign-in."""

from .account import Account, Counter
from .batch import Batch, BatchItem
from .custom_field import CustomField
from .deactivation_guard import DeactivationGuard
from .erasure import Erasure
from .group import Group, Membership, NestedGroup, RoleRule, SkippedMember
from .invitation import Invitation
from .outbox import OutboxMail
from .scim_call import ScimCall, ScimCallBody, ScimCallHour
from .scim_token import ScimToken
from .sign_in import FailedAttempt, LinkRequest, OneTimeLink, SecondStep, SetupLink, UserSession
from .user import User, UserDocument
from .value import IndexedPath, IndexedValue

__all__ = [
    "Account", "Batch", "BatchItem", "Counter", "CustomField", "DeactivationGuard", "Erasure", "FailedAttempt", "Group",
    "IndexedPath", "IndexedValue", "Invitation", "LinkRequest", "Membership", "NestedGroup", "OneTimeLink", "OutboxMail", "RoleRule",
    "ScimCall", "ScimCallBody", "ScimCallHour", "ScimToken", "SecondStep", "SetupLink", "SkippedMember", "User", "UserDocument",
    "UserSession",
]  # fmt: skip
