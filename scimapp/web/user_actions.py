"""What is done to a person with one press: deactivate, activate, send an invitation."""

from flask import flash, redirect, render_template, request, url_for

from ..auth.guards import current_scope, needs
from ..directory import invitations, users
from ..directory.roles import Permission
from .blueprint import web
from .view_models import confirmations
from .view_models.person import person
from .view_models.users import address_of, read_search


@web.route("/users/<user_id>/deactivate", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_deactivate(user_id):
    """Ask first, then end a person's access."""
    scope = current_scope()
    page = person(scope, user_id)
    if request.method == "GET":
        return render_template("users/confirm.html", page=page, question=confirmations.deactivation(page))
    users.deactivate(scope, user_id)
    flash(f"{page.user.display_name} is inactive and was signed out.", "ok")
    return redirect(url_for("web.user", user_id=user_id), 303)


@web.route("/users/<user_id>/activate", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_activate(user_id):
    """Ask first, then give a person access again."""
    scope = current_scope()
    page = person(scope, user_id)
    if request.method == "GET":
        return render_template("users/confirm.html", page=page, question=confirmations.activation(page))
    activated = users.activate(scope, user_id)
    invited = activated.verified_at is None and activated.email
    flash(f"{page.user.display_name} is active.{' An invitation goes out.' if invited else ''}", "ok")
    return redirect(url_for("web.user", user_id=user_id), 303)


@web.post("/users/<user_id>/invite")
@needs(Permission.MANAGE_USERS)
def user_invite(user_id):
    """Send an invitation, the first or another one; pressed in the list, it leads back to the same view of it."""
    invitation = invitations.resend(current_scope(), user_id)
    flash(f"An invitation goes to {invitation.email}. Older links stopped working.", "ok")
    if request.args.get("back") == "list":
        return redirect(url_for("web.users", **address_of(read_search(request.args)).state), 303)
    return redirect(url_for("web.user", user_id=user_id), 303)
