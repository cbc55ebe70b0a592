"""Choices that several forms offer. Form classes name them, so that they can be read without the form's page."""

from wtforms.fields.choices import SelectChoice

from ...directory.roles import Role, assignable_roles
from ...languages import spoken

_GIVEN_BY_ANYBODY = tuple(assignable_roles(Role.OWNER))


def of_roles(roles=_GIVEN_BY_ANYBODY):
    """Roles by their names: all that anybody may give, unless a page knows its viewer's."""
    return [SelectChoice(role.value, spoken(role.label)) for role in roles]
