"""*Add user*: one person typed in by hand."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.fields import custom_fields
from ...directory.people import newcomers
from ...directory.roles import Permission, assignable_roles
from ..blueprint import web
from ..forms.people.user_new import TICKED, add_form


@web.route("/users/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_new():
    """The form; saving leads to the person's page, or to the form again for the next person."""
    scope = current_scope()
    groups = newcomers.groups_to_join(scope, TICKED + 1)
    form = add_form(custom_fields.list_fields(scope), assignable_roles(scope.actor.role), groups)
    if request.method == "GET":
        return _show(form)
    added = form.attempt(newcomers.add, scope, form.draft(), form.group_ids) if form.is_complete(scope) else None
    if added is None:
        return _show(form), 422
    another = bool(request.form.get("another"))
    flash(_outcome(added, form.invite.data, another), "ok")
    if another:
        return redirect(url_for("web.user_new"), 303)
    return redirect(url_for("web.user", user_id=added.id), 303)


@web.get("/users/new/groups")
@needs(Permission.MANAGE_USERS)
def user_new_groups():
    """Groups made here whose name contains the typed words, for the script that completes the input."""
    found = newcomers.groups_to_join(current_scope(), 10, request.args.get("q", "")[:200])
    return render_template("users/_suggestions.html", options=[(group.display_name, "") for group in found])


def _show(form):
    return render_template("users/new.html", form=form)


def _outcome(added, was_invited, another):
    name = added.given_name or added.display_name
    if was_invited:
        return _("%(name)s is added. An invitation goes to %(email)s.", name=name, email=added.email)
    if another:
        text = _(
            "%(name)s is added. No mail was sent; send the invitation from the page of %(name)s when ready.", name=name
        )
        return text
    return _("%(name)s is added. No mail was sent; send the invitation from this page when ready.", name=name)
