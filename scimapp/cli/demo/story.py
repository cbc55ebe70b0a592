"""Writes the demo: what happened to each person in the last months, replayed through the directory in order of time.

Nobody is ever mailed: the transaction that makes an invitation also marks its mail as sent, so no worker can see it
waiting. And all addresses have a domain that nobody can own.
"""

from datetime import timedelta
from functools import partial
from operator import itemgetter

from msgspec import Struct

from ...directory import clock
from ...directory.accounts import accounts
from ...directory.changes import GroupDraft, UserChanges, UserDraft
from ...directory.connection import scim_tokens
from ...directory.fields import custom_fields
from ...directory.groups import groups
from ...directory.groups.group_search import GroupSearch, find_groups
from ...directory.links import invitations
from ...directory.outbox import outbox
from ...directory.people import named_people, users
from ...directory.scope import person_scope, server_scope
from ...directory.sign_in import sign_in
from ...directory.unit_of_work import unit_of_work
from ...directory.user_list.search import FILE_SOURCE
from ...texts import fold
from .calls import Month
from .company import FIELDS, GROUPS, PUSHED_GROUPS, STRANGERS, UNSENT_FIELDS
from .directory import Directory
from .people import people

STORY = timedelta(days=240)  # how far the demo's past goes back
NEW = timedelta(days=2)
SOURCE = "demo"
NO_MAILBOX = "550 5.1.1 The email account that you tried to reach does not exist."
_SOURCES = {"hand": SOURCE, "file": FILE_SOURCE, "directory": None}


class Added(Struct):
    """What one run added; ``people`` are the new ones, as ``demo.people.Person``."""

    people: list
    groups: int = 0
    fields: int = 0
    calls: int = 0


