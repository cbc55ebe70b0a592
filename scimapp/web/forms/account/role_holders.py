"""The forms of roles: which role a person has, and who becomes the Account Owner."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from ....directory.changes import UserChanges
from ....directory.roles import Role
from ....languages import spoken
from ..base import Form
from ..sign_in.password import PresentPassword
from .shown_settings import ShownSettings

WHAT_ROLES_DO = {
    "member": _l("sees the own profile only"),
    "user_admin": _l("manages people, groups, custom fields and the SCIM connection"),
    "super_admin": _l("may do everything but transfer ownership"),
}


def _with_what_they_do(roles=tuple(Role)):
    given = [role for role in roles if role in WHAT_ROLES_DO]
    return [SelectChoice(role.value, f"{spoken(role.label)}: {WHAT_ROLES_DO[role.value]}") for role in given]


class RoleForm(ShownSettings, Form):
    """One person's role, which somebody else may change meanwhile."""

    role = RadioField(_l("Role"), choices=_with_what_they_do)

    def __init__(self, user, *, roles, **named):
        super().__init__(data={"role": user.given_role}, **named)
        self.role.choices = _with_what_they_do(roles)
        self.note_shown(("role",))

    def changes(self):
        """The UserChanges; a role that was not altered is left alone."""
        return UserChanges(role=Role(self.role.data)) if self.altered(("role",)) else UserChanges()


class HeirForm(Form):
    """Who becomes the owner of the account; a GET form, so that the next page has its own address."""

    class Meta:
        csrf = False

    to = SelectField(_l("New Account Owner"))

    def __init__(self, *, heirs, **named):
        super().__init__(formdata=None, **named)
        self.to.choices = [SelectChoice(user.id, f"{user.display_name} ({user.email})") for user in heirs]


class TransferForm(PresentPassword, Form):
    """The last question before the ownership is transferred."""
