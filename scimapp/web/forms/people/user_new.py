"""*Add user*: one person typed in by hand, with groups and a manager."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, FieldList, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from ....directory.changes import UserDraft
from ....directory.errors import InvalidValue, gathered
from ....directory.people import newcomers
from ....directory.people.profile import MAXIMUM_EMAIL
from ....directory.roles import Role
from ..base import at_most, strip
from ..choices import of_roles
from .custom_values import CheckboxesField, custom_values, initial, input_name, inputs_for
from .manager import ManagerField
from .users import LINE, PersonForm, address

TICKED = 20  # up to this many groups are boxes to tick; more are searched by name
_BOXES = 3  # inputs for searched groups


class AddForm(PersonForm):
    """``add_form`` adds the inputs of custom fields and decides how groups are chosen."""

    given_name = StringField(
        _l("First name"), filters=[strip], validators=[DataRequired(_l("Enter a first name.")), LINE]
    )
    family_name = StringField(_l("Family name"), filters=[strip], validators=[LINE])
    email = EmailField(
        _l("E-mail"), filters=[strip],
        validators=[
            DataRequired(_l("Enter an e-mail address.")),
            at_most(MAXIMUM_EMAIL),
            address,
        ],
    )  # fmt: skip
    nickname = StringField(_l("Nickname"), filters=[strip], validators=[LINE])
    title = StringField(_l("Title"), filters=[strip], validators=[LINE])
    role = SelectField(_l("Role"), choices=of_roles)
    groups = CheckboxesField(_l("Groups"))
    manager = ManagerField()
    invite = BooleanField(_l("Send an invitation now"), default=True)

    @property
    def required_fields(self):
        """The required custom fields."""
        return [field for field in self.custom_fields if field.required]

    @property
    def other_fields(self):
        return [field for field in self.custom_fields if not field.required]

    @property
    def has_wrong_others(self):
        """Whether a field that is not required has an error."""
        return any(self[input_name(field)].errors for field in self.other_fields)

    @property
    def has_ticks(self):
        """Whether the groups are boxes to tick."""
        return isinstance(self.groups, CheckboxesField)

    def is_complete(self, scope):
        """Whether the form can be sent to the directory; if not, it shows all errors at once."""
        if all((self.validate(), self._find_groups(scope))):
            return True
        if not self.email.errors:
            for error in gathered(lambda: newcomers.check_address(scope, self.email.data)):
                self.refuse(error)
        return False

    def _find_groups(self, scope):
        """Find the chosen or typed groups. Returns whether all exist; if not, the form says which one does not."""
        names = [name for name in map(strip, self.groups.data or ()) if name]
        try:
            self.group_ids = newcomers.groups_named(scope, names)
        except InvalidValue as error:
            self.refuse(error)
            return False
        return True

    def draft(self):
        """The person to create, after the groups were found."""
        return UserDraft.from_form(
            given_name=self.given_name.data,
            family_name=self.family_name.data or "",
            email=self.email.data,
            core={"nickName": self.nickname.data, "title": self.title.data},
            enterprise={"manager": self.manager.value},
            custom=custom_values(self, self.custom_fields),
            role=Role(self.role.data),
            invite=self.invite.data,
        )


def add_form(fields, roles, groups):
    """The form with the account's custom fields, the roles that the viewer may give, and the groups made here.

    ``groups`` are the first ``TICKED + 1`` of them.
    """
    own = inputs_for(fields, {}, enforce_required=True) | {"groups": _groups_input(groups)}
    form_class = type("AddForm", (AddForm,), own)
    defaults = {field.field_id: field.default_value for field in fields}
    form = form_class(data=initial(fields, defaults) | {"role": Role.MEMBER.value, "invite": True})
    form.custom_fields = fields
    form.name_inputs()
    form.role.choices = of_roles(roles)
    return form


def _groups_input(groups):
    if len(groups) <= TICKED:
        choices = [SelectChoice(group.id, group.display_name) for group in groups]
        return CheckboxesField(_l("Groups"), choices=choices, validate_choice=False)
    box = StringField(_l("Group"), filters=[strip])
    return FieldList(box, _l("Groups"), min_entries=_BOXES, max_entries=_BOXES)
