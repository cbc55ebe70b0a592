"""Somebody changes their own password; whoever does so has typed the present one, which ``auth.confirmation`` asks for."""

from ..links import password_resets
from ..model import User
from ..unit_of_work import unit_of_work


def change(scope, password_hash):
    """Store a new password of the acting person and return the row: every session ends, also the one at hand."""
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == scope.actor.id, kind="person", for_update=True)
        password_resets.set_password(work, row, password_hash)
    return row
