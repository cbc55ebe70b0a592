"""Actions on a person with one press: deactivate, activate, invite, sign out, reset, break the link.

If somebody else was faster, or the viewer may not, there is nothing to ask: the address of the question then leads to the
person's page, which says why.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...auth.guards import confirmed, current_scope, needs
from ...directory.links import email_changes, invitations, password_resets
from ...directory.people import access, personal_data, user_links, users
from ...directory.roles import Permission
from ...directory.sign_in import second_step_resets
from ..blueprint import web
from ..downloads import person_file
from ..forms.base import Form
from ..view_models import confirmations
from ..view_models.people.person import person
from .users import list_view


@web.route("/users/<user_id>/deactivate", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_deactivate(user_id):
    """Ask first, then end a person's access."""
    done = _l("%(name)s is inactive and was signed out.")
    return _ask_first(user_id, "may_deactivate", confirmations.deactivation, users.deactivate, done)


@web.route("/users/<user_id>/activate", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_activate(user_id):
    """Ask first, then give a person access again."""
    scope = current_scope()
    page = person(scope, user_id)
    question, form = confirmations.activation(page), Form()
    if request.method == "GET":
        return _ask(page, question) if page.may_activate else _back(user_id)
    activated = form.attempt(users.activate, scope, user_id)
    if activated is None:
        return _ask(page, question, form), 422
    if activated.verified_at is None and activated.email:
        flash(_("%(name)s is active. An invitation goes out.", name=page.name), "ok")
    else:
        flash(_("%(name)s is active.", name=page.name), "ok")
    return _back(user_id)


@web.post("/users/<user_id>/invite")
@needs(Permission.MANAGE_USERS)
def user_invite(user_id):
    """Send the first or another invitation; from the list, it returns to the same view of the list."""
    invitation = invitations.resend(current_scope(), user_id)
    flash(_("An invitation goes to %(email)s. Older links stopped working.", email=invitation.email), "ok")
    if request.args.get("back") == "list":
        return redirect(list_view(), 303)
    return _back(user_id)


@web.post("/users/<user_id>/confirmation")
@needs(Permission.MANAGE_USERS)
def user_confirmation(user_id):
    """Send the link again to a new address that is not confirmed yet."""
    row = email_changes.send_again(current_scope(), user_id)
    flash(_("A link goes to %(email)s. Older links stopped working.", email=row.email), "ok")
    return _back(user_id)


@web.route("/users/<user_id>/sign-out", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_sign_out(user_id):
    """Ask first, then end every session of a person."""
    done = _l("%(name)s is signed out everywhere.")
    return _ask_first(user_id, "may_sign_out", confirmations.signing_out, access.sign_out_everywhere, done)


@web.route("/users/<user_id>/password-reset", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_password_reset(user_id):
    """Ask first, then mail a person a link to set a new password."""
    done = _l("A link to set a new password goes to %(email)s.")
    return _ask_first(user_id, "may_reset_password", confirmations.resetting, password_resets.request_for, done)


@web.route("/users/<user_id>/two-step", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
@confirmed
def user_second_step_reset(user_id):
    """Ask first, then switch a person's two-step sign-in off."""
    question, done = confirmations.resetting_second_step, _l("The two-step sign-in of %(name)s is reset.")
    return _ask_first(user_id, "may_reset_second_step", question, second_step_resets.reset, done)


@web.route("/users/<user_id>/unlink", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_unlink(user_id):
    """Ask first, then make a directory's person editable here."""
    done = _l("The link is broken. Every field is yours to edit.")
    return _ask_first(user_id, "may_unlink", confirmations.unlinking, user_links.unlink, done)


@web.get("/users/<user_id>/data")
@needs(Permission.MANAGE_USERS)
def user_data(user_id):
    """All data kept about a person, as a file."""
    return person_file(personal_data.of(current_scope(), user_id))


def _ask_first(user_id, offer, question, act, done):
    """Ask where the page of the person has this ``offer``; then act, and tell what is ``done``."""
    scope = current_scope()
    page = person(scope, user_id)
    if request.method == "GET":
        return _ask(page, question(page)) if getattr(page, offer) else _back(user_id)
    act(scope, user_id)
    flash(str(done) % {"name": page.name, "email": page.user.email}, "ok")
    return _back(user_id)


def _ask(page, question, form=None):
    return render_template("users/confirm.html", page=page, question=question, form=form)


def _back(user_id):
    return redirect(url_for("web.user", user_id=user_id), 303)
