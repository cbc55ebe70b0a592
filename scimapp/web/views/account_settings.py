"""Settings of the account: its name and formats, and its security."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from ...auth.guards import confirmed, current_scope, needs
from ...directory.accounts import account_settings, accounts, role_holders, seats
from ...directory.people import users
from ...directory.roles import Permission
from ...languages import speak_now
from ..blueprint import web
from ..forms.account.account_settings import AccountForm, SecurityForm
from ..overtaken import again_if_overtaken
from ..view_models.first_saver import first_saver
from ..view_models.settings_tabs import settings_tabs


@web.route("/settings", methods=["GET", "POST"])
@needs(Permission.CHANGE_OPTIONS)
@again_if_overtaken
def settings():
    """*Account*."""
    scope = current_scope()
    account = accounts.get(scope.account_id)
    form = _account_form(account)
    is_open = form.validate_on_submit() and not form.met(_account_form(account, formdata=None))
    if is_open and form.attempt(account_settings.change_account, scope, seen=account, **form.values()):
        if users.get(scope, scope.actor.id).language is None:
            speak_now(form.language.data)
        flash(_("The settings are saved."), "ok")
        return redirect(url_for("web.settings"), 303)
    page = render_template(
        "settings/account.html", form=form, account=account, tabs=settings_tabs(scope),
        urn=_server().extension_urn(account.id), last_change=first_saver(scope, form, account.id, "settings changed"),
    )  # fmt: skip
    return page, form.refusal if form.is_submitted() else 200


@web.get("/settings/security")
@needs(Permission.CHANGE_SECURITY)
def settings_security():
    """*Security*."""
    scope = current_scope()
    return _show_security(_security_form(scope, accounts.get(scope.account_id)), 200)


@web.post("/settings/security")
@needs(Permission.CHANGE_SECURITY)
@confirmed
@again_if_overtaken
def settings_security_save():
    """Save the security settings, after the password."""
    scope = current_scope()
    account = accounts.get(scope.account_id)
    form = _security_form(scope, account)
    is_open = form.validate() and not form.met(_security_form(scope, account, formdata=None))
    if is_open and form.attempt(account_settings.change_security, scope, seen=account, **form.values()):
        flash(_("The settings are saved."), "ok")
        return redirect(url_for("web.settings_security"), 303)
    return _show_security(form, form.refusal)


def _account_form(account, **given):
    return AccountForm(account, server_days=_server().invitation_days, **given)


def _security_form(scope, account, **given):
    return SecurityForm(obj=account, server_hours=_server().session_hours, seats_in_use=seats.in_use(scope), **given)


def _show_security(form, status):
    scope = current_scope()
    page = render_template(
        "settings/security.html",
        form=form,
        tabs=settings_tabs(scope),
        second_steps=role_holders.second_steps(scope),
        last_change=first_saver(scope, form, scope.account_id, "settings changed"),
    )
    return page, status


def _server():
    return current_app.config["SETTINGS"]
