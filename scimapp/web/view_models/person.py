"""The page of one person: what stands in its head and its cards, and what the viewer may do there."""

from dataclasses import dataclass

from ...directory import custom_fields, field_types, groups, standings, users
from ...directory.clock import now
from ...directory.roles import Role, assignable_roles, may_manage
from .directories import DirectoryNames
from .facts import facts_of
from .states import state_words

MANAGER = "Manager"  # beside the Field IDs, which cannot clash with it: "manager" is reserved


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the invitation's timeline."""

    icon: str
    text: str
    at: object
    mail_id: str | None = None


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """``action`` is the text of the button, None when nothing can be sent; ``hint`` says what pressing it does."""

    pill: tuple  # (kind, text, icon)
    events: list
    action: str | None
    hint: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    id: str
    name: str
    directory: str | None
    how: str
    since: object


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the page shows beside its form."""

    user: object
    profile: object
    state: object
    role: str
    directory: str | None  # the directory that keeps this person up to date, or did
    is_managed: bool
    is_removed: bool
    fields: list
    locked: frozenset  # names of values that only the directory changes
    roles: list  # the roles that the viewer may give this person; empty: shown as text
    facts: list
    groups: list
    invitation: InvitationCard
    may_edit: bool
    may_deactivate: bool
    may_activate: bool
    hint: str  # why a button is absent

    @property
    def first_name(self):
        """What the sentences of the confirmations call this person."""
        return self.user.given_name or self.user.display_name

    def custom_text(self, field):
        """A custom value as people read it."""
        return field_types.display(field, self.profile.custom.get(field.field_id))


def person(scope, user_id):
    """The page of a person. Raises NotInAccount."""
    user = users.get(scope, user_id)
    profile = users.document(scope, user)
    names = DirectoryNames(scope)
    past = standings.history(scope, user)
    may_edit = may_manage(scope.actor.role, user.role)
    is_self, is_owner = user.id == scope.actor.id, user.role == Role.OWNER
    may_stop = may_edit and not is_self and not is_owner
    return Person(
        user=user,
        profile=profile,
        state=state_words(user, past[0] if past else None),
        role=Role(user.role).label,
        directory=names(user.connection_id),
        is_managed=user.connection_id is not None and user.scim_id is not None,
        is_removed=user.removed_at is not None,
        fields=custom_fields.list_fields(scope),
        locked=users.managed_values(scope, user),
        roles=_roles(scope, user) if may_stop else [],
        facts=facts_of(profile, profile.email, phone_of(profile)),
        groups=[_group_line(line, names) for line in groups.groups_of(scope, user)],
        invitation=_invitation(user, past, names(user.connection_id), may_edit),
        may_edit=may_edit,
        may_deactivate=may_stop and user.active,
        may_activate=may_edit and not user.active,
        hint=_hint(may_edit, is_self, is_owner, user.active),
    )


def phone_of(profile):
    """The phone number that the form shows: the primary one, else one for work, else the first."""
    number = phone_item(profile.core.get("phoneNumbers") or [])
    return number.get("value", "") if number else ""


def phone_item(numbers):
    """The element of ``phoneNumbers`` that the form edits, or None."""
    return min(numbers, key=lambda item: (not item.get("primary"), item.get("type") != "work"), default=None)


def references(scope, page):
    """``{Field ID: person}`` of the custom values that name somebody here, and of the manager. One statement."""
    manager = page.profile.enterprise.get("manager")
    texts = {MANAGER: manager["value"]} if isinstance(manager, dict) and manager.get("value") else {}
    texts |= {
        field.field_id: page.profile.custom[field.field_id]
        for field in page.fields
        if field.type == "user" and isinstance(page.profile.custom.get(field.field_id), str)
    }
    people = users.named_by(scope, sorted(set(texts.values())))
    return {field_id: people[text] for field_id, text in texts.items() if text in people}


def _roles(scope, user):
    """Roles that may be given; none when the present one may not be taken."""
    given = assignable_roles(scope.actor.role)
    return given if Role(user.role) in given else []


def _hint(may_edit, is_self, is_owner, is_active):
    if not may_edit:
        return "Only Super Admins and the Account Owner can change a Super Admin."
    if is_self:
        return "You cannot deactivate yourself."
    return "Transfer ownership first." if is_owner and is_active else ""


def _group_line(line, names):
    directory = names(line.connection_id)
    how = f"Pushed by {directory}" if directory else f"Added by {line.added_by}"
    return GroupLine(line.group_id, line.display_name, directory, how, line.added_at)


def _invitation(user, past, directory, may_edit):
    may_send = may_edit and user.active and user.verified_at is None and bool(user.email)
    action = ("Send again" if past else "Send invitation") if may_send else None
    is_open = bool(past) and past[0].invitation.accepted_at is None and past[0].invitation.voided_at is None
    events = [event for standing in reversed(past) for event in _events(standing, directory)]
    return InvitationCard(_pill(user, past), events, action, _invitation_hint(user, is_open, bool(past)))


def _invitation_hint(user, is_open, was_sent):
    if user.verified_at is not None:
        return "" if was_sent else "This account was set up without an invitation."
    if not user.email:
        return "There is no e-mail address to send an invitation to."
    if not user.active:
        return "Activate this person first; somebody inactive cannot accept an invitation."
    return "The old link stops working." if is_open else ("" if was_sent else "No invitation was sent yet.")


def _pill(user, past):
    if user.verified_at is not None:
        return ("ok", "Accepted", "check") if past else ("ok", "Verified", "check")
    if not past:
        return ("", "Never sent", "mail")
    pills = {
        "expired": ("warn", "Expired", "clock"),
        "failed": ("bad", "Not delivered", "mail-x"),
        "waiting": ("warn", "Waiting to send", "clock"),
        "cancelled": ("warn", "Mail cancelled", "mail"),
        "sent": ("info", "Sent", "mail"),
    }
    return pills.get(past[0].word_at(now()), ("", "Withdrawn", "mail"))


def _events(standing, directory):
    """One or two lines: how the mail went, and what became of the link."""
    invitation, mail = standing.invitation, standing.mail
    by = invitation.invited_by or (f"{directory} provisioning" if directory else "")
    by = f" by {by}" if by else ""
    mail_id = mail.id if mail is not None else None
    if mail is None or mail.state == "sent":
        first = Event("mail", f"Sent{by}", (mail and mail.sent_at) or invitation.created_at, mail_id)
    elif mail.state == "failed":
        first = Event("mail-x", f"Not delivered: {mail.last_error or 'refused'}", mail.created_at, mail_id)
    elif mail.state == "waiting":
        first = Event("clock", f"Waiting to send{_refused(mail)}", mail.created_at, mail_id)
    else:
        unsent = "" if invitation.accepted_at else "; its mail was not sent"
        first = Event("mail", f"Made{by}{unsent}", invitation.created_at, mail_id)
    return [first, *_ending(invitation)]


def _refused(mail):
    return f"; try {mail.attempts} failed: {mail.last_error}" if mail.last_error else ""


def _ending(invitation):
    if invitation.accepted_at is not None:
        return [Event("user-check", "Accepted, e-mail verified", invitation.accepted_at)]
    if invitation.voided_at is not None:
        reasons = {
            "replaced": "Replaced by a newer link",
            "deactivated": "Withdrawn: the person was deactivated",
            "address changed": "Withdrawn: the e-mail address changed",
        }
        return [Event("x", reasons.get(invitation.void_reason, "Withdrawn"), invitation.voided_at)]
    if invitation.expires_at <= now():
        return [Event("clock", "Link expired", invitation.expires_at)]
    return []
