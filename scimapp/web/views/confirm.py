"""Typing the password again: a page before the wanted page, or one that then sends a form on (security T8)."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ...auth import confirmation
from ...auth.attempts import PAUSE_MINUTES
from ...auth.guards import current_person, signed_in
from ..addresses import local_path, way_back
from ..blueprint import web
from ..forms.kept import kept
from ..forms.sign_in.password import ConfirmForm
from ..pauses import retry_after, too_many


@web.route("/me/confirm", methods=["GET", "POST"])
@signed_in
def confirm():
    """Confirm the password, then go on to the wanted page."""
    form = ConfirmForm()
    wanted = local_path(request.args.get("next")) or url_for("web.home")
    if form.validate_on_submit():
        confirmation.confirm(current_person(), form.confirm_password.data)
        return redirect(wanted, 303)
    return _ask(form, 422 if form.is_submitted() else 200)


@web.errorhandler(confirmation.PasswordNeeded)
def _password_needed(error):
    """Ask for the password: a page is reached by a redirect afterwards, a form is kept until the password is right."""
    if request.method == "GET":
        return redirect(url_for("web.confirm", next=request.full_path.rstrip("?")), 303)
    form = ConfirmForm(formdata=None)
    if error.until is not None:
        form.form_errors = [too_many(error.until)]
        return *_ask(form, 429), retry_after(error.until)
    if error.is_wrong:
        form.confirm_password.errors = [wrong_password(error.tries_left)]
    return _ask(form, 422 if error.is_wrong else 403)


def wrong_password(tries_left):
    """The sentence about a wrong password of one's own."""
    return " ".join(filter(None, (_("That is not your password."), tries_words(tries_left))))


def tries_words(left, pause_minutes=PAUSE_MINUTES):
    """The sentence when few tries are left, else ""."""
    if not 0 < left <= 2:
        return ""
    return ngettext(
        "After %(num)s more try you must wait %(minutes)s minutes.",
        "After %(num)s more tries you must wait %(minutes)s minutes.",
        left,
        minutes=pause_minutes,
    )


def _ask(form, status):
    own = request.endpoint == "web.confirm"
    return render_template(
        "me/confirm.html",
        form=form,
        target=request.full_path.rstrip("?"),
        kept=() if own else kept(),
        back=url_for("web.home") if own else way_back() or url_for("web.home"),
    ), status
