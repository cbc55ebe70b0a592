"""Asking for the person's own password within a form that always requires it, with the error beside the field."""

from ..auth import confirmation
from ..auth.guards import current_person
from .pauses import retry_after, too_many
from .views.confirm import wrong_password


def refusal(form):
    """``(status, headers)`` of the answer if ``form.present_password`` is not the person's password; None if it is.

    The error is put beside the field, or at the top of the form during a pause after too many tries.
    """
    try:
        confirmation.check(current_person(), form.present_password.data)
    except confirmation.PasswordNeeded as error:
        if error.until is not None:
            form.form_errors = [*form.form_errors, too_many(error.until)]
            return 429, retry_after(error.until)
        form.present_password.errors = [*form.present_password.errors, wrong_password(error.tries_left)]
        return 422, {}
    return None
