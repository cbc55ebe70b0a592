"""The front door: where ``/`` leads depends on who comes."""

from flask import redirect, render_template, url_for
from flask_login import current_user

from ...directory.accounts import accounts
from ...directory.roles import Permission, permissions_of
from ..blueprint import web


@web.get("/")
def home():
    """Administrators go to User management, members to their profile, others to the sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for(landing(current_user.role)), 303)
    if not accounts.any_exists():
        return render_template("setup/none.html")
    return redirect(url_for("web.sign_in"), 303)


def landing(role):
    """The endpoint of the first page for a role."""
    return "web.users" if Permission.VIEW_DIRECTORY in permissions_of(role) else "web.me"
