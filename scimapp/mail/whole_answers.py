"""SMTP clients with a time limit for each whole answer of the mail server.

A socket's time-out starts again with every byte. A server that sends a byte now and then, or endless continuation lines (a
tarpit does both on purpose), could otherwise block the sending thread for any time, longer than a mail's lease.
"""

import io
import smtplib
import time

LONGEST_ANSWER = 64 * 1024  # bytes; the longest legitimate answer, to EHLO, has one or two thousand
GOES_AHEAD = 354  # the answer to DATA, before the mail itself
# Factor of the time limit for the answer to the mail itself. A server may scan a mail before it confirms it; a client that
# disconnects before that sends the mail again and again (RFC 5321, 4.5.3.2.6; RFC 1047).
TIMES_FOR_A_MAIL = 6


class _Incoming(io.RawIOBase):
    """The bytes of a socket, each answer limited by ``_deadline`` and LONGEST_ANSWER."""

    def __init__(self, sock):
        self._sock, self._deadline, self._left = sock, 0.0, 0

    def begin(self, seconds):
        """Start the limits for the next answer."""
        self._deadline, self._left = time.monotonic() + seconds, LONGEST_ANSWER

    def readable(self):
        return True

    def readinto(self, buffer):
        patience, seconds = self._sock.gettimeout(), self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("timed out")
        if self._left <= 0:
            raise OSError("the answer does not end")
        self._sock.settimeout(seconds)
        try:
            size = self._sock.recv_into(buffer)
        finally:
            self._sock.settimeout(patience)
        self._left -= size
        return size


class _WholeAnswers:
    """Mixin for a client of smtplib, which creates its ``file`` on demand, and again after STARTTLS."""

    _last_code = None

    def getreply(self):
        if self.file is None:
            self._incoming = _Incoming(self.sock)
            self.file = io.BufferedReader(self._incoming)
        has_mail = self._last_code == GOES_AHEAD
        self._incoming.begin(self.timeout * (TIMES_FOR_A_MAIL if has_mail else 1))
        self._last_code, words = super().getreply()
        return self._last_code, words


class Smtp(_WholeAnswers, smtplib.SMTP):
    """Without encryption, or with STARTTLS."""


class SmtpOverTls(_WholeAnswers, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""
