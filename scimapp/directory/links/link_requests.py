"""Requests for a link by people who are not signed in: a password reset, or a new invitation.

A request only stores one row, whoever asks and whatever the address. So neither the answer nor its timing tells whether
somebody has the address (security L6, L7). The worker that sends mails answers the request.
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
    """Store a request for a link to ``email``."""
    with writing():
        db.session.add(LinkRequest(kind=kind, email_key=fold_email(email), at=clock.now()))
    owed.set()


def answer():
    """Send the requested links to the people who may have them; returns the number of requests."""
    asked = _WAITING.all()
    for seq, kind, email_key in asked:
        if _take(seq):
            _ANSWERS[kind](email_key)
    return len(asked)


def _take(seq):
    """Whether this worker got the request; another one may have been faster."""
    with writing():
        return db.session.execute(delete(LinkRequest).where(LinkRequest.seq == seq)).rowcount == 1
