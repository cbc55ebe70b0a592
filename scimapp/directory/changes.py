"""What a front asks for: drafts (to create) and changes (to update), the same from SCIM, screens and command line."""

from msgspec import Struct

from .roles import Role


class _Unset:
    """Stands for "not mentioned", where None means "cleared"."""

    def __repr__(self):
        return "UNSET"

    def __bool__(self):
        return False


UNSET = _Unset()


class UserDraft(Struct, frozen=True):
    """A person to create.

    ``core`` and ``enterprise`` hold attributes under their SCIM names (``userName``, ``name``, ``emails`` …), without
    id, externalId, meta, groups, active, password and schemas; ``custom`` holds values by Field ID. ``invite`` None
    means that the account's rule for people created by a directory decides. ``source`` says where the person comes from,
    if the actor does not tell.
    """

    core: dict
    enterprise: dict = {}
    custom: dict = {}
    active: bool = True
    external_id: str | None = None
    role: Role = Role.MEMBER
    invite: bool | None = None
    source: str | None = None

    @classmethod
    def from_form(cls, *, given_name, email, family_name="", core=(), enterprise=(), custom=(), **rest):
        """A person entered by hand, who signs in with the e-mail address; it becomes the user name too."""
        name = {"givenName": given_name, "familyName": family_name}
        profile = {
            "userName": email,
            "name": {part: text for part, text in name.items() if text},
            "emails": [{"value": email, "type": "work", "primary": True}],
        }
        profile |= {name: value for name, value in dict(core).items() if value not in (None, "")}
        extra = {name: value for name, value in dict(enterprise).items() if value not in (None, "")}
        return cls(profile, extra, dict(custom), **rest)


class UserChanges(Struct, frozen=True):
    """Changes of a person: each key replaces the whole attribute, None clears it. ``email`` sets the address in use;
    ``email_is_confirmed`` means that the person has opened a link sent there.

    ``active_unassigned`` goes with ``active=True``: a client removed the attribute, and unassigned counts as active.
    """

    core: dict = {}
    enterprise: dict = {}
    custom: dict = {}
    active: object = UNSET
    active_unassigned: bool = False
    external_id: object = UNSET
    role: object = UNSET
    email: object = UNSET
    email_is_confirmed: bool = False


class GroupDraft(Struct, frozen=True):
    """A group to create. ``member_ids`` are SCIM ids; unknown ones are skipped and reported. ``source`` says where the
    group comes from, if the actor does not tell.
    """

    display_name: str
    external_id: str | None = None
    member_ids: tuple = ()
    source: str | None = None


class GroupChanges(Struct, frozen=True):
    """Changes of a group. ``member_ids`` replaces all members; ``remove_ids`` are applied before ``add_ids``."""

    display_name: object = UNSET
    external_id: object = UNSET
    member_ids: object = UNSET
    add_ids: tuple = ()
    remove_ids: tuple = ()
