"""Transferring the ownership: choose a Super Admin, read what happens, type one's own password."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth import sessions
from ...auth.guards import current_person, current_scope, needs
from ...directory.accounts import account_owner
from ...directory.roles import Permission
from ..blueprint import web
from ..forms.account.role_holders import HeirForm, TransferForm
from ..present_password import refusal
from ..view_models.confirmations import transferring


@web.get("/settings/roles/transfer")
@needs(Permission.TRANSFER_OWNERSHIP)
def transfer_ownership():
    """Choose the next owner; with only one possible heir, skip the choice."""
    heirs = account_owner.heirs(current_scope())
    chosen = heirs[0].id if len(heirs) == 1 else request.args.get("to")
    if chosen:
        return redirect(url_for("web.transfer_ownership_to", user_id=chosen), 303)
    return render_template("settings/heirs.html", form=HeirForm(heirs=heirs) if heirs else None)


@web.route("/settings/roles/transfer/<user_id>", methods=["GET", "POST"])
@needs(Permission.TRANSFER_OWNERSHIP)
def transfer_ownership_to(user_id):
    """Make this person the Account Owner. The session continues under a new secret, with the role left over."""
    scope = current_scope()
    heir = account_owner.find_heir(scope, user_id)
    if heir is None:
        flash(_("This person cannot become the Account Owner. Choose a Super Admin who has accepted."), "warn")
        return redirect(url_for("web.settings_roles"), 303)
    form = TransferForm()
    if not form.validate_on_submit():
        return _ask(heir, form, 422 if form.is_submitted() else 200)
    refused = refusal(form)
    if refused is not None:
        return _ask(heir, form, *refused)
    moved = form.attempt(account_owner.transfer, scope, user_id, epoch=current_person().epoch)
    if moved is None:
        return _ask(heir, form, 422)
    sessions.begin(moved[1])
    flash(_("%(name)s is the Account Owner now. You are Super Admin.", name=heir.display_name), "ok")
    return redirect(url_for("web.settings_roles"), 303)


def _ask(heir, form, status, headers=None):
    return render_template("settings/transfer.html", form=form, question=transferring(heir)), status, headers or {}
