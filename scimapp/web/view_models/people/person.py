"""The page of one person: its head and its cards, and what the viewer may do there."""

from flask_babel import gettext
from msgspec import Struct

from ....directory.calls import call_search
from ....directory.clock import now
from ....directory.errors import AboveYourRole
from ....directory.fields import custom_fields
from ....directory.links import one_time_links, sent_invitations
from ....directory.people import managers, named_people, ownership, permitted, phone_numbers, users
from ....directory.roles import Role
from ....directory.sign_in import second_step
from ....directory.user_list.search import FILE_SOURCE
from ....languages import spoken
from ..connection.directories import DirectoryNames
from ..states import state_words
from ..value_words import custom_text, manager_words, shortened
from .facts import facts_of
from .invitation_card import InvitationCard, invitation_card
from .person_access import activity_of, group_lines, session_lines

CALLS = 10  # calls of a directory about one person that the activity looks at


class Confirmation(Struct, frozen=True):
    """An unconfirmed address; ``until`` is when the link sent there expires, None where it no longer works."""

    email: str
    until: object


class PersonPage(Struct, frozen=True):
    """Everything on the page except its form."""

    user: object
    profile: object
    state: object
    role: str
    directory: str | None  # the directory that keeps this person up to date, or did
    is_managed: bool
    is_removed: bool
    is_erased: bool
    fields: list
    locked: frozenset  # names of values that only the directory may change
    yielded: frozenset  # names of values that the directory sends but we keep
    roles: list  # the roles that the viewer may give this person; if empty, the role is shown as text
    facts: list
    manager: object  # the person, None without a manager or if the value matches nobody here
    groups: list
    invitation: InvitationCard
    confirmation: Confirmation | None  # what the person must confirm before signing in with a new address
    may_edit: bool
    may_deactivate: bool
    may_sign_out: bool
    may_activate: bool
    may_unlink: bool
    may_erase: bool
    may_copy_link: bool
    may_reset_password: bool
    second_step: object  # directory.sign_in.second_step.SecondStepState
    may_reset_second_step: bool
    sessions: list
    activity: list
    last_call: object  # the newest SCIM call about this person, None if the log has none
    last_update_at: object  # when the directory last wrote
    ruled_by: str  # the sentence about a role that a group rule or the directory raised
    hint: str  # why a button is missing

    @property
    def heading(self):
        """The full name, shortened to fit a heading."""
        return shortened(self.user.display_name, 300)

    @property
    def group_count(self):
        """How many groups the page lists, including Everyone unless the person is inactive."""
        return len(self.groups) + bool(self.user.active)

    @property
    def short_title(self):
        """The title beside the e-mail address."""
        return shortened(self.user.title)

    @property
    def name(self):
        """The name, shortened to fit a sentence."""
        return shortened(self.user.display_name)

    @property
    def is_from_file(self):
        """Whether the record was imported from a CSV file."""
        return self.user.source == FILE_SOURCE

    @property
    def first_name(self):
        """The name that confirmations use for this person."""
        return shortened(self.user.given_name or self.user.display_name, 60)

    @property
    def manager_name(self):
        """The manager in words."""
        return manager_words(self.profile, self.manager)

    def custom_text(self, field):
        """A custom value in words."""
        return custom_text(field, self.profile.custom.get(field.field_id))


def person(scope, user_id):
    """The page of a person. Raises NotInAccount."""
    user = users.get(scope, user_id)
    profile = users.document(scope, user)
    names = DirectoryNames(scope)
    past, calls = sent_invitations.history(scope, user), call_search.of_target(scope, user.id, CALLS)
    is_erased, roles = user.erased_at is not None, permitted.roles_for(scope, user)
    step = second_step.state(scope, user)
    return PersonPage(
        user=user,
        profile=profile,
        state=state_words(user, past[0] if past else None, names),
        role=spoken(Role(user.role).label),
        directory=names(user.connection_id),
        is_managed=ownership.is_managed(user),
        is_removed=user.removed_at is not None and not is_erased,
        is_erased=is_erased,
        fields=custom_fields.list_fields(scope),
        locked=users.managed_values(scope, user),
        yielded=users.yielded_values(scope, user),
        roles=roles,
        manager=managers.manager_of(scope, profile),
        facts=facts_of(profile, profile.email, phone_of(profile)),
        groups=group_lines(scope, user, names),
        invitation=invitation_card(user, past, names(user.connection_id), permitted.may_invite(scope, user)),
        confirmation=_confirmation(scope, user),
        may_edit=permitted.may_edit(scope, user),
        may_deactivate=permitted.may_deactivate(scope, user),
        may_sign_out=permitted.may_sign_out(scope, user),
        may_activate=permitted.may_activate(scope, user),
        may_unlink=permitted.may_unlink(scope, user),
        may_erase=permitted.may_erase(scope, user),
        may_copy_link=_is_open(past) and permitted.may_reveal_link(scope, user),
        may_reset_password=permitted.may_reset_password(scope, user),
        second_step=step,
        may_reset_second_step=step.is_on and bool(roles),
        sessions=[] if is_erased else session_lines(scope, user),
        activity=[] if is_erased else activity_of(scope, user, names, calls),
        last_call=calls[0] if calls else None,
        last_update_at=next((call.at for call in calls if _writes(call)), user.updated_at),
        ruled_by=_ruled_by(user, names(user.connection_id)),
        hint=_hint(scope, user),
    )


def phone_of(profile):
    """The phone number that the form shows: the primary one, else one for work, else the first."""
    number = phone_numbers.chosen(profile.core.get("phoneNumbers") or [])
    return number.get("value", "") if number else ""


def references(scope, page):
    """``{Field ID: person}`` of the custom values that refer to a person here. One statement."""
    texts = {
        field.field_id: page.profile.custom[field.field_id]
        for field in page.fields
        if field.type == "user" and isinstance(page.profile.custom.get(field.field_id), str)
    }
    people = named_people.named_by(scope, sorted(set(texts.values())))
    return {field_id: people[text] for field_id, text in texts.items() if text in people}


def _confirmation(scope, user):
    if user.unconfirmed_since is None or not user.active:
        return None
    link = one_time_links.newest(scope, user, one_time_links.EMAIL)
    works = link is not None and one_time_links.is_open(link, user, now())
    return Confirmation(user.email, link.expires_at if works else None)


def _hint(scope, user):
    if user.erased_at is not None:
        return ""
    if not permitted.may_edit(scope, user):
        return spoken(AboveYourRole.of(user.role).message)
    # The owner as well, whom nobody else may edit.
    return gettext("You cannot deactivate yourself.") if user.id == scope.actor.id else ""


def _ruled_by(user, directory):
    if user.role == user.given_role:
        return ""
    if user.role == user.directory_role and directory:
        return gettext(
            "%(directory)s gives the role %(role)s. It ends when the directory takes it away.",
            directory=directory, role=spoken(Role(user.role).label),
        )  # fmt: skip
    return gettext("A group rule raises this to %(role)s.", role=spoken(Role(user.role).label))


def _writes(call):
    return call.method != "GET" and call.result != "failed"


def _is_open(past):
    """Whether the newest invitation still works."""
    return bool(past) and past[0].works_at(now())
