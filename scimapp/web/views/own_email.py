"""Changing one's own address: asking for it, and what can be done while the link is unopened."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from ...auth.guards import confirmed, current_person, current_scope, signed_in
from ...directory.links import email_changes, new_addresses
from ...directory.links import own_email as directory
from ...directory.people import users
from ...directory.sign_in import throttle
from ..blueprint import web
from ..forms.people.own_profile import EmailForm
from ..pauses import retry_after, too_many
from .me import show_me

MOST, MINUTES = 5, 60  # most links that one person may have sent to new addresses within this time


@web.get("/me/email")
@signed_in
def my_email():
    """The card on the own page."""
    return redirect(url_for("web.me", _anchor="email-heading"), 303)


@web.post("/me/email")
@signed_in
@confirmed
def my_email_save():
    """Send a link to the new address, after the password."""
    form = EmailForm()
    if not form.validate():
        return show_me(email=form)
    until = _wait_until()
    if until is not None:
        form.form_errors = [too_many(until)]
        return show_me(email=form, status=429, headers=retry_after(until))
    link = form.attempt(directory.ask, current_scope(), form.new_email.data, epoch=current_person().epoch)
    if link is None:
        return show_me(email=form)
    flash(
        _("A link is on its way to %(email)s. Your present address stays in use until you open it.", email=link.email),
        "ok",
    )
    return redirect(url_for("web.me"), 303)


@web.post("/me/email/again")
@signed_in
def my_email_again():
    """Send the waiting link again; the previous one stops working."""
    scope = current_scope()
    user = users.get(scope, scope.actor.id)
    waiting, until = new_addresses.pending(scope, user), _wait_until()
    if until is not None:
        flash(too_many(until), "warn")
    elif waiting is not None:
        directory.ask(scope, waiting.email, epoch=current_person().epoch)
        flash(_("Another link is on its way to %(email)s. The one before stopped working.", email=waiting.email), "ok")
    elif user.unconfirmed_since is not None:
        email_changes.send_again_to(user)
        flash(_("A link is on its way to %(email)s.", email=user.email), "ok")
    else:
        flash(_("There is no address to confirm any more."))
    return redirect(url_for("web.me"), 303)


@web.post("/me/email/withdraw")
@signed_in
def my_email_withdraw():
    """Keep the present address; the link to the new one stops working."""
    directory.withdraw(current_scope())
    flash(_("Your address stays as it is. The link stopped working."), "ok")
    return redirect(url_for("web.me"), 303)


def _wait_until():
    """When the next link may be sent, None for now; then this counts as one."""
    return throttle.count_try({f"own-address:{current_person().id}": MOST}, MINUTES)
