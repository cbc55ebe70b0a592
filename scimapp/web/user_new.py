"""Add user: somebody typed in by hand."""

from flask import flash, redirect, render_template, request, url_for

from ..auth.guards import current_scope, needs
from ..directory import custom_fields, users
from ..directory.roles import Permission, assignable_roles
from .blueprint import web
from .forms.users import add_form


@web.route("/users/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
def user_new():
    """The form, and what comes of it: the person's page, or the form again for the next one."""
    scope = current_scope()
    form = add_form(custom_fields.list_fields(scope), assignable_roles(scope.actor.role))
    if request.method == "GET":
        return render_template("users/new.html", form=form)
    if not form.validate():
        return render_template("users/new.html", form=form), 422
    added = form.attempt(users.provision, scope, form.draft())
    if added is None:
        return render_template("users/new.html", form=form), 422
    flash(_outcome(added, form.invite.data), "ok")
    if request.form.get("another"):
        return redirect(url_for("web.user_new"), 303)
    return redirect(url_for("web.user", user_id=added.id), 303)


def _outcome(added, was_invited):
    name = added.given_name or added.display_name
    if was_invited:
        return f"{name} is added. An invitation goes to {added.email}."
    return f"{name} is added. No mail was sent; send the invitation from this page when ready."
