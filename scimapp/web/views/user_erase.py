"""Erasing a person, and copying an invitation link: for the strongest roles only."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.erasure import erasure
from ...directory.links import invitations
from ...directory.roles import Permission
from ..blueprint import web
from ..forms.confirm import TypedForm
from ..view_models import confirmations
from ..view_models.people.person import person


@web.route("/users/<user_id>/erase", methods=["GET", "POST"])
@needs(Permission.ERASE)
def user_erase(user_id):
    """Ask to type the address, then erase the person for good."""
    scope = current_scope()
    page = person(scope, user_id)
    back = redirect(url_for("web.user", user_id=user_id), 303)
    if page.is_erased or (request.method == "GET" and not page.may_erase):
        return back
    form = TypedForm(wanted=page.user.email or page.user.user_name)
    if form.validate_on_submit():
        erasure.erase(scope, user_id)
        flash(_("The person was erased."), "ok")
        return back
    question = confirmations.erasing(page)
    answer = render_template("users/erase.html", page=page, question=question, form=form)
    return answer, 422 if form.is_submitted() else 200


@web.get("/users/<user_id>/invitation-link")
@needs(Permission.VIEW_DIRECTORY)
def user_invitation_card(user_id):
    """The card on the person's page, without the link, which is shown once."""
    return redirect(url_for("web.user", user_id=user_id, _anchor="invitation-heading"), 303)


@web.post("/users/<user_id>/invitation-link")
@needs(Permission.CHANGE_SECURITY)
def user_invitation_link(user_id):
    """The link of the open invitation, shown only in this answer."""
    scope = current_scope()
    page = person(scope, user_id)
    token = invitations.reveal_link(scope, user_id)
    link = f"{current_app.config['SETTINGS'].external_url}/invitations/{token}"
    return render_template("users/invitation_link.html", page=page, link=link)
