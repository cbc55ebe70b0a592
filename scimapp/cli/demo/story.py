"""Writing the demo: what happened to each person in the last months, told through the directory in the order of time.

Nobody is ever mailed: an invitation of the demo counts as sent in the transaction that makes it, so no worker can see
it waiting. And all addresses are of a domain that nobody can own.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import itemgetter

from ...directory import clock
from ...directory.accounts import accounts
from ...directory.changes import GroupChanges, GroupDraft, UserDraft
from ...directory.fields import custom_fields
from ...directory.groups import groups
from ...directory.groups.group_search import GroupSearch, find_groups
from ...directory.links import invitations
from ...directory.outbox import outbox
from ...directory.people import named_people, users
from ...directory.scope import person_scope, server_scope
from ...directory.sign_in import sign_in
from ...directory.text_keys import fold
from ...directory.unit_of_work import unit_of_work
from .calls import Month
from .company import FIELDS, GROUPS
from .people import people

STORY = timedelta(days=240)  # how far back the demo's past goes
SOURCE = "demo"


@dataclass(slots=True)
class Added:
    """What one run added; ``people`` are those who are new, as ``demo.people.Person``."""

    people: list
    groups: int = 0
    fields: int = 0
    calls: int = 0


class Story:
    """One run of the demo in one account."""

    def __init__(self, account_id, password_hash, now):
        self.scope = server_scope(account_id, "Demo")
        self.password_hash, self.now = password_hash, now
        self.rows, self.group_ids = {}, {}

    def tell(self, count, seed):
        """Add what is missing of ``count`` people, the fields and the groups; returns Added."""
        everybody = people(count, seed)
        for first in range(0, count, 200):
            self.rows |= named_people.named_by(self.scope, [person.email for person in everybody[first : first + 200]])
        new = [person for person in everybody if person.email not in self.rows]
        added, month = Added(new), Month(self.scope, seed)
        with clock.set_to(self.now - STORY):
            added.fields = self._define_fields()
            added.groups = self._make_groups()
        events = [*self._events(new)]
        if new and month.is_missing():
            events.append((month.begin, month.make_token))
        for moment, act in sorted(events, key=itemgetter(0)):
            with clock.set_to(moment):
                act()
        added.calls = self._call(month, new)
        return added

    def _call(self, month, new):
        """Tell what a directory called, about the new people; returns how many calls."""
        rows = [self.rows[person.email] for person in new]
        people = [row for row in rows if row.active and row.scim_id]
        groups = [group for group in self._groups() if group.source == SOURCE]
        return month.tell(accounts.owner_of(self.scope.account_id), people, groups)

    def _define_fields(self):
        known = {field.field_id_key for field in custom_fields.list_fields(self.scope, archived=None)}
        missing = [draft for draft in FIELDS if draft.field_id.lower() not in known]
        for draft in missing:
            custom_fields.define(self.scope, draft)
        return len(missing)

    def _usable_fields(self):
        """The Field IDs that hold what the demo's people have: a field of the same name may be somebody else's."""
        wanted = {draft.field_id: draft for draft in FIELDS}
        return {
            field.field_id
            for field in custom_fields.list_fields(self.scope)
            if (draft := wanted.get(field.field_id)) and field.type == draft.type
            if set(draft.choices) <= set(field.choices or ())
        }

    def _events(self, new):
        """``(moment, what happens then)`` for every new person."""
        fields = self._usable_fields()
        for person in new:
            invited = self.now - STORY * (1 - person.started)
            custom = {name: value for name, value in person.custom.items() if name in fields}
            yield invited, partial(self._invite, person, custom)
            if person.state not in ("active", "inactive"):
                continue
            accepted = invited + timedelta(hours=5)
            left = self.now - (self.now - accepted) / 5 if person.state == "inactive" else self.now
            yield accepted, partial(self._accept, person)
            yield accepted + (left - accepted) * person.seen, partial(self._sign_in, person)
            if person.state == "inactive":
                yield left, partial(self._deactivate, person)

    def _invite(self, person, custom):
        draft = UserDraft.from_form(
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            core=person.core,
            enterprise={"department": person.department},
            custom=custom,
            role=person.role,
            invite=True,
            source=SOURCE,
        )
        with unit_of_work(self.scope) as work:
            row = users.provision(self.scope, draft)
            outbox.pretend_sent(work, row)
            for name, group_id in self.group_ids.items():
                if GROUPS[name](person):
                    groups.update(self.scope, group_id, GroupChanges(add_ids=(row.scim_id,)))
        self.rows[person.email] = row

    def _accept(self, person):
        token = invitations.link_token(invitations.latest(self.scope, self.rows[person.email]))
        self.rows[person.email] = invitations.accept(token, self.password_hash)

    def _sign_in(self, person):
        row = self.rows[person.email]
        sign_in.note_sign_in(person_scope(row), row)

    def _deactivate(self, person):
        users.deactivate(self.scope, self.rows[person.email].id)

    def _make_groups(self):
        """Make the groups that are missing, still without members; returns how many. One of the same name that somebody
        else made is left alone."""
        taken = {fold(group.display_name) for group in self._groups()}
        missing = [name for name in GROUPS if fold(name) not in taken]
        for name in missing:
            groups.create(self.scope, GroupDraft(name, source=SOURCE))
        self.group_ids = {
            group.display_name: group.id
            for group in self._groups()
            if group.source == SOURCE and group.display_name in GROUPS
        }
        return len(missing)

    def _groups(self):
        """Every group whose name may be one of ours."""
        for name in GROUPS:
            yield from find_groups(self.scope, GroupSearch(q=name, per_page=100)).items
