"""From representations to what the directory is asked to do: drafts for POST, changes for PUT and PATCH.

Only what differs is asked for, so a PUT of our own answer changes nothing. ``docs/scim.md`` lists what a PUT keeps when
the body does not mention it; the table and the functions here say the same.
"""

from ..directory.changes import UNSET, GroupChanges, GroupDraft, UserChanges, UserDraft
from ..scim import urns

# Kept elsewhere than in the stored document, or not kept at all.
_OUTSIDE = frozenset({"schemas", "id", "externalId", "meta", "groups", "active", "password"})
_NAME_PARTS = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")


def user_draft(representation, extension_urn):
    """The person that a POST describes; active unless it says otherwise (article: "active by default")."""
    core, enterprise, custom = _parts(representation, extension_urn)
    return UserDraft(
        core,
        enterprise,
        custom,
        active=representation.get("active", True),
        external_id=representation.get("externalId"),
    )


def user_changes(before, after, extension_urn, *, strict=False):
    """What turns ``before`` into ``after`` (two whole representations)."""
    old, new = _parts(before, extension_urn), _parts(after, extension_urn)
    core, enterprise, custom = (_difference(*pair) for pair in zip(old, new, strict=True))
    if not strict and "name" in core:
        core["name"] = _with_fresh_formatted(before.get("name"), core["name"])
    active = _active(before, after)
    return UserChanges(
        core=core,
        enterprise=enterprise,
        custom=custom,
        active=active,
        active_unassigned=strict and "active" not in after and active is not UNSET,
        external_id=_changed(before.get("externalId"), after.get("externalId")),
    )


def replaced_user(before, validated, extension_urn, *, strict, put_clears_extension):
    """The person after a PUT: the body, and what a PUT keeps when the body does not mention it."""
    after = dict(validated.representation)
    if "active" not in after and "active" in before and not (strict and _is_cleared(validated, "active")):
        after["active"] = before["active"]
    kept = [] if put_clears_extension else [extension_urn]
    if not strict:
        kept.append(urns.ENTERPRISE_USER)
    for urn in kept:
        if urn in before and urn not in after and not _is_cleared(validated, urn):
            after[urn] = before[urn]
    return after


def group_draft(representation):
    """The group that a POST describes."""
    return GroupDraft(
        representation["displayName"], representation.get("externalId"), member_ids(representation.get("members"))
    )


def group_changes(before, after):
    """What turns ``before`` into ``after``, members left aside."""
    return {
        "display_name": _changed(before.get("displayName"), after.get("displayName")),
        "external_id": _changed(before.get("externalId"), after.get("externalId")),
    }


def replaced_group(before, validated, *, strict):
    """The changes of a PUT. Without ``members`` the members stay, for clients that rename with a short body."""
    after = validated.representation
    replaces = strict or "members" in after or _is_cleared(validated, "members")
    members = member_ids(after.get("members")) if replaces else UNSET
    return GroupChanges(**group_changes(before, after), member_ids=members)


def member_ids(members):
    """The SCIM ids that a list of members names, each once."""
    return tuple(dict.fromkeys(member["value"] for member in members or () if member.get("value")))


def _parts(representation, extension_urn):
    core = {
        name: value
        for name, value in representation.items()
        if name not in _OUTSIDE and name not in (urns.ENTERPRISE_USER, extension_urn)
    }
    return core, representation.get(urns.ENTERPRISE_USER) or {}, representation.get(extension_urn) or {}


def _difference(before, after):
    changed = {name: value for name, value in after.items() if before.get(name) != value or name not in before}
    return changed | {name: None for name in before if name not in after}


def _changed(before, after):
    return UNSET if before == after else after


def _active(before, after):
    if "active" not in after:
        return True if "active" in before else UNSET
    return UNSET if before.get("active") == after["active"] else after["active"]


def _with_fresh_formatted(before, name):
    """A formatted name that came back unchanged beside changed parts is an echo: make it again (RFC 7643 §4.1.1).

    Okta sends the new givenName together with the formatted name it was told before.
    """
    stale = before and name and name.get("formatted") and name["formatted"] == before.get("formatted")
    if not stale or all(name.get(part) == before.get(part) for part in _NAME_PARTS):
        return name
    return name | {"formatted": " ".join(name[part] for part in _NAME_PARTS if name.get(part))}


def _is_cleared(validated, name):
    """Whether the body says null or [] for a whole attribute or extension."""
    return any(str(path).lower() == name.lower() for path in validated.cleared)
