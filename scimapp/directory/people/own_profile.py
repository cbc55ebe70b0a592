"""What people change about themselves: name, nickname, phone, time zone, custom fields opened to them, and preferences.

Here too, a value that the directory owns can only change there (see ``ownership``). The address and the password have
modules of their own (``own_email``, ``own_password``).
"""

from functools import partial

from ..changes import UNSET
from ..errors import InvalidValue, NotAllowed, StaleVersion
from ..events import PreferencesChanged, alter
from ..fields.custom_fields import list_fields
from ..lines import one_of
from ..model import User
from ..roles import Permission, Role
from ..unit_of_work import unit_of_work
from ..words import say
from . import own_zone, person_rows, users

THEMES = ("system", "light", "dark")
VALUES = frozenset(("name", "nickName", "phoneNumbers", own_zone.ATTRIBUTE))


def shown_fields(scope):
    """The custom fields that people see on their own profile, in order; without those for administrators only."""
    return [field for field in list_fields(scope) if not field.admins_only]


def hidden_fields(scope):
    """The Field IDs of custom fields, archived ones included, whose values the reader may not see: those for administrators
    only.
    """
    if scope.allows(Permission.VIEW_DIRECTORY):
        return frozenset()
    return frozenset(field.field_id for field in list_fields(scope, archived=None) if field.admins_only)


def change(scope, changes, *, language=UNSET, theme=UNSET, version=None):
    """Apply ``changes`` (UserChanges) to the acting person and return the row. A preference left out stays as it is.

    ``language`` None means the account's. ``version`` is the one the caller read. Equal values are not written.
    Raises StaleVersion, InvalidValue, Managed; NotAllowed for what people may not change about themselves.
    """
    with unit_of_work(scope) as work:
        row = person_rows.lock(work, scope.actor.id)
        if version is not None and row.version != version:
            raise StaleVersion(row.version)
        _guard(scope, changes)
        check_name(row, changes.core)
        users.apply_changes(work, row, changes)
        _prefer(work, row, {"language": language, "theme": theme})
        person_rows.save(row)
    return row


def choose_theme(scope, theme):
    """Set the theme: light, dark or the system's.

    People toggle it in passing, so it is not recorded. Raises InvalidValue.
    """
    with unit_of_work(scope):
        scope.one(User, User.id == scope.actor.id, kind="person", for_update=True).theme = one_of(
            THEMES, "theme", theme
        )


def _guard(scope, changes):
    opened = {field.field_id for field in shown_fields(scope) if field.people_may_edit}
    beyond = changes.core.keys() - VALUES or changes.enterprise or changes.custom.keys() - opened
    of_others = (changes.active, changes.external_id, changes.role, changes.email)
    if beyond or any(value is not UNSET for value in of_others):
        raise NotAllowed(say("An administrator changes this for you."))


def check_name(row, core):
    """Raise InvalidValue if the changes ``core`` give the person a name that is not accepted."""
    if "name" not in core:
        return
    name = core["name"] or {}
    if not name.get("givenName") and not name.get("familyName"):
        raise InvalidValue("name", say("Enter your first name."))
    if row.role == Role.OWNER and not name.get("familyName"):
        raise InvalidValue("familyName", say("The owner needs a family name: directories read it."))


def _prefer(work, row, chosen):
    chosen = {name: _CHECKS[name](value) for name, value in chosen.items() if value is not UNSET}
    altered = alter(row, chosen)
    if altered:
        work.record(PreferencesChanged(row.id, row.display_name, altered))


def _checked_language(language):
    if language is not None and not (isinstance(language, str) and language.isalpha() and len(language) == 2):
        raise InvalidValue("language", say("Choose one of the languages."))
    return language


_CHECKS = {"language": _checked_language, "theme": partial(one_of, THEMES, "theme")}
