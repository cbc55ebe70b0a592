"""Accepting an invitation. Opening the link changes nothing (mail scanners open links); only the form uses it up."""

from flask import render_template, request
from flask_login import current_user

from ...auth import passwords
from ...directory.errors import InvitationNotUsable
from ...directory.links import invitations, link_requests
from ..blueprint import web
from ..forms.sign_in.sign_in import AcceptForm, RenewForm
from ..pauses import pause_of_network, retry_after, too_many
from .second_step import enter

_HEADERS = {"Referrer-Policy": "no-referrer"}


@web.route("/invitations/<token>", methods=["GET", "POST"])
def accept_invitation(token):
    """Set the first password and sign in; if the account requires a second step, set it up first."""
    invitation = invitations.find_usable(token)
    if current_user.is_authenticated:
        return render_template("invitations/signed_in.html", invitation=invitation, token=token), 200, _HEADERS
    form = AcceptForm()
    about = {"email": invitation.email, "names": (invitation.display_name, invitation.account_name)}
    if form.validate_on_submit() and form.accepts_password(**about):
        password_hash = passwords.hash_password(form.password.data)
        user = form.attempt(invitations.accept, token, password_hash, request.remote_addr)
        if user is not None:
            return enter(user)
    page = render_template("invitations/accept.html", form=form, invitation=invitation, token=token)
    return page, 422 if form.is_submitted() else 200, _HEADERS


@web.route("/invitations/renew", methods=["GET", "POST"])
def renew_invitation():
    """Ask for a new link. The answer is the same whether the address is known or not."""
    form = RenewForm()
    if not form.validate_on_submit():
        return _not_usable(form, 422 if form.is_submitted() else 200)
    until = pause_of_network("renewal")
    if until is not None:
        form.form_errors = [too_many(until)]
        return _not_usable(form, 429, retry_after(until))
    link_requests.leave(link_requests.INVITATION, form.email.data)
    return render_template("invitations/renewed.html"), 200, _HEADERS


@web.errorhandler(InvitationNotUsable)
def _link_not_usable(_error):
    """One page for expired, used, void and unknown links."""
    return _not_usable(RenewForm(formdata=None), 410)


def _not_usable(form, status, headers=()):
    return render_template("invitations/not_usable.html", form=form), status, _HEADERS | dict(headers)
