"""The people list as a file, with its filters, order and columns."""

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest

from ...auth.guards import current_scope, needs
from ...directory.roles import Permission
from ...directory.user_list import user_export
from ...languages import spoken
from ..blueprint import web
from ..downloads import csv_file, dated, json_file
from ..view_models.connection.directories import DirectoryNames
from ..view_models.user_list import user_search
from ..view_models.user_list.user_file import FileCells
from .users import list_state

_FORMATS = ("csv", "json")


@web.get("/users/export")
@needs(Permission.MANAGE_USERS)
def users_export():
    """Everybody who matches the filters, as CSV or JSON. Unreadable filters lead back to the list, which says why."""
    scope, file_format = current_scope(), request.args.get("format", "csv")
    if file_format not in _FORMATS:
        raise BadRequest
    asked = user_search.read(scope, request.args)
    if any(problem.narrows for problem in asked.problems):
        return redirect(url_for("web.users", **list_state(request.args)), 303)
    columns = [attribute.key for attribute in asked.columns]
    _, slices = user_export.begin(scope, asked.search, file_format, columns)
    cells = FileCells(scope, asked.columns, DirectoryNames(scope))
    name = dated("people", file_format)
    if file_format == "json":
        return json_file(name, (cells.object(row) for rows in slices for row in cells.of(rows)))
    headings = [spoken(attribute.label) for attribute in cells.attributes]
    return csv_file(name, headings, (cells.texts(row) for rows in slices for row in cells.of(rows)))
