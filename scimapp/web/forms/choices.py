"""Choices that several forms offer. A form names them where it is written, so that they can be read without its page."""

from wtforms.fields.choices import SelectChoice

from ...directory.roles import Role
from ...languages import spoken


def of_roles(roles=tuple(Role)):
    """Roles by their names."""
    return [SelectChoice(role.value, spoken(role.label)) for role in roles]
