"""Groups: the list, and one with its members."""

from flask import render_template, request

from ..auth.guards import current_scope, needs
from ..directory.roles import Permission
from .blueprint import web
from .view_models.groups import group_list, group_page


@web.get("/groups")
@needs(Permission.VIEW_DIRECTORY)
def groups():
    """Every group."""
    return render_template("groups/index.html", list=group_list(current_scope(), request.args))


@web.get("/groups/<group_id>")
@needs(Permission.VIEW_DIRECTORY)
def group(group_id):
    """One group: what was skipped, who is in, how the last push went."""
    return render_template("groups/group.html", page=group_page(current_scope(), group_id, request.args))
