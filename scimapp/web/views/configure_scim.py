"""Configure SCIM: off → token made, not saved → on. A dialog over the people list.

The secret is only in the direct answer to the POST that made it: no redirect, no session, no store.
"""

from flask import current_app, redirect, render_template, request, url_for

from ...auth.guards import confirmed, current_scope, needs
from ...directory.connection import directory_names, scim_tokens
from ...directory.errors import NotInAccount, TokenNotUsable
from ...directory.roles import Permission
from ...languages import spoken
from ..blueprint import web
from ..forms.provisioning import TokenForm
from ..sidebar import CONNECTION, connection_overview, nav
from ..view_models.connection.health import Health
from ..view_models.connection.provisioning import Addresses, Status, download
from .users import list_context


@web.get("/provisioning/configure")
@needs(Permission.CONFIGURE_SCIM)
def configure_scim():
    """The dialog: off, or on with the live line. Reloading a draft does not show its secret again."""
    scope = current_scope()
    status = Status.of(scope)
    draft = scim_tokens.my_draft(scope)
    if status.state != "off" and request.args.get("another") != "1":
        return _show(scope, "provisioning/on.html", status=status, draft=draft)
    return _show_off(scope, TokenForm(formdata=None), draft)


@web.post("/provisioning/configure")
@needs(Permission.CONFIGURE_SCIM)
@confirmed
def configure_generate():
    """Make a token and show it once."""
    scope, form = current_scope(), TokenForm()
    if not form.validate():
        return _show_off(scope, form), 422
    made = form.attempt(scim_tokens.generate, scope, form.label.data, form.provider.data, int(form.lifetime.data))
    if made is None:
        return _show_off(scope, form), 422
    token, secret = made
    name, address = download(Addresses.of(scope), token, secret)
    return _show(
        scope, "provisioning/draft.html", token=token, secret=secret, file_name=name, file_address=address,
        days=form.lifetime.data, directory=directory_names.of_token(token), status=Status.of(scope),
    )  # fmt: skip


@web.post("/provisioning/configure/<token_id>/save")
@needs(Permission.CONFIGURE_SCIM)
def configure_save(token_id):
    """Switch the token on. If it is gone (another replaced it, or half an hour passed), offer to make another."""
    scope = current_scope()
    try:
        scim_tokens.save(scope, token_id)
    except (NotInAccount, TokenNotUsable):
        form = TokenForm(formdata=None)
        form.form_errors = [spoken(TokenNotUsable.message)]
        return _show_off(scope, form, scim_tokens.my_draft(scope)), 409
    return redirect(url_for("web.configure_scim"), 303)


@web.route("/provisioning/configure/<token_id>/leave", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
def configure_leave(token_id):
    """Leave without saving: ask, then drop the token."""
    scope = current_scope()
    if request.method == "POST":
        scim_tokens.drop(scope, token_id)
        return redirect(url_for("web.users"), 303)
    token = scim_tokens.get(scope, token_id)
    return _show(
        scope,
        "provisioning/leave.html",
        token=token,
        directory=directory_names.of_token(token),
        status=Status.of(scope),
    )


@web.get("/provisioning/status")
@needs(Permission.CONFIGURE_SCIM)
def provisioning_status():
    """The live line, polled every few seconds; the last answer also updates other outdated parts of the page."""
    scope = current_scope()
    status = Status.of(scope)
    about = {"status": status, "health": None}
    if status.state == "on":
        known = CONNECTION[connection_overview(scope).state]
        health = Health.of(scope, scim_tokens.list_tokens(scope))
        about |= {"health": health, "connection": known, "nav_connection": nav()["connection"]}
    # Without the context of the layouts, because this is polled every few seconds.
    return current_app.jinja_env.get_template("provisioning/_answer.html").render(about)


def _show_off(scope, form, draft=None):
    return _show(scope, "provisioning/off.html", form=form, draft=draft, status=Status.of(scope))


def _show(scope, template, **about):
    return render_template(template, addresses=Addresses.of(scope), **list_context(scope), **about)
