"""Forms of groups: the name, and the role that members get."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from ...directory.groups.memberships import MAXIMUM_NAME
from ...directory.groups.role_rules import RULED
from .base import Form, at_most, strip
from .choices import of_roles

NO_ROLE = ""


class GroupForm(Form):
    """*Add group*, and the name of a group."""

    inputs = {"displayName": "name", "GroupNameTaken": "name"}

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Give the group a name.")),
            at_most(MAXIMUM_NAME),
        ],
        filters=[strip],
    )


def _ruled(assignable=RULED):
    roles = [role for role in RULED if role in assignable]
    return [SelectChoice(NO_ROLE, _l("No role beyond their own")), *of_roles(roles)]


class RuleForm(Form):
    """The role that members of a group get; empty for none."""

    role = RadioField(_l("Members get the role"), choices=_ruled)

    def __init__(self, *args, assignable=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.role.choices = _ruled(assignable)
