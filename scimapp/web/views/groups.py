"""Groups: the list, adding, showing, renaming and deleting one.

Where a directory manages a group, there is nothing to ask: the address of the question leads to the group, which says so.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.changes import GroupDraft
from ...directory.groups import group_policies
from ...directory.groups import groups as directory_groups
from ...directory.roles import Permission
from ..blueprint import web
from ..forms.groups import GroupForm, RenameForm
from ..overtaken import again_if_overtaken
from ..view_models import group_questions
from ..view_models.first_saver import first_saver
from ..view_models.group import everyone_page, group_page
from ..view_models.groups import ATTENTION, group_list


@web.get("/groups")
@needs(Permission.VIEW_DIRECTORY)
def groups():
    """Every group."""
    return render_template("groups/index.html", list=group_list(current_scope(), request.args), attention=ATTENTION)


@web.route("/groups/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_GROUPS)
def group_new():
    """Add a group that is managed here."""
    form = GroupForm()
    if form.validate_on_submit():
        made = form.attempt(directory_groups.create, current_scope(), GroupDraft(form.name.data))
        if made is not None:
            flash(_("%(name)s is added. Now add its members.", name=made.display_name), "ok")
            return _to(made.id)
    return render_template("groups/new.html", form=form), 422 if form.is_submitted() else 200


@web.get("/groups/everyone")
@needs(Permission.VIEW_DIRECTORY)
def group_everyone():
    """The built-in group of all active or invited people."""
    return render_template("groups/everyone.html", page=everyone_page(current_scope(), request.args))


@web.get("/groups/<group_id>")
@needs(Permission.VIEW_DIRECTORY)
def group(group_id):
    """One group: its members, how the last push went and what it skipped."""
    page = group_page(current_scope(), group_id, request.args)
    return render_template("groups/group.html", page=page, form=None)


@web.route("/groups/<group_id>/rename", methods=["GET", "POST"])
@needs(Permission.MANAGE_GROUPS)
@again_if_overtaken
def group_rename(group_id):
    """Rename a group that is managed here."""
    scope = current_scope()
    known = directory_groups.get(scope, group_id)
    if request.method == "GET" and not group_policies.is_open_to(scope, known):
        return _to(group_id)
    form = RenameForm(known)
    if form.validate_on_submit() and not form.met(RenameForm(known, formdata=None)):
        renamed = form.attempt(directory_groups.update, scope, group_id, form.changes(), version=known.version)
        if renamed is not None:
            flash(_("The group is called %(name)s now.", name=renamed.display_name), "ok")
            return _to(group_id)
    first = first_saver(scope, form, group_id, "group changed")
    page = render_template("groups/rename.html", form=form, group=known, last_change=first)
    return page, form.refusal if form.is_submitted() else 200


@web.route("/groups/<group_id>/delete", methods=["GET", "POST"])
@needs(Permission.MANAGE_GROUPS)
def group_delete(group_id):
    """Ask, then delete a group; its members stay people of the account."""
    scope = current_scope()
    page = group_page(scope, group_id, request.args)
    if request.method == "POST":
        directory_groups.remove(scope, group_id)
        flash(_("%(name)s is deleted. Its members stay people.", name=page.group.display_name), "ok")
        return redirect(url_for("web.groups"), 303)
    if not page.offers.delete:
        return _to(group_id)
    question = group_questions.deletion(scope, page)
    return render_template("groups/confirm.html", page=page, question=question)


def _to(group_id):
    return redirect(url_for("web.group", group_id=group_id), 303)
