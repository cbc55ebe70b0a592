"""Confirming an address with the link sent there. Opening the link changes nothing and signs nobody in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ...directory.errors import LinkNotUsable
from ...directory.links import own_email
from ...directory.links.one_time_links import PASSWORD
from ..blueprint import web
from ..forms.base import Form
from .password import HEADERS, link_ended


@web.route("/email/confirm/<token>", methods=["GET", "POST"])
def confirm_email(token):
    """Ask, then make the new address the one to sign in with."""
    confirmation, form = own_email.find_usable(token), Form()
    if form.validate_on_submit() and form.attempt(own_email.confirm, token, request.remote_addr) is not None:
        flash(_("Your address is confirmed. You sign in as %(email)s from now on.", email=confirmation.email), "ok")
        is_self = current_user.is_authenticated and current_user.id == confirmation.user_id
        return redirect(url_for("web.me" if is_self else "web.sign_in"), 303)
    page = render_template("email/confirm.html", form=form, confirmation=confirmation, token=token)
    return page, 422 if form.is_submitted() else 200, HEADERS


@web.errorhandler(LinkNotUsable)
def _link_not_usable(error):
    """One page for expired, used, void and unknown links of a kind."""
    if error.kind == PASSWORD:
        return link_ended()
    return render_template("email/not_usable.html"), 410, HEADERS
