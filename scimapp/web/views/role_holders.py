"""Roles in the settings: the people with roles, giving a role, changing one."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.errors import NotAllowed
from ...directory.people import permitted, users
from ...directory.roles import Permission, Role
from ...languages import spoken
from ..blueprint import web
from ..forms.account.role_holders import RoleForm
from ..overtaken import again_if_overtaken
from ..view_models import role_holders as holders
from ..view_models.first_saver import first_saver
from ..view_models.settings_tabs import settings_tabs


@web.get("/settings/roles")
@needs(Permission.VIEW_DIRECTORY)
def settings_roles():
    """All people with a role."""
    scope = current_scope()
    return render_template(
        "settings/roles.html", list=holders.holder_list(scope, request.args), tabs=settings_tabs(scope)
    )


@web.get("/settings/roles/give")
@needs(Permission.MANAGE_USERS)
def settings_roles_give():
    """Find the person to give a role to."""
    return render_template("settings/give_role.html", choice=holders.choice(current_scope(), request.args))


@web.route("/settings/roles/<user_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
@again_if_overtaken
def settings_role(user_id):
    """The role of one person, with the same guards as on the person's page."""
    scope = current_scope()
    user = users.get(scope, user_id)
    roles = permitted.roles_for(scope, user)
    if not roles:
        raise NotAllowed(holders.why_not(scope, user))
    form = RoleForm(user, roles=roles)
    is_open = form.validate_on_submit() and not form.met(RoleForm(user, roles=roles, formdata=None))
    if is_open and form.attempt(users.update, scope, user_id, form.changes(), version=user.version):
        role = spoken(Role(users.get(scope, user_id).role).label)
        flash(_("%(name)s has the role %(role)s.", name=user.display_name, role=role), "ok")
        return redirect(url_for("web.settings_roles"), 303)
    first = first_saver(scope, form, user.id, "role changed")
    page = render_template("settings/role.html", form=form, user=user, last_change=first)
    return page, form.refusal if form.is_submitted() else 200
