"""Proving the second step at a sign-in with a code of the app or a recovery code. Each is accepted once."""

from datetime import timedelta

from ...database import db
from .. import clock
from ..errors import NotAllowed, WrongCode
from ..events import RecoveryCodeUsed, SecondStepGuessed
from ..model import OutboxMail
from ..unit_of_work import unit_of_work
from ..words import say
from . import recovery_codes, second_step, totp

_GUESSED, _ONE_DAY = "second_step_guessed", timedelta(days=1)


def take_code(scope, text, *, epoch=None):
    """Accept a code of the acting person's app and use it up, with all codes before it. Returns True.

    For ``epoch`` see ``second_step.locked``. Raises WrongCode, NotAllowed.
    """
    with unit_of_work(scope) as work:
        row, step = _mine(scope, epoch)
        code = totp.typed_code(text)
        key = second_step.key_of(row.id, step.nonce)
        found = code and totp.matching_step(key, code, work.now)
        if found is None or not second_step.fits_key(row, step):
            raise WrongCode()
        if found <= step.used_step:
            raise WrongCode(say("This code was used already. Wait for the next one; it takes half a minute at most."))
        step.used_step = found
    return True


def take_recovery_code(scope, text, *, epoch=None):
    """Accept and use up one of the acting person's recovery codes; returns True. It is recorded, and a mail says so.

    Raises WrongCode, NotAllowed.
    """
    with unit_of_work(scope) as work:
        row, step = _mine(scope, epoch)
        kept = recovery_codes.kept_as(step.nonce, text)
        if kept not in step.codes:
            raise WrongCode(say("This is none of your recovery codes, or it was used already."))
        step.codes = [each for each in step.codes if each != kept]
        second_step.tell(work, row, "recovery_code_used", "A recovery code was used")
        work.record(RecoveryCodeUsed(row.id, row.display_name))
    return True


def tell_of_guesses(scope):
    """Record and mail that somebody with the acting person's password has typed too many wrong codes.

    At most once a day: several parallel tries reach the limit together, and another network has tries of its own.
    """
    with unit_of_work(scope) as work:
        row = second_step.locked(scope)
        # Up to now, not to ``work.now``: this unit may have waited for another one.
        lately = OutboxMail.created_at.between(work.now - _ONE_DAY, clock.now())
        mine = (OutboxMail.user_seq == row.seq, OutboxMail.kind == _GUESSED, lately)
        if db.session.scalars(scope.select(OutboxMail, OutboxMail.id).where(*mine)).first():
            return
        second_step.tell(work, row, _GUESSED, "Somebody knows your password")
        work.record(SecondStepGuessed(row.id, row.display_name))


def _mine(scope, epoch):
    row = second_step.locked(scope, epoch)
    step = second_step.find(scope, row.seq)
    if step is None:
        raise NotAllowed(say("Two-step sign-in is off."))
    return row, step
