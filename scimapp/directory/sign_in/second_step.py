"""Two-step sign-in of a person: switching it on and off, and its state.

The key of the codes is not stored. It is derived from a random number under the server's key, like the secret of a link
(docs/decisions/0109). A row exists for each person who has it on, and for nobody else.
"""

from base64 import urlsafe_b64decode
from datetime import datetime

from msgspec import Struct
from sqlalchemy import exists

from ...database import db
from .. import secrets
from ..errors import NotAllowed, WrongCode
from ..events import RecoveryCodesMade, SecondStepOff, SecondStepOn
from ..links import new_addresses
from ..model import Account, SecondStep, User
from ..outbox import outbox
from ..people import lifecycle
from ..roles import Role
from ..unit_of_work import unit_of_work
from ..words import say
from . import recovery_codes, totp

# A condition for statements that read people.
IS_ON = exists().where(SecondStep.account_id == User.account_id, SecondStep.user_seq == User.seq)
CODE, SET_UP = "code", "set-up"  # what is asked for after the password
ADVISE, REQUIRE = "advise", "require"  # what an account tells its administrators to do
_KEY_BYTES = 20  # RFC 4226, section 4, R6


class SecondStepState(Struct, frozen=True):
    """``since`` is None while it is off. ``fits_key``: the server still has the key under which the app was set up."""

    since: datetime | None
    is_required: bool
    codes_left: int = 0
    fits_key: bool = True

    @property
    def is_on(self):
        return self.since is not None


def key_of(user_id, nonce):
    """The secret key shared by a person's app and this server."""
    return urlsafe_b64decode(secrets.derive("second step", user_id, nonce) + "=")[:_KEY_BYTES]


def state(scope, row):
    """The SecondStepState of a person. One statement."""
    two_step, step = _read(scope, row)
    required = is_required(two_step, row.role)
    if step is None:
        return SecondStepState(None, required)
    return SecondStepState(step.created_at, required, len(step.codes), fits_key(row, step))


def is_required(two_step, role):
    """Whether an account with the setting ``two_step`` requires a second step from ``role``."""
    return two_step == REQUIRE and role != Role.MEMBER


def asked_of(scope, row):
    """What is still needed between a correct password and a session: CODE, SET_UP, or None. One statement."""
    two_step, step = _read(scope, row)
    if step is not None:
        return CODE
    return SET_UP if is_required(two_step, row.role) else None


def find(scope, user_seq):
    """The SecondStep of a person, or None."""
    query = scope.select(SecondStep).where(SecondStep.user_seq == user_seq)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def seqs_with(scope, user_seqs):
    """The seqs of those of these people who have it on."""
    return set(
        db.session.scalars(scope.select(SecondStep, SecondStep.user_seq).where(SecondStep.user_seq.in_(user_seqs)))
    )


def fits_key(row, step):
    """Whether the app's codes can be verified: not after the server's key has changed."""
    return step.key_hash == _hash_of(key_of(row.id, step.nonce))


def switch_on(scope, nonce, code, *, epoch=None):
    """Switch it on for the acting person, whose app shows ``code``; returns ``(row, recovery codes)``. Only digests of the
    codes are stored.

    ``end_sessions`` says what ends with it. Raises WrongCode; NotAllowed if it is on already, and as ``locked``.
    """
    with unit_of_work(scope) as work:
        row = locked(scope, epoch)
        before = find(scope, row.seq)
        if before is not None and fits_key(row, before):
            raise NotAllowed(say("Two-step sign-in is on already."))
        key = key_of(row.id, nonce)
        typed = totp.typed_code(code)
        used_step = typed and totp.matching_step(key, typed, work.now)
        if used_step is None:
            raise WrongCode()
        if before is not None:
            db.session.delete(before)
            db.session.flush()
        codes = recovery_codes.new_codes()
        step = SecondStep(account_id=row.account_id, user_seq=row.seq, nonce=nonce, key_hash=_hash_of(key))
        step.used_step, step.codes, step.created_at = used_step, _kept(nonce, codes), work.now
        db.session.add(step)
        end_sessions(work, row)
        tell(work, row, "second_step_on", "Two-step sign-in is on")
        work.record(SecondStepOn(row.id, row.display_name))
    return row, codes


def switch_off(scope, *, epoch=None):
    """Switch it off for the acting person and return the row. ``end_sessions`` says what ends with it.

    Raises NotAllowed if the account requires it, and as ``locked``.
    """
    with unit_of_work(scope) as work:
        row = locked(scope, epoch)
        two_step, step = _read(scope, row)
        if is_required(two_step, row.role):
            raise NotAllowed(say("This account requires two-step sign-in of its administrators."))
        if step is not None:
            take_away(work, row, step)
            work.record(SecondStepOff(row.id, row.display_name))
    return row


def renew_codes(scope, *, epoch=None):
    """Return new recovery codes for the acting person, who gets a mail; the old codes stop working.

    Raises NotAllowed while it is off, and as ``locked``.
    """
    with unit_of_work(scope) as work:
        row = locked(scope, epoch)
        step = find(scope, row.seq)
        if step is None:
            raise NotAllowed(say("Two-step sign-in is off."))
        codes = recovery_codes.new_codes()
        step.codes = _kept(step.nonce, codes)
        tell(work, row, "recovery_codes_made", "New recovery codes were made")
        work.record(RecoveryCodesMade(row.id, row.display_name))
    return codes


def take_away(work, row, step):
    """Remove the second step of a locked person, who gets a mail."""
    db.session.delete(step)
    end_sessions(work, row)
    tell(work, row, "second_step_off", "Two-step sign-in is off")


def locked(scope, epoch=None):
    """The acting person's row, locked, so that what people change about their own sign-in happens one by one.

    ``epoch`` is that of the session, or of a sign-in in progress. Raises NotAllowed if that has ended while this waited
    for the lock, since the password may have changed.
    """
    row = scope.one(User, User.id == scope.actor.id, kind="person", for_update=True)
    if epoch not in (None, row.session_epoch):
        raise NotAllowed(say("That took too long, or you signed in elsewhere meanwhile. Sign in again."))
    return row


def end_sessions(work, row):
    """End all sessions of a locked person, sign-ins in progress, and the change to a new address that was asked for in one."""
    row.session_epoch += 1
    lifecycle.end_sessions(work, row)
    new_addresses.withdraw(work, row)


def tell(work, row, kind, subject):
    """Queue a mail to a person who has an address."""
    if row.email:
        outbox.queue(work, row, kind, subject)


def _read(scope, row):
    """``(two_step of the account, SecondStep of the person or None)``."""
    query = (
        scope.select(User, Account.two_step, SecondStep)
        .select_from(User)
        .join(Account, Account.id == User.account_id)
        .outerjoin(SecondStep, (SecondStep.account_id == User.account_id) & (SecondStep.user_seq == User.seq))
        .where(User.seq == row.seq)
    )
    return db.session.execute(query.execution_options(populate_existing=True)).one()


def _hash_of(key):
    return secrets.digest(key.hex())


def _kept(nonce, codes):
    return [recovery_codes.kept_as(nonce, code) for code in codes]
