"""A forgotten password: asking for a link, and setting a new one with it. Opening the link changes nothing."""

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from ...auth import passwords
from ...directory.links import link_requests, password_resets
from ..blueprint import web
from ..forms.kept import put_aside, waiting
from ..forms.sign_in.password import ForgotForm, ResetForm
from ..pauses import pause_of_network, retry_after, too_many
from .second_step import enter

HEADERS = {"Referrer-Policy": "no-referrer"}


@web.route("/password/forgot", methods=["GET", "POST"])
def forgot_password():
    """Ask for a link. The answer is the same whether the address is known or not."""
    if waiting()[0] is not None and "email" not in request.form:
        return show_forgot(ForgotForm(formdata=None), 200)  # the sign-in page leads here, with the form that waits
    form = ForgotForm()
    if not form.validate_on_submit():
        return show_forgot(form, 422 if form.is_submitted() else 200)
    until = pause_of_network("reset")
    if until is not None:
        form.form_errors = [too_many(until)]
        return show_forgot(form, 429, headers=retry_after(until))
    link_requests.leave(link_requests.PASSWORD, form.email.data)
    return render_template("password/sent.html", aside=put_aside(*waiting())), 200, HEADERS


@web.route("/password/reset/<token>", methods=["GET", "POST"])
def reset_password(token):
    """Set a new password and sign in; a second step is still required."""
    reset = password_resets.find_usable(token)
    form = ResetForm()
    about = {"email": reset.email, "names": (reset.display_name, reset.account_name)}
    if form.validate_on_submit() and form.accepts_password(**about):
        user = password_resets.complete(token, passwords.hash_password(form.password.data), request.remote_addr)
        answer = enter(user)
        flash(_("Your new password is set. Every other session has ended."), "ok")
        return answer
    other = current_user.display_name if current_user.is_authenticated and current_user.id != reset.user_id else None
    page = render_template("password/reset.html", form=form, reset=reset, token=token, other=other)
    return page, 422 if form.is_submitted() else 200, HEADERS


def show_forgot(form, status, note=None, headers=()):
    """The page that asks for the address; ``note`` says why the person was sent here."""
    page = render_template("password/forgot.html", form=form, note=note, aside=put_aside(*waiting()))
    return page, status, HEADERS | dict(headers)


def link_ended():
    """The page for a password link that no longer works."""
    return show_forgot(ForgotForm(formdata=None), 410, _("This link no longer works. Ask for a new one."))
