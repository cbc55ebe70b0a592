"""For whom the form was made that is sent: one browser may sign somebody else in, or in to another account, in a second tab.

The token of a form holds the secret of its session, and that secret ends with a mark of the person who signed in. Where the
session is another one by now, the mark tells whether it is still the same person. It decides what a page says, and nothing else.
"""

import secrets
from hashlib import sha256

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

_FIELD, _SALT = "csrf_token", "wtf-csrf-token"  # as Flask-WTF has them


def begin(person_id):
    """Give the session of a person who just signed in the secret of its forms."""
    session[_FIELD] = secret_for(person_id)


def secret_for(person_id):
    """A new secret for the forms of a session, with the mark of the person whose it is."""
    return f"{secrets.token_hex(20)}.{mark_of(person_id)}"


def mark_of(person_id):
    """The mark of a person."""
    return sha256(person_id.encode()).hexdigest()[:16]


def of_sent_form():
    """The mark in the token of the form that was sent, None for a form that was made for nobody, and for a forged one."""
    try:
        secret = URLSafeTimedSerializer(current_app.secret_key, salt=_SALT).loads(request.form.get(_FIELD, ""))
    except BadData:
        return None
    return secret.partition(".")[2] or None if isinstance(secret, str) else None
