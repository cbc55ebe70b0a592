"""What an action on many people asks for first: the group, the role, the manager. One form per action."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from ....directory.errors import InvalidValue, NotAllowed, NotInAccount, RoleNeeded
from ....directory.groups import group_search
from ....directory.people import named_people
from ....directory.roles import assignable_roles
from ....directory.words import say
from ....languages import spoken
from ..base import Form
from ..choices import of_roles
from .manager import PersonField


class BatchForm(Form):
    """Asks only whether directory-managed people are included."""

    with_managed = BooleanField()

    def options(self, scope):
        """The options of the batch. Raises InvalidValue."""
        return {"with_managed": True} if self.with_managed.data else {}

    def attempt(self, action, *arguments, **named):
        """As in every form, but also shows here that a group is gone or out of reach, so that another can be chosen."""
        try:
            return super().attempt(action, *arguments, **named)
        except RoleNeeded:
            raise
        except (NotAllowed, NotInAccount) as error:
            self.form_errors = [*self.form_errors, spoken(error.message)]
            return None


class GroupForm(BatchForm):
    group = SelectField(
        _l("Group"), validate_choice=False, description=_l("Groups that a directory keeps change there.")
    )

    def options(self, scope):
        return {"group": self.group.data}


class RoleForm(BatchForm):
    role = SelectField(_l("New role"), choices=of_roles, validate_choice=False)

    def options(self, scope):
        return {"role": self.role.data}


class ManagerForm(BatchForm):
    manager = PersonField(_l("Manager"), description=_l("E-mail address, user name or ID."))
    no_manager = BooleanField(_l("No manager: take the present one away"))

    def options(self, scope):
        """The options, with the id of the one person that the typed words name. Raises InvalidValue."""
        if self.no_manager.data:
            return {"manager": ""}
        text = (self.manager.data or "").strip()
        if not text:
            raise InvalidValue("manager", say("choose a manager."))
        person = named_people.one_named(scope, text)
        if person is None:
            raise InvalidValue("manager", say("nobody here is called “%(text)s”.", text=text))
        return {"manager": person.id}


_FORMS = {"group_add": GroupForm, "group_remove": GroupForm, "role": RoleForm, "manager": ManagerForm}


def batch_form(scope, action_name, formdata):
    """The form of an action; ``formdata`` is None for an empty form."""
    form = _FORMS.get(action_name, BatchForm)(formdata=formdata)
    if isinstance(form, GroupForm):
        groups = group_search.groups_by_hand(scope)
        form.group.choices = [SelectChoice("", _l("Choose a group")), *(SelectChoice(*group) for group in groups)]
    if isinstance(form, RoleForm):
        roles = assignable_roles(scope.actor.role)
        form.role.choices = [SelectChoice("", _l("Choose a role")), *of_roles(roles)]
    return form
