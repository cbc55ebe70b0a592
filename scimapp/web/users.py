"""User management and the page of one person."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..auth.guards import current_scope, needs
from ..directory import connection, scim_tokens
from ..directory import users as people
from ..directory.roles import Permission, Role
from .blueprint import web
from .forms.conflict import differences, refill
from .forms.users import profile_form, shown
from .view_models import person as person_view
from .view_models.users import people_list, sort_choices

_CONNECTION = {
    "on": ("ok", "On"),
    "waiting": ("info", "Waiting"),
    "paused": ("warn", "Paused"),
    "draft": ("warn", "Not saved yet"),
    "off": ("", "Off"),
}


@web.get("/users")
@needs(Permission.VIEW_DIRECTORY)
def users():
    """Everybody, as tiles and a table."""
    return render_template("users/index.html", **list_context(current_scope()))


def list_context(scope):
    """What the list shows; the dialog of *Configure SCIM* stands over the same list."""
    listed = people_list(scope, request.args)
    state = connection.state(scope)
    if state == "off" and scim_tokens.my_draft(scope) is not None:
        state = "draft"
    return {
        "list": listed,
        "connection": _CONNECTION[state],
        "orders": sort_choices(listed.search),
        "roles": list(Role),
    }


@web.get("/users/<user_id>")
@needs(Permission.VIEW_DIRECTORY)
def user(user_id):
    """One person."""
    page = person_view.person(current_scope(), user_id)
    return _show(page, profile_form(page))


@web.post("/users/<user_id>")
@needs(Permission.MANAGE_USERS)
def user_save(user_id):
    """Save the profile of a person."""
    scope = current_scope()
    page = person_view.person(scope, user_id)
    form = profile_form(page)
    if not form.validate():
        return _show(page, form), 422
    if form.version.data != page.user.version and differences(form, shown(page)):
        return _somebody_was_first(page, form)
    altered = len(form.altered_names())
    saved = form.attempt(people.update, scope, user_id, form.changes(page.profile), version=page.user.version)
    if form.is_stale:
        return _somebody_was_first(person_view.person(scope, user_id), form)
    if saved is None:
        return _show(page, form), 422
    if altered:
        flash(ngettext("Saved %(num)s change.", "Saved %(num)s changes.", altered), "ok")
    else:
        flash(_("Nothing was changed."))
    return redirect(url_for("web.user", user_id=user_id), 303)


def _somebody_was_first(page, form):
    """The same form, with what is stored now and what was typed side by side (screens, section 9)."""
    current = shown(page)
    changed = differences(form, current)
    refill(form, current)
    return _show(page, form, changed), 409


def _show(page, form, changed_meanwhile=()):
    return render_template(
        "users/user.html",
        page=page,
        form=form,
        named=person_view.references(current_scope(), page),
        changed_meanwhile=changed_meanwhile,
        last_change=person_view.last_change(current_scope(), page) if changed_meanwhile else None,
    )
