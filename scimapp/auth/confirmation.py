"""Asks for the password again before an action that changes what others may do (security T8).

A session remembers when its password was last typed. After a confirmation the session continues under a new secret, and the
old one is invalid (security L10).
"""

from datetime import timedelta

from flask import request

from ..directory import clock
from ..directory.sign_in import sign_in
from . import known_browsers, passwords, sessions
from .attempts import Attempts

FRESH_MINUTES = 5
FIELD = "confirm_password"  # the input that any sensitive form may bring along


class PasswordNeeded(Exception):
    """The password must be typed. ``tries_left`` is set after a wrong one, ``until`` during a pause."""

    def __init__(self, *, tries_left=None, until=None):
        super().__init__("the password is needed")
        self.tries_left, self.until = tries_left, until

    @property
    def is_wrong(self):
        return self.tries_left is not None


def is_fresh(person):
    """Whether this session's password was typed within the last minutes."""
    return clock.now() - person.password_confirmed_at < timedelta(minutes=FRESH_MINUTES)


def check(person, password):
    """Whether ``password`` is the signed-in person's own. Counts tries. Raises PasswordNeeded when it is not."""
    browser = known_browsers.number_of(known_browsers.by_password(person.email))
    attempts = Attempts(person.email, request.remote_addr, browser)
    until = attempts.begin()
    if until is not None:
        raise PasswordNeeded(until=until)
    own = sign_in.own_row(sessions.scope_of(person))
    if not passwords.is_right(own.password_hash, password):
        raise PasswordNeeded(tries_left=attempts.left())
    if sign_in.may_sign_in(own):
        attempts.succeeded()
    else:
        attempts.was_right()


def confirm(person, password):
    """Check the password; the session counts as fresh from now on. Raises PasswordNeeded."""
    check(person, password)
    sessions.renew(person)
