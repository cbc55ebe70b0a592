"""Makers: accounts and people as the product itself makes them, with believable defaults for all that is not said."""

import itertools

from argon2 import PasswordHasher

from scimapp.directory.accounts import accounts
from scimapp.directory.accounts.accounts import AccountDraft
from scimapp.directory.changes import GroupDraft, UserDraft
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups import groups
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope

from .accepting import accept
from .databases import PASSWORD_MEMORY_KIB
from .doors import ScimClient, Screens
from .tokens import live_token

PASSWORD = "a long walk over the hill"
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=PASSWORD_MEMORY_KIB, parallelism=1).hash(PASSWORD)
_GIVEN = ("Ada", "Grace", "Wilhelmina", "Noor", "Tomás", "Jun", "Mara", "Ifeanyi", "Zoë", "Bo")
_FAMILY = ("Lovelace", "Hopper", "Fleming", "Haddad", "Ibáñez", "Watanabe", "Lindqvist", "Okafor", "Müller", "Ng")
_numbers = itertools.count(1)


class MadeAccount:
    """An account with its owner, and everything a test wants to do in it."""

    def __init__(self, app, name="Acme"):
        number = next(_numbers)
        created = accounts.create(
            AccountDraft(name, f"owner{number}@acme.example", "Olive", "Owner", _PASSWORD_HASH),
        )
        self.app, self.account, self.owner = app, created.account, created.owner
        self.id, self.name = created.account.id, created.account.name

    @property
    def scope(self):
        """The owner's scope."""
        return person_scope(self.owner)

    def make_user(
        self, role="member", state="active", *, by=None, given_name=None, family_name=None, email=None, **rest
    ):
        """A person in ``state`` active, invited or inactive; somebody active has accepted and knows PASSWORD.

        ``rest`` goes into the draft: ``core``, ``enterprise`` and ``custom`` values, ``external_id``. ``by`` is the
        scope that adds the person, the owner's by default. The role "owner" returns the account's only owner.
        """
        if Role(role) is Role.OWNER:
            return self.owner
        number = next(_numbers)
        given_name = given_name or _GIVEN[number % 10]
        family_name = _FAMILY[number // 10 % 10] if family_name is None else family_name
        email = email or f"person{number}@acme.example"
        scope = by or self.scope
        draft = UserDraft.from_form(
            given_name=given_name, family_name=family_name, email=email, role=Role(role), invite=True, **rest
        )
        row = users.provision(scope, draft)
        if state == "active":
            row = accept(row, _PASSWORD_HASH)
        elif state == "inactive":
            row = users.deactivate(scope, row.id)
        return row

    def make_group(self, display_name=None, members=(), *, by=None):
        """A group; ``members`` are rows of people."""
        name = display_name or f"Group {next(_numbers)}"
        draft = GroupDraft(name, member_ids=tuple(member.scim_id for member in members))
        return groups.create(by or self.scope, draft)

    def make_field(self, field_id="empCode", type="text", label=None, **rest):
        """A custom field; ``rest`` goes into the draft, such as ``choices`` and ``multi_valued``."""
        draft = custom_fields.FieldDraft(label=label or field_id, field_id=field_id, type=type, **rest)
        return custom_fields.define(self.scope, draft)

    def scim(self, provider="okta"):
        """A SCIM client with a live token."""
        client = ScimClient(self.app, self.id, provider=provider, make_token=self.make_token)
        return client.for_provider(provider)

    def make_token(self, provider="okta"):
        """The secret of a live token."""
        return live_token(self.scope, f"Test {provider}", provider)

    def screens(self, user=None):
        """The screens as ``user`` sees them after signing in; the owner by default. The form has tests of its own."""
        user = user or self.owner
        assert user.state == "active", f"{user.display_name} is {user.state} and cannot sign in"
        return Screens(self.app, user).enter()


def seen_by_scim(scope, scim_id):
    """The person that SCIM knows under this id. Raises NotInAccount."""
    return scope.one(User, User.scim_id == scim_id, kind="User")
