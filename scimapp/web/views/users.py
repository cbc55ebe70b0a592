"""User management: the list and its view as the person likes it; the page of one person."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ...auth.guards import current_scope, needs
from ...directory.batches import batch_actions
from ...directory.connection import scim_tokens
from ...directory.people import users as people
from ...directory.roles import Permission, Role
from ...directory.user_list import list_preferences
from ...directory.user_list.list_attributes import NAME
from ..blueprint import web
from ..forms.conflict import differences, refill
from ..forms.people.users import profile_form, shown_to_administrators
from ..sidebar import CONNECTION, connection_overview
from ..view_models.first_saver import last_saver
from ..view_models.listing import PER_PAGE, read_number
from ..view_models.people import person as person_view
from ..view_models.user_list.user_conditions import filterable
from ..view_models.user_list.users import people_list

LIST_VIEW = "list_view"  # in the session: the last view of the list, so that a person's page leads back to it
_PARTS = ("state", "q", "role", "source", "group", "sort", "per")
_LONGEST_VIEW = 1_500  # characters; a cookie holds no more than about 4,000
_LONGEST_WITH_COLUMNS = 4_000  # characters of an address; what is searched for or sorted by is added to it
_LONGEST_ADDRESS = 8_000  # characters; the server reads request lines of 8,190 bytes (gunicorn_conf)


@web.get("/users")
@needs(Permission.VIEW_DIRECTORY)
def users():
    """The people, as tiles and a table."""
    context = list_context(current_scope())
    remember_view(request.query_string.decode())
    return render_template("users/index.html", **context), 422 if context["list"].is_refused else 200


@web.post("/users/view")
@needs(Permission.VIEW_DIRECTORY)
def users_view():
    """Keep the chosen columns or rows per page, and show the list with them.

    414 where the list would have an address that the server does not read.
    """
    scope, state, kept = current_scope(), list_state(request.form), {}
    per_page = read_number(request.form.get("per", ""), None, PER_PAGE)
    if per_page is not None:
        state["per"] = kept["per_page"] = per_page
    if request.form.get("columns"):
        state["col"] = kept["columns"] = request.form.getlist("col") or [NAME.key]
    address = url_for("web.users", **state)
    if len(address) > _LONGEST_WITH_COLUMNS and "columns" in kept:
        # All columns of an account with many fields. The list shows those that are kept if its address names none.
        address = url_for("web.users", **{**state, "col": None})
    if len(address) > _LONGEST_ADDRESS:
        abort(414)
    if kept:
        list_preferences.remember(scope, **kept)
    return redirect(address, 303)


def list_context(scope):
    """The context of the list; the dialog of *Configure SCIM* opens over the same list."""
    listed = people_list(scope, request.args)
    state = connection_overview(scope).state
    if state == "off" and scim_tokens.my_draft(scope) is not None:
        state = "draft"
    return {
        "list": listed,
        "connection": CONNECTION[state],
        "roles": list(Role),
        "filterable": filterable(listed.asked.known),
        "sizes": PER_PAGE,
        "batch_actions": batch_actions.CHOICES,
    }


def list_state(values):
    """The parts of a list's address in the values of a form or an address, for ``url_for``."""
    several = {name: values.getlist(name) for name in ("f", "col")}
    return {name: values[name] for name in _PARTS if values.get(name)} | {n: v for n, v in several.items() if v}


def remember_view(query):
    """Keep the view of the list, for ``list_view``; sets the cookie only if the view changed."""
    view = query if len(query) <= _LONGEST_VIEW else ""
    if session.get(LIST_VIEW, "") != view:
        session[LIST_VIEW] = view


@web.app_template_global()
def list_view():
    """The address of the list in its last view."""
    view = session.get(LIST_VIEW, "")
    return url_for("web.users") + (f"?{view}" if view else "")


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
    # Check this first: a value that changed meanwhile would look like a change in this form.
    if form.version.data != page.user.version and differences(form, shown_to_administrators(page)):
        return _somebody_was_first(page, form)
    if not form.is_complete(scope):
        return _show(page, form), 422
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
    """The same form, with stored and typed values side by side."""
    current = shown_to_administrators(page)
    changed = differences(form, current)
    refill(form, current)
    return _show(page, form, changed), 409


def _show(page, form, changed_meanwhile=()):
    scope = current_scope()
    return render_template(
        "users/user.html",
        page=page,
        form=form,
        named=person_view.references(scope, page),
        changed_meanwhile=changed_meanwhile,
        last_change=last_saver(scope, page.user.id, "person changed", "role changed") if changed_meanwhile else None,
    )
