"""The SCIM connection: its health, tokens, addresses and options, pausing it, and stopped deactivations."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.accounts import accounts
from ...directory.connection import connection, deactivation_guard, directory_names, scim_tokens
from ...directory.errors import NotInAccount
from ...directory.fields import custom_fields
from ...directory.roles import Permission
from ...languages import spoken
from ..blueprint import web
from ..forms.provisioning import OptionsForm
from ..overtaken import again_if_overtaken
from ..view_models.connection.connection_questions import pausing, releasing
from ..view_models.connection.connection_warnings import warnings_of
from ..view_models.connection.health import Health
from ..view_models.connection.provisioning import Addresses, Status
from ..view_models.connection.tokens import TokenRow, token_rows
from ..view_models.first_saver import first_saver
from ..view_models.mapping import DIRECTORIES


@web.get("/provisioning")
@needs(Permission.CONFIGURE_SCIM)
def provisioning():
    """Health, tokens, addresses, options."""
    scope = current_scope()
    return _show(scope, _options_form(scope, accounts.get(scope.account_id), formdata=None))


@web.get("/provisioning/options")
@needs(Permission.CONFIGURE_SCIM)
def options():
    """The card on the page of the connection."""
    return redirect(url_for("web.provisioning", _anchor="options"), 303)


@web.post("/provisioning/options")
@needs(Permission.CHANGE_OPTIONS)
@again_if_overtaken
def options_save():
    """Save the options of the connection."""
    scope = current_scope()
    account = accounts.get(scope.account_id)
    form = _options_form(scope, account)
    is_open = form.validate() and not form.met(_options_form(scope, account, formdata=None))
    if is_open and form.attempt(accounts.change_options, scope, seen=account, **form.options()):
        flash(_("Options saved."), "ok")
        return redirect(url_for("web.provisioning"), 303)
    return _show(scope, form), form.refusal


@web.route("/provisioning/pause", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
def pause():
    """Ask, then make every client wait; there is nothing to ask where none calls, or all wait already."""
    scope = current_scope()
    if request.method == "POST":
        connection.pause(scope)
        return redirect(url_for("web.provisioning"), 303)
    tokens = scim_tokens.list_tokens(scope)
    if Status.of(scope, tokens).state in ("off", "paused"):
        return redirect(url_for("web.provisioning"), 303)
    return _ask(pausing(directory_names.of_senders(tokens)))


@web.post("/provisioning/resume")
@needs(Permission.CONFIGURE_SCIM)
def resume():
    """End the pause."""
    connection.resume(current_scope())
    flash(_("SCIM is on again: the next call is answered."), "ok")
    return redirect(url_for("web.provisioning"), 303)


@web.route("/provisioning/stopped/<token_id>/let-through", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
def stop_release(token_id):
    """Ask, then allow a token's deactivations again."""
    scope = current_scope()
    run = next((run for run in deactivation_guard.runs(scope) if run.blocks and run.token.id == token_id), None)
    if run is None:
        raise NotInAccount("token")
    if request.method == "POST":
        deactivation_guard.let_through(scope, token_id)
        flash(_("The deactivations go through as soon as the directory tries again."), "ok")
        return redirect(url_for("web.provisioning"), 303)
    return _ask(releasing(TokenRow.of(run.token), run))


@web.post("/provisioning/stopped/<token_id>/keep")
@needs(Permission.CONFIGURE_SCIM)
def stop_keep(token_id):
    """Go on refusing a token's deactivations, and show that this was decided."""
    deactivation_guard.keep_blocking(current_scope(), token_id)
    flash(_("The deactivations stay blocked. Mend the rule in the directory, then let the rest through."), "ok")
    return redirect(url_for("web.provisioning"), 303)


def _options_form(scope, account, **given):
    fields = custom_fields.list_fields(scope)
    return OptionsForm(account=account, fields=fields, rules_roles=scope.allows(Permission.RULE_ROLES), **given)


def _ask(question):
    return render_template("provisioning/question.html", question=question, back=url_for("web.provisioning"))


def _show(scope, form):
    addresses = Addresses.of(scope)
    known = scim_tokens.list_tokens(scope)
    rows, live = token_rows(scope, known)
    health = Health.of(scope, known)
    stops, warnings = warnings_of(scope, addresses.extension_urn, known, health)
    return render_template(
        "provisioning/index.html",
        form=form,
        last_change=first_saver(scope, form, scope.account_id, "options changed"),
        tokens=rows,
        live=live,
        most=scim_tokens.MAXIMUM_LIVE,
        status=Status.of(scope, known),
        senders=[spoken(name) for name in directory_names.of_senders(known)],
        health=health,
        stops=stops,
        warnings=warnings,
        directories=DIRECTORIES,
        addresses=addresses,
    )
