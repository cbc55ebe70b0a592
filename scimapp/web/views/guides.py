"""Set-up guides: the steps in the directory, with this account's values. A guide never shows a token."""

from flask import abort, redirect, render_template, url_for

from ...auth.guards import current_scope, needs
from ...directory.fields import custom_fields
from ...directory.roles import Permission
from ..blueprint import web
from ..view_models.connection import guides as guide_views
from ..view_models.connection.provisioning import Addresses, Status
from ..view_models.mapping import DIRECTORIES, example, usual_directory


@web.get("/provisioning/guides")
@needs(Permission.CONFIGURE_SCIM)
def guides():
    """The guide of the directory in use."""
    return redirect(url_for("web.guide", name=usual_directory(current_scope())[0]))


@web.get("/provisioning/guides/<name>")
@needs(Permission.CONFIGURE_SCIM)
def guide(name):
    """One guide; it ticks the steps that the server has seen done."""
    scope, shown = current_scope(), guide_views.guide_of(name)
    if shown is None:
        abort(404)
    addresses = Addresses.of(scope)
    fields, urn = custom_fields.list_fields(scope), addresses.extension_urn
    return render_template(
        f"guides/{name}.html",
        guide=shown,
        directories=DIRECTORIES,
        addresses=addresses,
        progress=guide_views.Progress.of(scope, name),
        status=Status.of(scope),
        fields=fields,
        people_map=guide_views.ENTRA_PEOPLE,
        group_map=guide_views.ENTRA_GROUPS,
        template=guide_views.onelogin_template(fields, urn) if name == "onelogin" else "",
        body=guide_views.example_body(fields, urn, example) if name == "other" else "",
    )
