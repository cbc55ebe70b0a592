"""Delivers owed mails one by one: lease a mail, write it, send it, mark it.

The lease keeps two workers from sending the same mail. If a worker dies between sending and marking, its lease ends and the
mail is sent again under the same Message-ID: at least once, never lost.
"""

import logging
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from msgspec import Struct

from ..directory.availability import UNAVAILABLE, reason
from ..directory.clock import now
from ..directory.errors import NotInAccount
from ..directory.links import invitations, link_requests
from ..directory.outbox import outbox, outbox_limits
from ..directory.words import say
from . import messages
from .envelope import OutgoingMail, Undeliverable
from .transport import make_transport

LEASE_SECONDS = 240  # longer than the slowest delivery: a dozen answers of ten seconds, sixty for that to the mail
FIRST_PAUSE_SECONDS = 60  # doubled after every failure
WINDOW = timedelta(hours=24)  # how long a mail is tried
FEWEST_TRIES = 6  # within half an hour, for a mail whose first try came late
_ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError, Undeliverable)  # the next mail may succeed
CLOSING = 421  # the answer of a server that closes the connection, to whatever command (RFC 5321, 3.8)
# Stored as the reason of a failure, and shown in the reader's language.
INVITATION_ENDED = say("The invitation has ended. Send it again from the person's page.")
LINK_ENDED = say("The link has ended. Send it again from the person's page.")
_log = logging.getLogger("scimapp.mail")


class Tally(Struct):
    """What one round did. ``is_server_away``: the mail server did not answer, so the rest was left for later."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    is_server_away: bool = False


class _LinkEnded(Exception):
    """The link was used or withdrawn, or has expired: the mail would lead to a dead end."""


def deliver_due(app, transport=None, *, is_stopping=lambda: False, unmarked=None):
    """Answer requests for links, send every due mail, and return a Tally. Ends early if the mail server is unreachable.

    Each step has an application context of its own, so that no transaction stays open while a mail server is slow.
    ``unmarked`` is a list for the arguments of ``mark_sent`` of a mail that left while the database went away. Passed again,
    it is marked first, so that the mail does not leave twice.
    """
    unmarked = [] if unmarked is None else unmarked
    _mark_sent(app, unmarked)
    with app.app_context():
        link_requests.answer()
    transport = transport or make_transport(app.config["SETTINGS"])
    tally = Tally()
    try:
        while not (tally.is_server_away or is_stopping()):
            with app.app_context():
                leased = outbox.lease(limit=1, seconds=LEASE_SECONDS)
                if leased and outbox_limits.hold_back(leased[0]):
                    continue
            if not leased:
                break
            _deliver(app, transport, leased[0], tally, unmarked)
    finally:
        transport.close()
    return tally


def _deliver(app, transport, mail, tally, unmarked):
    try:
        with app.app_context():
            message = _write(app, mail)
        with app.app_context():
            transport.send(message)
    except (NotInAccount, _LinkEnded) as error:
        _fail(app, mail, tally, str(error), is_final=True)
    except (OSError, Undeliverable) as error:  # SMTPException is an OSError
        tally.is_server_away = not isinstance(error, _ABOUT_ONE_MAIL) or CLOSING in _codes(error)
        _fail(app, mail, tally, explain(error), is_final=is_final(error), is_server_away=tally.is_server_away)
    except UNAVAILABLE as error:
        _fail(app, mail, tally, f"The database did not answer: {reason(error)}", is_final=False)
    except Exception as error:  # an error of ours in one mail must not block the others
        _log.exception("mail %s could not be written", mail.id)
        _fail(app, mail, tally, f"The mail could not be written ({type(error).__name__}).", is_final=False)
    else:
        unmarked.append((mail, message.rendered.subject))
        _mark_sent(app, unmarked)
        if not tally.sent:
            with app.app_context():
                outbox.server_is_back()
        tally.sent += 1


def _mark_sent(app, unmarked):
    """Mark mails that have left. One stays in ``unmarked`` if the database is away."""
    while unmarked:
        left = unmarked.pop()
        try:
            with app.app_context():
                outbox.mark_sent(*left)
        except UNAVAILABLE:
            unmarked.append(left)
            raise


def _write(app, mail):
    material = outbox.material(mail)
    if not messages.link_works(mail, material, now()):
        raise _LinkEnded(INVITATION_ENDED if mail.kind in invitations.MAILS else LINK_ENDED)
    rendered = messages.write(mail, material, app.config["SETTINGS"], masked=False)
    return OutgoingMail(rendered, mail.message_id)


def _fail(app, mail, tally, reason, *, is_final, is_server_away=False):
    retry_in = None if is_final else pause_after(mail)
    if retry_in is None:
        tally.failed += 1
    else:
        tally.postponed += 1
    _log.warning("mail %s, try %d: %s", mail.id, mail.attempts, reason)
    with app.app_context():
        outbox.mark_failed(mail, reason, retry_in, is_server_away=is_server_away)


def pause_after(mail):
    """Seconds until the next try: 1 minute · 2ⁿ, the last one at the end of WINDOW; None to give up.

    An invitation may first be held back for days (``outbox_limits``). It is not given up after a single "try again later",
    with which many servers answer the first try (greylisting).
    """
    left = (mail.created_at + WINDOW - now()).total_seconds()
    doubled = FIRST_PAUSE_SECONDS * 2 ** min(mail.attempts - 1, 20)
    if left <= 0:
        return doubled if mail.attempts < FEWEST_TRIES else None
    return min(doubled, max(left, FIRST_PAUSE_SECONDS))


def is_final(error):
    """Whether retrying is useless: the server refused the address or the mail permanently (RFC 5321, 4.2.1)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, Undeliverable)


def _codes(error):
    """The mail server's answers: one, or one for each recipient."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _ in error.recipients.values()}
    return {getattr(error, "smtp_code", None)}


def explain(error):
    """What went wrong, on one line, in the mail server's words if there are any. Never holds a password."""
    if isinstance(error, SMTPRecipientsRefused):
        return _answer(*next(iter(error.recipients.values())))  # a mail has one recipient
    if isinstance(error, SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError) and not isinstance(error, SMTPException):
        return f"The mail server could not be reached: {messages.one_line(str(error)) or type(error).__name__}"
    return messages.one_line(str(error)) or type(error).__name__


def _answer(code, words):
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return messages.one_line(f"{code} {text}")
