"""Rules that give a role to the members of a group: the list in the settings, and a group's rule with its preview."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth.guards import current_scope, needs
from ...directory.groups import groups, role_rules, rule_previews
from ...directory.roles import Permission, Role, assignable_roles
from ..blueprint import web
from ..forms.groups import NO_ROLE, RuleForm
from ..overtaken import again_if_overtaken
from ..view_models.first_saver import first_saver
from ..view_models.settings_tabs import settings_tabs


@web.get("/settings/rules")
@needs(Permission.RULE_ROLES)
def settings_rules():
    """Every rule."""
    scope = current_scope()
    return render_template("settings/rules.html", rules=role_rules.list_rules(scope), tabs=settings_tabs(scope))


@web.route("/groups/<group_id>/rule", methods=["GET", "POST"])
@needs(Permission.RULE_ROLES)
@again_if_overtaken
def group_rule(group_id):
    """Choose the role, see who changes, save. What is looked at before saving has an address."""
    scope = current_scope()
    group = groups.get(scope, group_id)
    present = role_rules.rule_of(scope, group)
    if "preview" in request.form:  # by a redirect: a form sent with GET would carry its proof in the address
        return redirect(url_for("web.group_rule", group_id=group_id, role=request.form.get("role")), 303)
    assignable = assignable_roles(scope.actor.role)
    form = RuleForm(present, request.args.get("role"), assignable=assignable)
    is_open = form.validate_on_submit() and not form.met(RuleForm(present, assignable=assignable, formdata=None))
    if is_open and _save(form, scope, group_id, present):
        flash(_("The role rule of %(name)s is saved.", name=group.display_name), "ok")
        return redirect(url_for("web.group", group_id=group_id), 303)
    wanted = Role(form.role.data) if form.role.data in list(role_rules.RULED) else None
    shown = rule_previews.preview(scope, group, wanted) if wanted != present else None
    page = render_template(
        "groups/rule.html", group=group, form=form, present=present, wanted=wanted, preview=shown,
        last_change=first_saver(scope, form, group.id, "role rule set", "role rule removed"),
    )  # fmt: skip
    return page, form.refusal if form.is_submitted() else 200


def _save(form, scope, group_id, present):
    if not form.altered(("role",)):
        return True  # somebody else may have altered it
    if form.role.data == NO_ROLE:
        return form.attempt(role_rules.remove_rule, scope, group_id, seen=present)
    return form.attempt(role_rules.set_rule, scope, group_id, form.role.data, seen=present)
