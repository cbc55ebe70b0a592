"""The SCIM connection: its tokens, addresses and options."""

from flask import current_app, flash, redirect, render_template, request, url_for

from ..auth.guards import confirmed, current_scope, needs
from ..directory import accounts, scim_tokens
from ..directory.roles import Permission
from .blueprint import web
from .forms.provisioning import OptionsForm, RevokeForm
from .view_models.provisioning import Addresses, Status, TokenRow


@web.get("/provisioning")
@needs(Permission.CONFIGURE_SCIM)
def provisioning():
    """Tokens, addresses, options."""
    scope = current_scope()
    return _show(scope, OptionsForm(formdata=None, obj=accounts.get(scope.account_id)))


@web.post("/provisioning/options")
@needs(Permission.CHANGE_OPTIONS)
def options():
    """Save the options of the connection."""
    scope, form = current_scope(), OptionsForm()
    if not form.validate() or form.attempt(accounts.change_options, scope, **form.options()) is None:
        return _show(scope, form), 422
    flash("Options saved.", "ok")
    return redirect(url_for("web.provisioning"), 303)


@web.route("/provisioning/tokens/<token_id>/revoke", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
@confirmed
def token_revoke(token_id):
    """End a token; one that was used in the last seven days asks for its label."""
    scope = current_scope()
    token = TokenRow.of(scim_tokens.get(scope, token_id))
    form = RevokeForm(wanted=token.label if token.was_used_lately else None)
    if request.method == "POST" and form.validate():
        scim_tokens.revoke(scope, token_id)
        flash(f"The token “{token.label}” was revoked. Calls with it answer 401 from now on.", "ok")
        return redirect(url_for("web.provisioning"), 303)
    return render_template("provisioning/revoke.html", token=token, form=form), 422 if form.is_submitted() else 200


def _show(scope, form):
    return render_template(
        "provisioning/index.html",
        form=form,
        tokens=[TokenRow.of(token) for token in scim_tokens.list_tokens(scope)],
        status=Status.of(scope),
        addresses=Addresses.of(current_app.config["SETTINGS"], scope.account_id),
    )
