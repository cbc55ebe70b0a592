"""The mapping sheets: per field exactly what to type into Okta's Profile Editor."""

from flask import current_app, render_template

from ..auth.guards import current_scope, needs
from ..directory import custom_fields
from ..directory.roles import Permission
from .blueprint import web
from .view_models.fields import sheets


@web.get("/fields/mapping")
@needs(Permission.MANAGE_FIELDS)
def fields_mapping():
    """All sheets on one page, for printing."""
    scope = current_scope()
    return render_template(
        "fields/mapping.html", sheets=sheets(scope, extension_urn(scope), custom_fields.list_fields(scope)), one=False
    )


@web.get("/fields/<field_id>/mapping")
@needs(Permission.MANAGE_FIELDS)
def field_mapping(field_id):
    """The sheet of one field."""
    scope = current_scope()
    field = custom_fields.get(scope, field_id)
    return render_template("fields/mapping.html", sheets=sheets(scope, extension_urn(scope), [field]), one=True)


def extension_urn(scope):
    """The URN that the account's custom fields travel in."""
    return current_app.config["SETTINGS"].extension_urn(scope.account_id)
