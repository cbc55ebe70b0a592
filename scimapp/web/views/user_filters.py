"""More conditions of the people list: choosing a field, then a condition for it; suggestions while typing.

It is a page, so that it works without scripts; with scripts its form opens in the menu *More filters*.
"""

from flask import redirect, render_template, request, url_for

from ...auth.guards import current_scope, needs
from ...directory.roles import Permission
from ...directory.user_list import filter_choices, list_attributes, search
from ..blueprint import web
from ..view_models.user_list import user_conditions
from .users import list_state

_SUGGESTIONS = 10


@web.get("/users/filter")
@needs(Permission.VIEW_DIRECTORY)
def users_filter():
    """Choose a field, then its condition; a readable condition leads back to the list that uses it."""
    known = list_attributes.attributes(current_scope())
    field, operator, typed = request.args.get("field", ""), request.args.get("op", ""), request.args.getlist("v")
    attribute = known.get(field)
    if attribute is None or not attribute.is_filter:
        return _show(known, None, 422 if field else 200)
    if request.args.get("step") != "add":
        return _show(known, user_conditions.condition_form(attribute))
    written, error = user_conditions.attempt(current_scope(), attribute, operator, typed)
    if error:
        return _show(known, user_conditions.condition_form(attribute, operator, typed, error), 422)
    state = list_state(request.args)
    state["f"] = list(dict.fromkeys([*state.get("f", []), written]))
    return redirect(url_for("web.users", **state), 303)


@web.get("/users/filter/groups")
@needs(Permission.VIEW_DIRECTORY)
def users_filter_groups():
    """Groups whose name contains the typed words, as options."""
    found = filter_choices.groups_to_choose(current_scope(), _SUGGESTIONS, request.args.get("q", "")[:200])
    return render_template("users/_options.html", options=[(name, "") for name in dict.fromkeys(n for _, n in found)])


@web.get("/users/filter/people")
@needs(Permission.VIEW_DIRECTORY)
def users_filter_people():
    """People who match the typed words, as options."""
    wanted = search.UserSearch(q=request.args.get("q", "")[:200], per_page=_SUGGESTIONS)
    people = [row.user for row in search.find_users(current_scope(), wanted).items] if wanted.q.strip() else []
    options = [(user.email or user.user_name, user.display_name) for user in people]
    return render_template("users/_options.html", options=options)


def _show(known, form, status=200):
    page = render_template(
        "users/filter.html",
        condition=form,
        filterable=user_conditions.filterable(known),
        state=[(name, item) for name, value in list_state(request.args).items()
               for item in (value if isinstance(value, list) else [value])],
        back=url_for("web.users", **list_state(request.args)),
    )  # fmt: skip
    return page, status
