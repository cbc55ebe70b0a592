"""Choices that several forms offer. Form classes name them, so that they can be read without the form's page."""

from wtforms.fields.choices import SelectChoice

from ...directory.roles import Role
from ...languages import spoken


def of_roles(roles=tuple(Role)):
    """Roles by their names."""
    return [SelectChoice(role.value, spoken(role.label)) for role in roles]
