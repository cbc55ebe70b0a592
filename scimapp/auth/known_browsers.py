"""Browsers in which a person has signed in before: guesses from elsewhere cannot lock them out (docs/decisions/0116).

The cookie grants no access. It holds a random number of the browser and, for each password and second step that was right in
it, a mark that only this server can make from both. The marks do not reveal who signed in.
"""

from hmac import compare_digest

from flask import after_this_request, current_app, request

from ..directory import secrets
from ..directory.text_keys import fold_email

DAYS = 180  # since the last sign-in
_MOST = 12  # marks, the newest ones: browsers of many people stay below what a cookie holds


def by_password(email):
    """The subject of a mark for a right password: the e-mail address, whether known here or not."""
    return f"password {fold_email(email or '')}"


def by_code(user_id, nonce):
    """The subject of a mark for a right code of one set-up; after a new set-up, browsers need a code again."""
    return f"code {user_id} {nonce}"


def number_of(subject):
    """The random number of this browser if ``subject`` was right in it before, else None. Needs no database."""
    number, marks = _read()
    mark = number and _mark(subject, number)
    return number if mark and any(compare_digest(mark, each) for each in marks) else None


def remember(subjects):
    """Store marks in this browser that all ``subjects`` were right."""
    number, marks = _read()
    number = number or secrets.new_secret()
    new = [_mark(subject, number) for subject in subjects]
    kept = [mark for mark in marks if mark not in new] + new

    @after_this_request
    def give(response):
        is_https = current_app.config["SETTINGS"].is_https
        value = ".".join([number, *kept[-_MOST:]])
        response.set_cookie(
            _name(), value, max_age=DAYS * 24 * 3600, secure=is_https, httponly=True, samesite="Lax"
        )  # fmt: skip
        return response


def _read():
    """``(number, marks)`` from the cookie; ``(None, [])`` for one that no server of ours can have set."""
    parts = request.cookies.get(_name(), "").split(".", _MOST + 1)
    return (parts[0], parts[1:]) if all(map(secrets.is_well_formed, parts)) else (None, [])


def _mark(subject, number):
    return secrets.derive("known browser", subject, number)


def _name():
    return "__Host-scimapp_browser" if current_app.config["SETTINGS"].is_https else "scimapp_browser"
