"""Two-step sign-in on the own profile: switching it on and off, and new recovery codes. Each asks for the password."""

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from ...auth import sessions
from ...auth.guards import confirmed, current_person, current_scope, signed_in
from ...directory.people import users
from ...directory.secrets import new_nonce
from ...directory.sign_in import second_step as directory
from ..blueprint import web
from ..forms.base import Form
from ..forms.sign_in.second_step import CodeForm
from ..view_models import confirmations
from ..view_models.people.second_step import set_up
from .second_step import show_codes

_SET_UP = "second_step_set_up"  # in the session: the random number from which the key of a set-up is derived


@web.get("/me/two-step")
@signed_in
def my_second_step():
    """The card on the own page."""
    return _back()


@web.route("/me/two-step/set-up", methods=["GET", "POST"])
@signed_in
@confirmed
def my_second_step_set_up():
    """Show the key as a QR code, and accept a code as proof that the app has it."""
    person, scope, form = current_person(), current_scope(), CodeForm()
    user = users.get(scope, person.id)
    state = directory.state(scope, user)
    if state.is_on and state.fits_key:
        flash(_("Two-step sign-in is on already."))
        return _back()
    nonce = session.setdefault(_SET_UP, new_nonce())
    if form.validate_on_submit():
        switched = form.attempt(directory.switch_on, scope, nonce, form.code.data, epoch=person.epoch)
        if switched is not None:
            row, codes = switched
            sessions.begin(row)
            return show_codes(codes, url_for("web.my_second_step"))
    shown = set_up(user, person.account_name, nonce)
    return render_template("me/two_step_set_up.html", form=form, set_up=shown), 422 if form.problems else 200


@web.route("/me/two-step/recovery-codes", methods=["GET", "POST"])
@signed_in
@confirmed
def my_recovery_codes():
    """Ask, then make new recovery codes."""
    state = _state()
    if not state.is_on:
        return _back()
    form = Form()
    if not form.validate_on_submit():
        return _ask(confirmations.renewing_codes(state.codes_left))
    return show_codes(
        directory.renew_codes(current_scope(), epoch=current_person().epoch), url_for("web.my_second_step")
    )


@web.route("/me/two-step/off", methods=["GET", "POST"])
@signed_in
@confirmed
def my_second_step_off():
    """Ask, then switch it off."""
    form = Form()
    if not _state().is_on:
        return _back()
    if not form.validate_on_submit():
        return _ask(confirmations.second_step_off())
    sessions.begin(directory.switch_off(current_scope(), epoch=current_person().epoch))
    flash(_("Two-step sign-in is off. Every other session has ended."), "ok")
    return _back()


def _state():
    scope = current_scope()
    return directory.state(scope, users.get(scope, scope.actor.id))


def _ask(question):
    return render_template("me/question.html", question=question)


def _back():
    return redirect(url_for("web.me", _anchor="two-step-heading"), 303)
