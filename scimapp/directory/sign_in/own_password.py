"""Somebody changes their own password; whoever does so has typed the present one, which ``auth.confirmation`` asks for."""

from ..links import password_resets
from ..unit_of_work import unit_of_work
from .second_step import locked


def change(scope, password_hash, *, epoch=None):
    """Store a new password of the acting person and return the row: every session ends, also the one at hand.

    Raises NotAllowed as ``second_step.locked``: the password that was typed may be another by now.
    """
    with unit_of_work(scope) as work:
        row = locked(scope, epoch)
        password_resets.set_password(work, row, password_hash)
    return row
