"""Answers of a mail server that come within their time as a whole.

A time-out of a socket begins again with every byte. A server that sends one now and then, or line after line that another one
follows (a tarpit does both on purpose), would keep the thread that sends mails for as long as it likes, and a mail beyond its lease.
"""

import io
import smtplib
import time

LONGEST_ANSWER = 64 * 1024  # bytes; the longest honest one, to EHLO, has one or two thousand
GOES_AHEAD = 354  # the answer to DATA; what follows is the mail itself
# Times the patience for other answers. A server may look through a mail before it says that it has it, and who leaves before
# that brings the mail again and again (RFC 5321, 4.5.3.2.6; RFC 1047).
TIMES_FOR_A_MAIL = 6


class _Incoming(io.RawIOBase):
    """What comes on a socket, each answer until its ``deadline`` and up to LONGEST_ANSWER."""

    def __init__(self, sock):
        self._sock, self._deadline, self._left = sock, 0.0, 0

    def begin(self, seconds):
        """An answer is waited for."""
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
    """For a client of smtplib, which makes its ``file`` when it needs one, and anew after STARTTLS."""

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
    """Spoken to plainly, or with STARTTLS."""


class SmtpOverTls(_WholeAnswers, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""
