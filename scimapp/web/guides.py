"""Set-up guides: the steps in the directory with this account's values filled in. A guide never shows a token."""

from flask import current_app, redirect, render_template, url_for

from ..auth.guards import current_scope, needs
from ..directory.roles import Permission
from .blueprint import web
from .view_models.guides import Progress
from .view_models.provisioning import Addresses, Status


@web.get("/provisioning/guides/okta")
@needs(Permission.CONFIGURE_SCIM)
def guide_okta():
    """The guide for Okta."""
    scope = current_scope()
    return render_template(
        "guides/okta.html",
        addresses=Addresses.of(current_app.config["SETTINGS"], scope.account_id),
        progress=Progress.of(scope),
        status=Status.of(scope),
    )


@web.get("/provisioning/guides")
@needs(Permission.CONFIGURE_SCIM)
def guides():
    """The guide of the directory in use."""
    return redirect(url_for("web.guide_okta"))


@web.get("/provisioning/guides/<name>")
@needs(Permission.CONFIGURE_SCIM)
def guide(name):
    """One guide."""
    return redirect(url_for("web.guide_okta"))