class Story:
    """One run of the demo in one account."""

    def __init__(self, account_id, password_hash, now):
        self.scope = server_scope(account_id, "Demo")
        self.password_hash, self.now = password_hash, now
        self.directory, self.rows, self.groups = Directory(self.scope), {}, {}

    def tell(self, count, seed):
        """Add the missing ones of ``count`` people, and missing fields and groups; returns Added."""
        everybody = people(count, seed)
        for first in range(0, count, 200):
            self.rows |= named_people.named_by(self.scope, [person.email for person in everybody[first : first + 200]])
        new = [person for person in everybody if person.email not in self.rows]
        added, month = Added(new), Month(self.scope, seed)
        is_first = bool(new) and month.is_missing()
        with clock.set_to(self.now - STORY):
            if is_first and not scim_tokens.list_tokens(self.scope):
                self.directory.connect()
            added.fields = self._define_fields()
            added.groups = self._make_groups()
        events = [*self._events(new), *(self._pushes(everybody) if new else ())]
        for moment, act in sorted(events, key=itemgetter(0)):
            with clock.set_to(moment):
                act()
        if is_first and self.directory.token is not None:
            added.calls = self._call(month, new)
        return added

    def _call(self, month, new):
        """Log the directory's calls about the new people; returns the number of calls."""
        known = [self.rows[person.email] for person in new if self.directory.keeps(person)]
        pushed = [group for group in self.groups.values() if self.directory.owns(group)]
        owner = accounts.owner_of(self.scope.account_id)
        return month.tell(self.directory, owner, [row for row in known if row.active and row.scim_id], pushed)

    def _define_fields(self):
        known = {field.field_id_key for field in custom_fields.list_fields(self.scope, archived=None)}
        missing = [draft for draft in FIELDS if draft.field_id.lower() not in known]
        for draft in missing:
            custom_fields.define(self.scope, draft)
        return len(missing)

    def _usable_fields(self):
        """The Field IDs that fit the demo's values: an existing field of the same name may be a different one."""
        wanted = {draft.field_id: draft for draft in FIELDS}
        return {
            field.field_id
            for field in custom_fields.list_fields(self.scope)
            if (draft := wanted.get(field.field_id)) and field.type == draft.type
            if set(draft.choices) <= set(field.choices or ())
        }

    def _events(self, new):
        """``(moment, function to call)`` for all events of new people."""
        fields = self._usable_fields()
        for person in new:
            invited = self.now - STORY * (1 - person.started)
            custom = {name: value for name, value in person.custom.items() if name in fields}
            yield invited, partial(self._invite, person, custom)
            is_gone = person.state in ("inactive", "removed")
            if person.state != "active" and not is_gone:
                continue
            accepted = invited + timedelta(hours=5)
            left = self.now - (self.now - accepted) / 5 if is_gone else self.now
            yield accepted, partial(self._accept, person)
            yield accepted + (left - accepted) * person.seen, partial(self._sign_in, person)
            if is_gone:
                yield left, partial(self._end, person)

    def _invite(self, person, custom):
        scope, is_sent = self.directory.scope_for(person), self.directory.keeps(person)
        unsent = {name: custom.pop(name) for name in UNSENT_FIELDS & custom.keys()} if is_sent else {}
        draft = UserDraft.from_form(
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            core=person.core,
            enterprise={"department": person.department},
            custom=custom,
            external_id=self.directory.external_id(person),
            role=person.role,
            invite=True,
            source=_SOURCES[person.comes_from],
        )
        with unit_of_work(scope) as work:
            row = users.provision(scope, draft)
            outbox.pretend_sent(work, row, NO_MAILBOX if person.state == "bounced" else None)
        if unsent:
            row = users.update(self.scope, row.id, UserChanges(custom=unsent))
        for name, group in self.groups.items():
            if GROUPS[name](person) and not self._is_left_to_push(person, group):
                self.directory.add_member(group, row)
        if is_sent:
            self.directory.created(scope, row)
        self.rows[person.email] = row

    def _is_left_to_push(self, person, group):
        """Whether a person joins a group only by its next push, or never: the directory knows only its own people."""
        is_new = self.now - clock.now() < NEW
        return self.directory.owns(group) and (is_new or not self.directory.keeps(person))

    def _pushes(self, everybody):
        """The last pushes of the groups, in the last hours: each lists all members, and some ids that match nobody here."""
        theirs = [(name, group) for name, group in self.groups.items() if self.directory.owns(group)]
        for turn, (name, group) in enumerate(theirs):
            members = [person for person in everybody if GROUPS[name](person) and self.directory.keeps(person)]
            yield self.now - timedelta(minutes=24 + 55 * turn), partial(self._push, name, group, members)

    def _push(self, name, group, members):
        rows = [row for person in members if (row := self.rows.get(person.email)) and self.directory.owns(row)]
        here = [row.scim_id for row in rows if row.active]
        gone = [row.id for row in rows if row.removed_at is not None]
        self.directory.push(group.id, here, (*gone, *STRANGERS.get(name, ())))

    def _accept(self, person):
        token = invitations.link_token(invitations.latest(self.scope, self.rows[person.email]))
        self.rows[person.email] = invitations.accept(token, self.password_hash)

    def _sign_in(self, person):
        row = self.rows[person.email]
        sign_in.note_sign_in(person_scope(row), row)

    def _end(self, person):
        """Remove a person: in the directory, or here."""
        row = self.rows[person.email]
        if not self.directory.keeps(person):
            users.deactivate(self.scope, row.id)
        elif person.state == "removed":
            self.directory.remove(row)
        else:
            self.directory.deactivate(row)
        self.rows[person.email] = users.get(self.scope, row.id)

    def _make_groups(self):
        """Create the missing groups, without members; returns how many. A group of the same name that somebody else made
        is left alone.
        """
        taken = {fold(group.display_name) for group in self._groups()}
        missing = [name for name in GROUPS if fold(name) not in taken]
        for name in missing:
            if name in PUSHED_GROUPS and self.directory.token is not None:
                self.directory.make_group(name, SOURCE)
            else:
                groups.create(self.scope, GroupDraft(name, source=SOURCE))
        self.groups = {
            group.display_name: group
            for group in self._groups()
            if group.source == SOURCE and group.display_name in GROUPS
        }
        return len(missing)

    def _groups(self):
        """All groups whose name is one of the demo's."""
        for name in GROUPS:
            yield from find_groups(self.scope, GroupSearch(q=name, per_page=100)).items
