"""The person with a set-up link (``flask accounts setup-link``) creates an account and becomes its owner."""

from flask import current_app, flash, render_template
from flask_babel import gettext as _

from ...auth import passwords
from ...directory.accounts import accounts
from ..blueprint import web
from ..forms.sign_in.setup import SetupForm
from .second_step import enter


@web.route("/setup/<token>", methods=["GET", "POST"])
def setup(token):
    """The set-up page; its link works once."""
    if not accounts.setup_link_is_usable(token):
        return _unusable()
    form = SetupForm()
    # Run both checks, to show all errors at once.
    if form.is_submitted() and all((form.validate(), form.is_strong())):
        draft = form.draft(passwords.hash_password(form.password.data))
        created = form.attempt(accounts.create, draft, setup_link=token)
        if created is not None:
            answer = enter(created.owner)
            flash(_("Account created. Your Account ID is %(id)s.", id=created.account.id), "ok")
            return answer
    warns = current_app.config["SETTINGS"].is_plain_http
    page = render_template("setup/index.html", form=form, token=token, warns=warns)
    return page, 422 if form.is_submitted() else 200, {"Referrer-Policy": "no-referrer"}


def _unusable():
    return render_template("setup/used.html"), 410, {"Referrer-Policy": "no-referrer"}
