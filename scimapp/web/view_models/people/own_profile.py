"""The person's own page: who owns each value, as on the person page, without what only administrators see."""

from msgspec import Struct

from ....directory.accounts import accounts
from ....directory.links import new_addresses, own_email
from ....directory.people import managers, own_profile, own_zone, users
from ....directory.roles import Role
from ....directory.sign_in import second_step
from ....languages import LANGUAGES, spoken
from ..connection.directories import DirectoryNames
from ..value_words import LABELS, custom_text, manager_words, text_of
from .person_access import group_lines, session_lines


class OwnProfile(Struct, frozen=True):
    """``fields`` are the custom fields that the person may edit; ``facts`` are other known values, ``[(label, text)]``.

    ``locked`` names values as ``directory.people.ownership`` does. ``new_email`` is still to be confirmed.
    """

    user: object
    profile: object
    directory: str | None
    fields: list
    facts: list
    locked: frozenset
    groups: list
    sessions: list
    has_managed_email: bool
    new_email: object  # a OneTimeLink or None
    is_unconfirmed: bool  # somebody else changed the address, and the link sent there is still unused
    account_language: str
    second_step: object  # directory.sign_in.second_step.SecondStepState

    @property
    def is_administrator(self):
        """Whether the person has any rights over others."""
        return self.user.role != Role.MEMBER

    @property
    def zone(self):
        """The stored name of the time zone, None where there is none."""
        return self.profile.core.get(own_zone.ATTRIBUTE)

    @property
    def has_others(self):
        """Whether the person is signed in anywhere else."""
        return any(not line.is_this_one for line in self.sessions)

    def custom_text(self, field):
        """A custom value in words."""
        return custom_text(field, self.profile.custom.get(field.field_id))


def own_page(scope, this_hash):
    """The OwnProfile of the acting person; ``this_hash`` names the present session."""
    user = users.get(scope, scope.actor.id)
    profile = users.document(scope, user)
    names = DirectoryNames(scope)
    shown = own_profile.shown_fields(scope)
    account = accounts.get(scope.account_id)
    return OwnProfile(
        user=user,
        profile=profile,
        directory=spoken(names(user.connection_id)),
        fields=[field for field in shown if field.people_may_edit],
        facts=_facts(scope, user, profile, shown),
        locked=users.managed_values(scope, user),
        groups=group_lines(scope, user, names),
        sessions=sorted(session_lines(scope, user, this_hash), key=lambda line: not line.is_this_one),
        has_managed_email=own_email.is_managed(scope, user),
        new_email=new_addresses.pending(scope, user),
        is_unconfirmed=user.unconfirmed_since is not None,
        account_language=LANGUAGES.get(account.language, account.language),
        second_step=second_step.state(scope, user),
    )


def _facts(scope, user, profile, shown):
    enterprise = profile.enterprise
    values = [
        (LABELS["role"], spoken(Role(user.role).label)),
        (LABELS["title"], profile.core.get("title")),
        (LABELS["department"], enterprise.get("department")),
        (LABELS["employeeNumber"], enterprise.get("employeeNumber")),
        (LABELS["manager"], manager_words(profile, managers.manager_of(scope, profile))),
    ]
    values += [
        (field.label, custom_text(field, profile.custom.get(field.field_id)))
        for field in shown
        if not field.people_may_edit
    ]
    return [(str(label), text_of(value)) for label, value in values if value]
