"""Members of a group that is managed here: finding people and groups, adding and removing them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.groups import group_members, group_search, groups, permitted
from ...directory.roles import Permission
from ...languages import ngettext
from ..blueprint import web


@web.get("/groups/<group_id>/members/add")
@needs(Permission.MANAGE_GROUPS)
def group_members_find(group_id):
    """People and groups that match the typed words and could be added."""
    scope, q = current_scope(), request.args.get("q", "").strip()[:200]
    group = groups.get(scope, group_id)
    reach = permitted.Reach.of(scope)
    if not permitted.offers(scope, group, reach).members:
        return redirect(url_for("web.group", group_id=group_id), 303)
    people = group_search.find_people_to_add(scope, group, q, left_out=_left_out(scope, group, reach))
    inner = group_search.find_groups_to_add(scope, group, q, left_out=reach.may_not_join(group.seq))
    return render_template("groups/add_members.html", group=group, q=q, people=people, groups=inner)


@web.get("/groups/<group_id>/members/options")
@needs(Permission.MANAGE_GROUPS)
def group_members_options(group_id):
    """The suggestions alone, for the script that completes the input."""
    scope = current_scope()
    group, q = groups.get(scope, group_id), request.args.get("q", "")[:200]
    left_out = _left_out(scope, group, permitted.Reach.of(scope))
    people = group_search.find_people_to_add(scope, group, q, 10, left_out)
    return render_template("groups/_options.html", people=people)


@web.post("/groups/<group_id>/members/add")
@needs(Permission.MANAGE_GROUPS)
def group_members_add(group_id):
    """Add the chosen people and groups, or the one person that the typed words name."""
    scope, q = current_scope(), request.form.get("q", "").strip()
    user_ids, group_ids = request.form.getlist("user"), request.form.getlist("group")
    if q and not user_ids and not group_ids:
        user_ids = group_members.exactly_named(scope, q)
        if not user_ids:
            return redirect(url_for("web.group_members_find", group_id=group_id, q=q), 303)
    added = group_members.add(scope, group_id, user_ids, group_ids)
    if added:
        flash(ngettext("%(num)s member was added.", "%(num)s members were added.", added), "ok")
    else:
        flash(_("Nobody was added. Choose at least one person or group that is not in yet."), "warn")
    return redirect(url_for("web.group", group_id=group_id), 303)


@web.post("/groups/<group_id>/members/remove")
@needs(Permission.MANAGE_GROUPS)
def group_members_remove(group_id):
    """Remove the chosen people and groups."""
    scope = current_scope()
    removed = group_members.remove(scope, group_id, request.form.getlist("user"), request.form.getlist("group"))
    if removed:
        flash(ngettext("%(num)s member was removed.", "%(num)s members were removed.", removed), "ok")
    else:
        flash(_("Nobody was removed. Choose at least one member."), "warn")
    if request.form.get("back") == "person" and request.form.get("user"):
        return redirect(url_for("web.user", user_id=request.form["user"], _anchor="groups"), 303)
    return redirect(url_for("web.group", group_id=group_id), 303)


def _left_out(scope, group, reach):
    """The id of the viewer, in a list, if the group would give them a role that nobody gave them by hand."""
    return (scope.actor.id,) if reach.would_keep(group.seq) else ()
