"""Erasing a person: personal data goes for good, what happened stays.

The row, its id and its dates remain, so that audit entries about this id can still be read. A directory that still
assigns the person creates a new, empty one.

The last transaction writes everything that tells of the erasure. What is too much for it is blanked before (decision 0112).
"""

import logging
import time
from functools import partial

from sqlalchemy import delete, update

from ...audit.log import AuditEntry
from ...background import giving_way
from ...database import db
from ...database.repeats import insist
from .. import turns
from ..calls import call_erasure, call_turns
from ..errors import DirectoryError, NotAllowed, OwnerIsProtected
from ..events import UserErased
from ..groups.memberships import leave_all_groups, lock_groups_of
from ..model import (
    BatchItem,
    Invitation,
    OneTimeLink,
    OutboxMail,
    SecondStep,
    User,
    UserDocument,
    UserSession,
)
from ..outbox import outbox
from ..people import lifecycle, value_index
from ..people.profile import Profile
from ..policies import guard_removal
from ..roles import Permission, Role
from ..unit_of_work import unit_of_work
from ..words import say
from . import batch_mentions, erasure_marks, late_mentions, mentions, owner_traces, references, signatures

ERASED = "Erased person"
AT_ONCE = 1_000  # at most so many rows of logs and signatures are left to the last transaction
PAUSE_SECONDS = 0.005  # between two steps: a writer waiting in another process only retries now and then
_log = logging.getLogger("scimapp.erasure")


def erase(scope, user_id):
    """Erase a person for good and return the row. Only an inactive person can be erased.

    Raises NotInAccount, NotAllowed, OwnerIsProtected.
    """
    scope.require(Permission.ERASE)
    row = scope.one(User, User.id == user_id, kind="person")
    if _is_done(row):
        return row
    looked = mentions.look(scope, row)  # while nobody has to wait for it
    looked, signed = _ahead(scope, row, looked)
    with unit_of_work(scope) as work:
        turns.take(f"erasing in {scope.account_id}")  # each erasure may rewrite rows of the person of another one
        lock_groups_of(work, id=user_id)
        row = _lock(work, user_id)
        if row.erased_at is not None:
            return row
        lifecycle.end_access(work, row, quietly=True)
        outbox.cancel_waiting(work, [row.seq])
        leave_all_groups(work, row)  # changes of the role are not recorded: the entry would hold the name
        if row.scim_id is not None:
            lifecycle.leave_view(work)
        call_turns.close(scope)
        mentioned = mentions.complete(scope, row, looked)
        called = row.display_name
        _blank_row(work, row)
        value_index.clear(work, row.seq)
        references.rename(work, mentioned.addresses, row.user_name, mentioned.entries)
        batch_mentions.rename(scope, mentioned.items, mentioned.addresses, row.user_name, called, ERASED)
        owner_traces.blank(scope, row, ERASED)
        _blank_traces(scope, row, mentioned)
        for piece in signatures.pieces(scope, row, ERASED, after=signed):
            signatures.blank(scope, piece, ERASED)
        work.record(UserErased(row.id, ERASED))
        erasure_marks.note_done(scope, row.id)
    erasure_marks.note_committed(scope, row.id)
    late_mentions.take_out(scope, row.id, mentioned.addresses, looked.found[0][1])
    return row


def take_up():
    """Continue an erasure, of any account, whose process died. Returns whether there was one."""
    due = erasure_marks.take_due()
    if due is None:
        return False
    scope, user_id = due
    try:
        erase(scope, user_id)
    except DirectoryError as error:
        _log.warning("somebody was not erased after all: %s", error)
    erasure_marks.drop(scope, user_id)  # still pending after a refusal, or if older code erased the person meanwhile
    return True


