"""An account with one of everything that has an id, for tests that try every address of the application."""

from itertools import count

from scimapp.database import db
from scimapp.directory import audit_log, clock
from scimapp.directory.batches import batches
from scimapp.directory.calls import call_log, call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.connection import scim_tokens
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups import role_rules
from scimapp.directory.model import DeactivationGuard
from scimapp.directory.roles import Role
from scimapp.directory.scope import server_scope
from scimapp.directory.sign_in import sessions
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.bodies import create, group, person
from tests.support.csv_files import csv_file, previewed
from tests.support.mails import newest_mails

MARK = "Quillfeather"  # stands in every name, so that a page of somebody else that shows one is found out
_numbers = count(1)


class Ground:
    """Things of an account by kind: ``one(kind)`` is the id of always the same, ``make(kind)`` that of a new one.

    The kinds are the methods with an underscore; ``routes.KINDS`` says where an address wants which.
    """

    def __init__(self, account, mark=MARK):
        self.account, self.mark, self._kept = account, mark, {}
        self.scim = account.scim("generic")
        self.scim_label = "Test generic"

    def one(self, kind):
        if kind not in self._kept:
            self._kept[kind] = self.make(kind)
        return self._kept[kind]

    def forget(self):
        """Everything is made anew when it is next asked for."""
        self._kept.clear()

    def renew(self, kind):
        """Another one from now on."""
        self._kept[kind] = self.make(kind)

    def make(self, kind):
        value = str(getattr(self, "_" + kind)())
        db.session.close()
        return value

    def _person(self, state="active", role="member"):
        name = {"given_name": self.mark, "family_name": f"Person{next(_numbers)}"}
        return self.account.make_user(role, state, **name).id

    def _inactive_person(self):
        return self._person("inactive")

    def _invited_person(self):
        return self._person("invited")

    def _super_admin(self):
        return self._person(role="super_admin")

    def _managed_person(self):
        return create(self.scim, person(self.mark, f"Managed{next(_numbers)}"))["id"]

    def _group(self):
        member = self.account.make_user(given_name=self.mark, family_name=f"Member{next(_numbers)}")
        return self.account.make_group(f"{self.mark} group {next(_numbers)}", [member]).id

    def _ruled_group(self):
        group_id = self._group()
        role_rules.set_rule(self.account.scope, group_id, Role.USER_ADMIN)
        return group_id

    def _managed_group(self):
        return create(self.scim, group(f"{self.mark} pushed {next(_numbers)}"), "/Groups")["id"]

    def _field(self):
        number = next(_numbers)
        return self.account.make_field(f"field{number}", "text", label=f"{self.mark} {number}").field_id

    def _archived_field(self):
        field_id = self._field()
        custom_fields.archive(self.account.scope, field_id)
        return field_id

    def _token(self):
        for token in scim_tokens.live(self.account.scope):
            if token.label != self.scim_label:  # an account has five that answer, at most
                scim_tokens.revoke(self.account.scope, token.id)
        shell = server_scope(self.account.id)  # the owner's next token would drop the owner's draft
        token, _ = scim_tokens.generate(shell, f"{self.mark} token", "entra", activate=True)
        return token.id

    def _draft(self):
        token, _ = scim_tokens.generate(self.account.scope, f"{self.mark} draft", "entra")
        return token.id

    def _stopped_token(self):
        guard = DeactivationGuard(account_id=self.account.id, token_id=self._token(), minutes=[], blocks=True)
        guard.exceeded_at, guard.done, guard.people, guard.span_minutes = clock.now(), 9, 20, 3
        db.session.add(guard)
        db.session.commit()
        return guard.token_id

    def _batch(self):
        someone = UserSearch(ids=(self._person(),))
        batch = batches.begin(self.account.scope, "deactivate", {}, someone)
        batches.finish_small(self.account.scope, batch)
        return batch.id

    def _preview(self):
        rows = csv_file("E-mail,Given name,Family name", (f"new{next(_numbers)}@acme.example", self.mark, "Row"))
        return previewed(self.account.scope, rows).id

    def _mail(self):
        self._invited_person()
        return newest_mails(self.account.scope).items[0].id

    def _entry(self):
        self._person()
        return audit_log.find(self.account.scope, audit_log.AuditSearch()).items[0].seq

    def _call(self):
        assert self.scim.get("/Users", count=1).status_code == 200
        call_log.flush()
        return call_search.find(self.account.scope, CallSearch()).items[0].request_id

    def _session(self):
        self.account.screens()
        return sessions.list_open(self.account.scope, self.account.owner)[0].id
