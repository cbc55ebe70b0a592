"""Breaking the link between a group and the directory, and making one."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.groups import group_links
from ...directory.roles import Permission
from ..blueprint import web
from ..view_models import group_questions
from ..view_models.group import group_page


@web.route("/groups/<group_id>/unlink", methods=["GET", "POST"])
@needs(Permission.MANAGE_GROUPS)
def group_unlink(group_id):
    """Ask, then make a directory's group editable here."""
    scope = current_scope()
    if request.method == "POST":
        group = group_links.unlink(scope, group_id)
        flash(_("The link is broken. %(name)s is yours to edit.", name=group.display_name), "ok")
        return _back(group.id)
    page = group_page(scope, group_id, request.args)
    return _ask(page, group_questions.unlinking(page)) if page.offers.unlink else _back(group_id)


@web.route("/groups/<group_id>/link", methods=["GET", "POST"])
@needs(Permission.MANAGE_GROUPS)
def group_link(group_id):
    """Ask, then hand a group over to the directory that tried to push one of the same name."""
    scope = current_scope()
    page = group_page(scope, group_id, request.args)
    if request.method == "POST":
        group_links.link(scope, group_id)
        flash(_("Linked. The next push from %(directory)s takes the group over.", directory=page.conflicting), "ok")
        return _back(group_id)
    return _ask(page, group_questions.linking(page)) if page.offers.link else _back(group_id)


def _ask(page, question):
    return render_template("groups/confirm.html", page=page, question=question)


def _back(group_id):
    """Back to the group, also if there is nothing left to ask."""
    return redirect(url_for("web.group", group_id=group_id), 303)
