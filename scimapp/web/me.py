"""Somebody's own page: who they are here, and how the screens look to them."""

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from ..auth.guards import current_person, current_scope, signed_in
from ..directory import groups, sign_in, users
from .addresses import local_path
from .blueprint import web

THEMES = {"system": "As the system says", "light": "Light", "dark": "Dark"}


@web.get("/me")
@signed_in
def me():
    """The own profile; members land here."""
    scope, person = current_scope(), current_person()
    user = users.get(scope, person.id)
    return render_template("me/index.html", user=user, groups=groups.groups_of(scope, user), themes=THEMES)


@web.post("/me/theme")
@signed_in
def theme():
    """Choose light, dark, or whatever the system says; returns to the page the choice was made on."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise BadRequest
    sign_in.choose_theme(current_scope(), chosen)
    back = request.form.get("back", "")
    return redirect(local_path(back) or url_for("web.me"), 303)
