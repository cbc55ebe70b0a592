"""What a front asks for: drafts (to create) and changes (to update), the same from SCIM, screens and command line."""

from dataclasses import dataclass, field

from .roles import Role


class _Unset:
    """Stands for "not mentioned", where None means "cleared"."""

    def __repr__(self):
        return "UNSET"

    def __bool__(self):
        return False


UNSET = _Unset()


@dataclass(frozen=True, slots=True)
class UserDraft:
    """A person to create.

    ``core`` and ``enterprise`` hold attributes under their SCIM names (``userName``, ``name``, ``emails`` …), without
    id, externalId, meta, groups, active, password and schemas; ``custom`` holds values by Field ID. ``invite`` None
    leaves the invitation to the account's rule for people that the directory creates. ``source`` says how the person
    came where the actor alone does not tell it.
    """

    core: dict
    enterprise: dict = field(default_factory=dict)
    custom: dict = field(default_factory=dict)
    active: bool = True
    external_id: str | None = None
    role: Role = Role.MEMBER
    invite: bool | None = None
    source: str | None = None

    @classmethod
    def from_form(cls, *, given_name, email, family_name="", core=(), enterprise=(), custom=(), **rest):
        """A person typed in by hand: signs in with the e-mail address, which is the user name too."""
        name = {"givenName": given_name, "familyName": family_name}
        profile = {
            "userName": email,
            "name": {part: text for part, text in name.items() if text},
            "emails": [{"value": email, "type": "work", "primary": True}],
        }
        profile |= {name: value for name, value in dict(core).items() if value not in (None, "")}
        extra = {name: value for name, value in dict(enterprise).items() if value not in (None, "")}
        return cls(profile, extra, dict(custom), **rest)


@dataclass(frozen=True, slots=True)
class UserChanges:
    """Changes of a person: each key replaces that whole attribute, None clears it. ``email`` sets the address in use;
    ``email_is_confirmed`` says that its owner has opened a link sent there.

    ``active_unassigned`` goes with ``active=True``: a client took the attribute away, and unassigned counts as active.
    """

    core: dict = field(default_factory=dict)
    enterprise: dict = field(default_factory=dict)
    custom: dict = field(default_factory=dict)
    active: object = UNSET
    active_unassigned: bool = False
    external_id: object = UNSET
    role: object = UNSET
    email: object = UNSET
    email_is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A group to create. ``member_ids`` are SCIM ids; those that belong to nobody here are skipped and reported.
    ``source`` says where the group is from where the actor alone does not tell it.
    """

    display_name: str
    external_id: str | None = None
    member_ids: tuple = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class GroupChanges:
    """Changes of a group. ``member_ids`` replaces all members; ``remove_ids`` go before ``add_ids`` come."""

    display_name: object = UNSET
    external_id: object = UNSET
    member_ids: object = UNSET
    add_ids: tuple = ()
    remove_ids: tuple = ()
