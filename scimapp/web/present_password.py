"""Asking for the own password within a form that always wants it, and saying beside the field when it is wrong."""

from ..auth import confirmation
from ..auth.guards import current_person
from .confirm import wrong_password
from .pauses import retry_after, too_many


def refusal(form):
    """``(status, headers)`` to answer with when ``form.present_password`` is not the person's own; None when it is.

    Says why beside the field, or on top of the form while too many tries make everybody wait.
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
