"""Asking for a link without being signed in: a new password, or a new invitation.

The request itself leaves one row, whoever asks and whatever the address is; so neither the answer nor the time it takes
tells whether somebody has it (security L6, L7). The worker that sends the mails answers.
"""

from sqlalchemy import delete, select

from ...database import db, writing
from ...database.statements import Prepared
from .. import clock
from ..model import LinkRequest
from ..outbox.outbox_signal import owed
from ..text_keys import fold_email
from . import invitations, password_resets

PASSWORD, INVITATION = "password", "invitation"
_ANSWERS = {PASSWORD: password_resets.send_to, INVITATION: invitations.renew}
_AT_ONCE = 100
_WAITING = Prepared(
    select(LinkRequest.seq, LinkRequest.kind, LinkRequest.email_key).order_by(LinkRequest.seq).limit(_AT_ONCE)
)


def leave(kind, email):
    """Ask for a link to ``email``."""
    with writing():
        db.session.add(LinkRequest(kind=kind, email_key=fold_email(email), at=clock.now()))
    owed.set()


def answer():
    """Send the links that were asked for to the people who may have them; returns how many requests there were."""
    asked = _WAITING.all()
    for seq, kind, email_key in asked:
        if _take(seq):
            _ANSWERS[kind](email_key)
    return len(asked)


def _take(seq):
    """Whether this request was ours to answer; another worker may have been faster."""
    with writing():
        return db.session.execute(delete(LinkRequest).where(LinkRequest.seq == seq)).rowcount == 1
