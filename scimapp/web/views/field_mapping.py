"""The mapping sheets: what to type into each directory for one field, or for all fields to print."""

from flask import current_app, render_template, request

from ...auth.guards import current_scope, needs
from ...directory.fields import custom_fields
from ...directory.roles import Permission
from ..blueprint import web
from ..view_models.fields import FieldFacts
from ..view_models.mapping import DIRECTORIES, chosen_directory, sheets, title_of, usual_directory


@web.get("/fields/mapping")
@needs(Permission.MANAGE_FIELDS)
def fields_mapping():
    """All sheets on one page, for printing."""
    return _show(current_scope(), None)


@web.get("/fields/<field_id>/mapping")
@needs(Permission.MANAGE_FIELDS)
def field_mapping(field_id):
    """The sheet of one field."""
    scope = current_scope()
    return _show(scope, custom_fields.get(scope, field_id))


def extension_urn():
    """The URN of the extension with the account's custom fields."""
    return current_app.config["SETTINGS"].extension_urn(current_scope().account_id)


def _show(scope, one):
    facts = FieldFacts.of(scope, extension_urn())
    usual, sender = usual_directory(scope)
    directory = chosen_directory(request.args.get("for"), usual)
    return render_template(
        "fields/mapping.html",
        sheets=sheets(scope, extension_urn(), facts, [one] if one else facts.live, directory, sender),
        title=title_of(directory),
        one=one,
        directory=directory,
        directories=DIRECTORIES,
    )
