"""Managers: the one that a profile names, and the person that a typed text means."""

from ...database import db
from ...texts import fold
from ..errors import InvalidValue
from ..model import User
from ..roles import Permission
from ..words import say
from . import named_people


def value_of(profile):
    """The id or text by which a profile names the manager; None for no manager."""
    manager = profile.enterprise.get("manager")
    return manager.get("value") or None if isinstance(manager, dict) else None


def manager_of(scope, profile):
    """The person whom a profile names as manager; None without a manager, and if the value matches nobody here."""
    value = value_of(profile)
    return named_people.named_by(scope, [value]).get(value) if value else None


def named(scope, text, person_id=None):
    """The stored value for the manager that ``text`` names; None for no text.

    A text is an e-mail address, user name, id, or a full name that only one person has. Raises InvalidValue for
    ``manager``, also if the text names ``person_id``, who cannot be their own manager.
    """
    scope.require(Permission.MANAGE_USERS)
    if not text:
        return None
    person = named_people.one_named(scope, text) or _called(scope, text)
    if person is None:
        raise named_people.nobody("manager", text)
    if person.id == person_id:
        raise InvalidValue("manager", say("Nobody is their own manager. Choose somebody else."))
    return {"value": person.scim_id or person.id}


def _called(scope, text):
    """The one person with this full name, None for nobody. Raises InvalidValue for several."""
    called = (User.name_key == fold(text), User.erased_at.is_(None))
    query = scope.select(User).where(*called).order_by(User.seq).limit(2)
    found = db.session.scalars(query).all()
    if len(found) > 1:
        raise InvalidValue(
            "manager", say("More than one person is called “%(text)s”. Write the e-mail address.", text=text)
        )
    return found[0] if found else None
