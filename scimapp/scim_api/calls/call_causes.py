"""Why a call was refused: one word for each cause, and the facts that fill its sentences.

``web.view_models.calls.call_causes`` holds the sentences; this file only maps errors to causes.
"""

import re

from ...directory import errors as directory
from ...directory.availability import UNAVAILABLE
from ...scim import errors as scim
from ..access.gate import Paused

# The first class that fits names the cause.
_CAUSES = (
    (directory.UserNameTaken, "taken"), (directory.EmailTaken, "taken"), (directory.ExternalIdTaken, "external_id"),
    (directory.GroupNameTaken, "group_name"), (directory.OwnerIsProtected, "owner"), (directory.AboveYourRole, "above"),
    (directory.DeactivationsStopped, "stopped"), (directory.NoFreeSeat, "seats"), (directory.GroupManaged, "forbidden"),
    (directory.NotAllowed, "forbidden"),
    (directory.NotInAccount, "not_found"), (directory.UnknownMembers, "unknown_members"),
    (directory.StaleVersion, "stale"), (scim.PreconditionFailed, "stale"), (directory.InvalidValue, "value"),
    (Paused, "paused"), (scim.TooManyRequests, "too_fast"), (scim.PayloadTooLarge, "too_large"),
    (scim.UnsupportedMediaType, "media"), (scim.MethodNotAllowed, "method"), (scim.InvalidVersion, "version"),
    (scim.InvalidFilter, "filter"), (scim.InvalidPath, "path"), (scim.NoTarget, "no_target"),
    (scim.MutabilityError, "mutability"), (scim.Sensitive, "sensitive"), (scim.TooMany, "too_many"),
    (scim.Uniqueness, "taken"), (scim.InvalidValue, "value"), (scim.Forbidden, "forbidden"),
    (scim.NotImplementedByServer, "not_offered"), (scim.Unavailable, "busy"), (scim.ServerError, "fault"),
    (scim.NotFound, "not_found"), (UNAVAILABLE, "busy"),
)  # fmt: skip
_UNIQUE = ("user_name", "email", "external_id", "name")  # attributes of conflict errors that hold the value taken
_WHERE = re.compile(r"(?:operation \d+: )?([\w:.$\-]+): ")
_REQUIRED = re.compile(r"([\w:.$\-]+) is required")
_POSITION = re.compile(r"position (\d+)")
_QUOTED = re.compile(r"'([^']{1,100})'")


def cause_of(error):
    """The cause of a refusal. ``error`` is ``(exception raised, the ScimError it became)``, None for no refusal."""
    if error is None:
        return None
    for one in error:
        for kinds, name in _CAUSES:
            if isinstance(one, kinds):
                return name
    return "syntax"


def facts_of(error):
    """The facts that an error carries, for sentences and for the mark in the body; ``{}`` if it carries none."""
    if error is None:
        return {}
    source, told = error
    facts = {}
    if getattr(source, "display_name", None):
        facts |= {"holder": source.display_name, "holder_id": source.user_id}
    of = next((name for name in _UNIQUE if isinstance(vars(source).get(name), str)), None)
    if of:
        facts |= {"of": of, "value": vars(source)[of][:200]}
    detail = str(getattr(told, "detail", ""))
    where = _WHERE.match(detail) or _REQUIRED.match(detail)
    attribute = vars(source).get("attribute") or (where[1] if where else None)
    if attribute:
        facts["attribute"] = str(attribute)[:100]
    position, quoted = _POSITION.search(detail), _QUOTED.search(detail)
    if position:
        facts["position"] = int(position[1])
    if quoted and "value" not in facts:
        facts["quoted"] = quoted[1]
    if seconds := getattr(told, "retry_after", None):
        facts["seconds"] = seconds
    if isinstance(source, directory.NoFreeSeat):
        facts["seats"] = source.limit
    return facts
