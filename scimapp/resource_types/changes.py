"""Turns representations into input for the directory: drafts for POST, changes for PUT and PATCH.

Changes hold only what differs, so a PUT of our own answer changes nothing. ``docs/scim.md`` lists what a PUT keeps when the
body does not mention it; the table there and the functions here must agree.
"""

from ..directory.changes import UNSET, GroupChanges, GroupDraft, UserChanges, UserDraft
from ..scim import urns
from ..scim.errors import InvalidValue

MAXIMUM_EXTERNAL_ID = 512  # characters that fit an index entry on both databases
MAXIMUM_ID = 200
MAXIMUM_VALUES = 1_000  # of one attribute of a person
# Not kept in the stored document: kept elsewhere or not at all.
_OUTSIDE = frozenset({"schemas", "id", "externalId", "meta", "groups", "active", "password"})
_NAME_PARTS = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")


def user_draft(representation, extension_urn):
    """The person that a POST describes; active unless it says otherwise."""
    core, enterprise, custom = _parts(representation, extension_urn)
    _check_amounts(core)
    return UserDraft(
        core,
        _with_one_manager({}, enterprise),
        custom,
        active=representation.get("active", True),
        external_id=_external_id(representation),
    )


def user_changes(before, after, extension_urn, *, strict=False, unassigns=False, names_display=False):
    """The UserChanges that turn ``before`` into ``after`` (two whole representations).

    ``unassigns``: a removed ``active`` counts as true and is not shown from then on; otherwise it keeps its value.
    ``names_display``: keep the displayName of ``after`` although it was made from the former name.
    """
    old, (own, enterprise, custom) = _parts(before, extension_urn), _parts(after, extension_urn)
    new = own, _with_one_manager(old[1], enterprise), custom
    core, enterprise, custom = (_difference(*pair) for pair in zip(old, new, strict=True))
    if names_display and "name" in core:
        core["displayName"] = after["displayName"]
    if not strict and "name" in core:
        core["name"] = _with_fresh_formatted(before.get("name"), core["name"])
    _check_amounts(core)
    active = _active(before, after, unassigns)
    return UserChanges(
        core=core,
        enterprise=enterprise,
        custom=custom,
        active=active,
        active_unassigned=unassigns and "active" not in after and active is not UNSET,
        external_id=_changed(before.get("externalId"), _external_id(after)),
    )


def replaced_user(before, validated, extension_urn, *, strict, put_clears_extension):
    """The person after a PUT: the body, with the attributes that a PUT keeps when the body does not mention them."""
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
    members = member_ids(representation.get("members"))
    return GroupDraft(representation["displayName"], _external_id(representation), members)


def group_changes(before, after):
    """The GroupChanges that turn ``before`` into ``after``, without members."""
    return {
        "display_name": _changed(before.get("displayName"), after.get("displayName")),
        "external_id": _changed(before.get("externalId"), _external_id(after)),
    }


def replaced_group(before, validated, *, strict):
    """The changes of a PUT.

    X-08, Okta's wizard. Sent: ``{"displayName": "Sales"}`` without ``members``. Meant: a new name, the members stay. The
    strict preset clears them, as RFC 7644 §3.5.1 lets a server do.
    """
    after = validated.representation
    replaces = strict or "members" in after or _is_cleared(validated, "members")
    members = member_ids(after.get("members")) if replaces else UNSET
    return GroupChanges(**group_changes(before, after), member_ids=members)


def member_ids(members):
    """The SCIM ids that a list of members names."""
    return storable_ids(member["value"] for member in members or () if member["value"])


def storable_ids(values):
    """Member values cut to the maximum length of an id; a longer value is nobody's id anyway."""
    return tuple([value[:MAXIMUM_ID] for value in values])


def _external_id(representation):
    text = representation.get("externalId") or None
    if text is not None and len(text) > MAXIMUM_EXTERNAL_ID:
        raise InvalidValue(f"externalId: at most {MAXIMUM_EXTERNAL_ID} characters")
    return text


def _check_amounts(core):
    for name, value in core.items():
        if isinstance(value, list) and len(value) > MAXIMUM_VALUES:
            raise InvalidValue(f"{name}: at most {MAXIMUM_VALUES} values")


def _parts(representation, extension_urn):
    core = {
        name: value
        for name, value in representation.items()
        if name not in _OUTSIDE and name not in (urns.ENTERPRISE_USER, extension_urn)
    }
    return core, representation.get(urns.ENTERPRISE_USER) or {}, representation.get(extension_urn) or {}


def _with_one_manager(before, enterprise):
    """Reduce the manager to its id; answers make ``$ref`` from it. If value and ``$ref`` differ, the changed one counts."""
    known, manager = before.get("manager") or {}, enterprise.get("manager") or {}
    _, found, named = manager.get("$ref", "").rstrip("/").rpartition("/Users/")
    value = manager.get("value")
    if not found or manager == known or (not known and value not in (None, named)):
        return enterprise  # an external address, one without an id, or one of an unknown person: keep as sent
    if value is None or value == known.get("value"):
        value = named
    return enterprise | {"manager": {"value": value}}


def _difference(before, after):
    changed = {name: value for name, value in after.items() if before.get(name) != value or name not in before}
    return changed | {name: None for name in before if name not in after}


def _changed(before, after):
    return UNSET if before == after else after


def _active(before, after, unassigns):
    if "active" not in after:
        return True if unassigns and "active" in before else UNSET
    return UNSET if before.get("active") == after["active"] else after["active"]


def _with_fresh_formatted(before, name):
    """Rebuild a formatted name that came back unchanged beside changed parts, as it is an echo (RFC 7643 §4.1.1).

    Okta sends the new givenName together with the old formatted name that we sent it.
    """
    stale = before and name and name.get("formatted") and name["formatted"] == before.get("formatted")
    if not stale or all(name.get(part) == before.get(part) for part in _NAME_PARTS):
        return name
    fresh = " ".join(name[part] for part in _NAME_PARTS if name.get(part))
    if fresh:
        return name | {"formatted": fresh}
    return {part: value for part, value in name.items() if part != "formatted"} or None  # no parts to build it from


def _is_cleared(validated, name):
    """Whether the body gives null or [] for a whole attribute or extension."""
    return any(str(path).lower() == name.lower() for path in validated.cleared)
