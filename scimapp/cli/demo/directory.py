"""The demo's directory: its changes to people and groups, made with a token of its own like those of any directory."""

import hashlib
import secrets
from datetime import timedelta

from msgspec import Struct

from ...directory import clock
from ...directory.changes import GroupChanges, GroupDraft, UserChanges
from ...directory.connection import live_tokens, scim_tokens
from ...directory.groups import groups
from ...directory.people import users
from ...directory.scope import token_scope

TOKEN = "Okta production"
AGENT = "Okta SCIM Client 1.0.0"
ADDRESS = "203.0.113.80"  # reserved (RFC 5737)


class Deed(Struct, frozen=True):
    """A call that changed something, for the log.

    ``kind``: create, deactivate, delete or push; ``row``: a person's or group's.
    """

    at: object
    kind: str
    request_id: str
    row: object
    scim_id: str
    sent: tuple = ()  # the ids in a push
    skips: bool = False  # whether some of them match nobody here


class Directory:
    """``token`` is the row of its token, None if no directory is connected; ``deeds`` are those of this run."""

    def __init__(self, scope):
        self.scope, self.deeds = scope, []
        self.token = next((token for token in scim_tokens.list_tokens(scope) if self._is_mine(token)), None)

    def _is_mine(self, token):
        is_made_here = token.label == TOKEN and token.created_by_label == self.scope.actor.label
        return is_made_here and scim_tokens.is_live(token)

    def connect(self):
        """Make its token, which is used a little later; the secret is discarded."""
        self.token, _secret = scim_tokens.generate(self.scope, TOKEN, "okta", activate=True)
        with clock.set_to(clock.now() + timedelta(minutes=12)):
            self.note_use("asked for people and received 1 of 1")

    def note_use(self, summary):
        live_tokens.note_use(self.token, ADDRESS, AGENT, summary)

    def keeps(self, person):
        """Whether the directory has a person of the demo."""
        return self.token is not None and person.comes_from == "directory"

    def scope_for(self, person):
        """The scope in which a person is added and changed."""
        return self._calling() if self.keeps(person) else self.scope

    def owns(self, row):
        """Whether this directory manages a person or group."""
        return self.token is not None and row.connection_id == self.token.connection_id

    def external_id(self, person):
        """The directory's id for a person."""
        return f"00u{hashlib.sha256(person.email.encode()).hexdigest()[:17]}" if self.keeps(person) else None

    def created(self, scope, row):
        self._note(scope, "create", row, row.scim_id)

    def deactivate(self, row):
        scope = self._calling()
        self._note(scope, "deactivate", row, row.scim_id)
        return users.update(scope, row.id, UserChanges(active=False))

    def remove(self, row):
        """Remove a person's SCIM resource; the record stays here as inactive."""
        scope = self._calling()
        self._note(scope, "delete", row, row.scim_id)
        users.remove(scope, row.scim_id)

    def make_group(self, name, source):
        groups.create(self._calling(), GroupDraft(name, source=source))

    def add_member(self, group, row):
        """Add one person to a group; to a group managed here, in the scope of the demo itself."""
        scope = self._calling() if self.owns(group) else self.scope
        groups.update(scope, group.id, GroupChanges(add_ids=(row.scim_id,)))

    def push(self, group_id, member_ids, strangers):
        """Push the complete list of a group's members, with some ids that match nobody here."""
        scope, sent = self._calling(), (*member_ids, *strangers)
        row = groups.update(scope, group_id, GroupChanges(member_ids=sent))
        self._note(scope, "push", row, group_id, sent, skips=bool(strangers))

    def _calling(self):
        return token_scope(self.token, request_id=secrets.token_hex(8), address=ADDRESS, agent=AGENT)

    def _note(self, scope, kind, row, scim_id, sent=(), *, skips=False):
        self.deeds.append(Deed(clock.now(), kind, scope.request_id, row, scim_id, sent, skips))
