"""Conditions that few people meet, in words from which both databases know the indexes of those alone.

``ix_users_state`` holds people who are not active, ``ix_users_role`` those above Member. Without the literals no planner uses
them.
"""

from sqlalchemy import and_, literal_column

from ..model import User


def in_state(state):
    """People who are ``invited`` or ``inactive``."""
    return and_(User.state == state, User.state != literal_column("'active'"))


def above_member():
    """People with any role above Member."""
    return User.role != literal_column("'member'")


def with_role(*roles):
    """People with one of these roles, texts of roles above Member."""
    return and_(User.role == roles[0] if len(roles) == 1 else User.role.in_(roles), above_member())