def _ahead(scope, row, looked):
    """Blank beforehand, in many transactions, what is too much for the last one. Returns the Looked that is left, and the
    number of the audit entry after which signatures are left.
    """
    upto = looked.found[0][1]
    steps = [
        (len(piece.keys), partial(signatures.blank, scope, piece, ERASED))
        for piece in signatures.pieces(scope, row, ERASED, upto=upto)
    ]
    steps += call_erasure.steps(scope, *looked.calls, ERASED)
    if sum(rows for rows, _ in steps) <= AT_ONCE:
        return looked, 0
    with unit_of_work(scope) as work:
        if _lock(work, row.id).erased_at is None:
            erasure_marks.ask(work, row.id)
    for _, step in giving_way(steps):
        insist(_take, scope, row.id, step)
        time.sleep(PAUSE_SECONDS)
    return looked.without_calls(), upto


def _take(scope, user_id, step):
    with unit_of_work(scope):
        erasure_marks.hold(scope, user_id)
        step()


def _lock(work, user_id):
    """Lock and return a person who may be erased or already was. Raises NotInAccount, NotAllowed, OwnerIsProtected."""
    row = work.scope.one(User, User.id == user_id, kind="person", for_update=True)
    if not _is_done(row):
        guard_removal(work.scope, row)
    return row


def _is_done(row):
    """Whether the person is erased already. Raises OwnerIsProtected, NotAllowed."""
    if row.role == Role.OWNER:
        raise OwnerIsProtected(say("erased"))
    if row.active:
        raise NotAllowed(say("Deactivate first. Erasing cannot be undone."))
    return row.erased_at is not None


def _blank_row(work, row):
    stored = work.scope.one(UserDocument, UserDocument.user_seq == row.seq)
    profile = Profile({"userName": f"erased-{row.id}", "displayName": ERASED}, {}, {})
    for name, value in profile.columns().items():
        setattr(row, name, value)
    profile.store(stored)
    stored.set_by_hand = None
    row.scim_id = row.external_id = row.connection_id = None
    row.password_hash = row.verified_at = row.unconfirmed_since = None
    row.role = row.given_role = Role.MEMBER.value
    row.directory_role = None
    row.removed_at = row.erased_at = work.now
    row.removed_by = work.scope.actor.label
    row.language = row.list_columns = row.list_per_page = None
    work.touch(row)
    db.session.flush()


def _blank_traces(scope, row, mentioned):
    """Blank the person's values, addresses and names in all other tables; facts and ids stay."""

    def mine(model):
        return model.account_id == row.account_id, model.user_seq == row.seq

    for model in (UserSession, SecondStep):
        db.session.execute(delete(model).where(*mine(model)))
    for model in (Invitation, OneTimeLink):
        db.session.execute(update(model).where(*mine(model)).values(email=""))
    mails = update(OutboxMail).where(*mine(OutboxMail))
    db.session.execute(mails.values(to_address="", to_key="", subject="", last_error=None))
    for _, step in call_erasure.steps(scope, mentioned.own, mentioned.sayings, mentioned.bodies, ERASED):
        step()
    items = (BatchItem.account_id == row.account_id, BatchItem.user_id == row.id)
    db.session.execute(update(BatchItem).where(*items).values(label=ERASED, content=None, reason=None))
    about = (AuditEntry.account_id == row.account_id, AuditEntry.target_id == row.id)
    db.session.execute(update(AuditEntry).where(*about).values(target_label=ERASED, changes=None))
    _blank_memberships(scope, row, mentioned.entries)


def _blank_memberships(scope, row, seqs):
    """Blank the person's name in entries about groups, which name the people who came and went beside their ids."""
    for entry in references.entries_of(scope, seqs):
        if entry.target_kind == "group":
            entry.changes = [_without(change, row.id) for change in entry.changes]


def _without(change, user_id):
    after = change["after"]
    if not isinstance(after, dict) or user_id not in after.get("ids", ()):
        return change
    pairs = zip(after["people"], after["ids"], strict=True)
    return change | {"after": after | {"people": [ERASED if id_ == user_id else name for name, id_ in pairs]}}
