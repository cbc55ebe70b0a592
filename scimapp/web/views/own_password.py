"""A new password for a person who is signed in and knows the present one."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from ...auth import passwords, sessions
from ...auth.guards import current_person, current_scope, signed_in
from ...directory.sign_in import own_password as directory
from ..blueprint import web
from ..forms.sign_in.password import OwnPasswordForm
from ..present_password import refusal
from .me import show_me


@web.get("/me/password")
@signed_in
def my_password():
    """The card on the own page."""
    return redirect(url_for("web.me", _anchor="password-heading"), 303)


@web.post("/me/password")
@signed_in
def my_password_save():
    """Set the password: every other session ends, this one continues under a new secret."""
    person, form = current_person(), OwnPasswordForm()
    about = {"email": person.email, "names": (person.display_name, person.account_name)}
    is_usable = all((form.validate(), form.accepts_password(**about)))  # run both checks, to show all errors at once
    refused = None if form.present_password.errors else refusal(form)
    if refused is not None:
        return show_me(password=form, status=refused[0], headers=refused[1])
    if not is_usable:
        return show_me(password=form)
    password_hash = passwords.hash_password(form.password.data)
    sessions.begin(directory.change(current_scope(), password_hash, epoch=person.epoch))
    flash(_("Your password is changed. Every other session has ended."), "ok")
    return redirect(url_for("web.me"), 303)
