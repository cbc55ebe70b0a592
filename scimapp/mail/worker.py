"""The worker: leases owed mails, sends them, marks them. Any number of workers may run beside each other."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from ..directory import outbox
from ..directory.errors import NotInAccount
from .messages import render
from .transport import MailFailed, MailRefused, deliver

BATCH = 10
LEASE_SECONDS = 180  # longer than a batch of time-outs takes
POLL_SECONDS = 3  # how often to look without being told
_FIRST_PAUSE, _LONGEST_PAUSE = 60, 4 * 3600  # seconds between tries, doubling
MAXIMUM_ATTEMPTS = 12  # about a day
_log = logging.getLogger("scimapp.mail")


def send_due(settings, timeout=10):
    """Send what is due now; returns how many mails left. Needs an application context."""
    sent = 0
    while mails := outbox.lease(BATCH, LEASE_SECONDS):
        sent += sum(_send(mail, settings, timeout) for mail in mails)
    return sent


def pause_after(attempts):
    """Seconds until the next try after ``attempts`` failures; None to give up."""
    return None if attempts >= MAXIMUM_ATTEMPTS else min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)


def _send(mail, settings, timeout):
    try:
        deliver(mail, render(mail, settings, masked=False), settings, timeout)
    except NotInAccount:
        outbox.mark_failed(mail, "the person or the invitation is gone", None)
    except MailRefused as error:
        _log.warning("mail %s was refused: %s", mail.id, error)
        outbox.mark_failed(mail, str(error), None)
    except MailFailed as error:
        _log.warning("mail %s did not leave (try %d): %s", mail.id, mail.attempts, error)
        outbox.mark_failed(mail, str(error), pause_after(mail.attempts))
    else:
        return outbox.mark_sent(mail)
    return False


class Worker:
    """One thread in a server process."""

    def __init__(self, app):
        self._app = app
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self, seconds=5):
        """Finish the mail at hand and end."""
        self._stopping.set()
        outbox.wake.set()
        self._thread.join(seconds)

    def _run(self):
        while not self._stopping.is_set():
            outbox.wake.wait(POLL_SECONDS)
            outbox.wake.clear()
            if self._stopping.is_set():
                return
            try:
                with self._app.app_context():
                    send_due(self._app.config["SETTINGS"])
            except SQLAlchemyError as error:
                _log.warning("the outbox cannot be read: %s", type(error).__name__)
            except Exception:
                # A mail that breaks its template must not silence all the others: it is tried again after its lease.
                _log.exception("the mail worker met an unexpected error")
