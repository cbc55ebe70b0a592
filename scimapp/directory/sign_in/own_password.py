"""People change their own password. They have typed the current one, which ``auth.confirmation`` asks for."""

from ..links import password_resets
from ..unit_of_work import unit_of_work
from .second_step import locked


def change(scope, password_hash, *, epoch=None):
    """Store a new password for the acting person and return the row. All sessions end, including the current one.

    Raises NotAllowed as ``second_step.locked``, since the password that was typed may have changed meanwhile.
    """
    with unit_of_work(scope) as work:
        row = locked(scope, epoch)
        password_resets.set_password(work, row, password_hash)
    return row
