"""The SCIM connection: its health, tokens, addresses and options, and pausing it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..auth.guards import current_scope, needs
from ..directory import accounts, connection, custom_fields
from ..directory.roles import Permission
from .blueprint import web
from .forms.provisioning import OptionsForm
from .view_models.confirmations import pausing
from .view_models.health import Health
from .view_models.mapping import DIRECTORIES
from .view_models.provisioning import Addresses, Status
from .view_models.tokens import token_rows


@web.get("/provisioning")
@needs(Permission.CONFIGURE_SCIM)
def provisioning():
    """Health, tokens, addresses, options."""
    scope = current_scope()
    return _show(scope, _options_form(scope, formdata=None))


@web.post("/provisioning/options")
@needs(Permission.CHANGE_OPTIONS)
def options():
    """Save the options of the connection."""
    scope = current_scope()
    form = _options_form(scope)
    if not form.validate() or form.attempt(accounts.change_options, scope, **form.options()) is None:
        return _show(scope, form), 422
    flash(_("Options saved."), "ok")
    return redirect(url_for("web.provisioning"), 303)


@web.route("/provisioning/pause", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
def pause():
    """Ask, then let every client wait."""
    scope = current_scope()
    if request.method == "POST":
        connection.pause(scope)
        return redirect(url_for("web.provisioning"), 303)
    return render_template("provisioning/pause.html", question=pausing(Status.of(scope).directory))


@web.post("/provisioning/resume")
@needs(Permission.CONFIGURE_SCIM)
def resume():
    """Answer again."""
    connection.resume(current_scope())
    flash(_("SCIM is on again: the next call is answered."), "ok")
    return redirect(url_for("web.provisioning"), 303)


def _options_form(scope, **given):
    account, fields = accounts.get(scope.account_id), custom_fields.list_fields(scope)
    return OptionsForm(account=account, fields=fields, **given)


def _show(scope, form):
    tokens, live = token_rows(scope)
    return render_template(
        "provisioning/index.html",
        form=form,
        tokens=tokens,
        live=live,
        status=Status.of(scope),
        health=Health.of(scope),
        directories=DIRECTORIES,
        addresses=Addresses.of(current_app.config["SETTINGS"], scope.account_id),
    )
