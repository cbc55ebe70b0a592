"""A person's choice of columns and rows per page for the list of people, stored here for all their browsers."""

from msgspec import Struct
from sqlalchemy import bindparam, update

from ...database import db
from ...database.statements import Prepared
from ..changes import UNSET
from ..errors import InvalidValue
from ..model import User
from ..roles import Permission
from ..scope import own_rows
from ..unit_of_work import unit_of_work
from ..words import say
from .list_attributes import attributes, usual_columns

ROWS_PER_PAGE = (25, 50, 100)
_CHOSEN = Prepared(own_rows(User, User.list_columns, User.list_per_page).where(User.id == bindparam("id")))


class Preferences(Struct, frozen=True):
    """``columns`` are the attribute keys as chosen, some of which may no longer exist; None if nothing was chosen."""

    columns: tuple | None = None
    per_page: int | None = None


def of(scope):
    """The Preferences of the acting person. One statement."""
    row = _CHOSEN.first(account_id=scope.account_id, id=scope.actor.id)
    if row is None:
        return Preferences()
    return Preferences(None if row.list_columns is None else tuple(row.list_columns), row.list_per_page)


def remember(scope, *, columns=UNSET, per_page=UNSET):
    """Store the columns or the rows per page of the acting person.

    Keys without an attribute are dropped. The usual columns are stored as "none chosen", so that a field marked for the
    list later appears. Raises InvalidValue for a number of rows that is not offered.
    """
    scope.require(Permission.VIEW_DIRECTORY)
    values = {}
    if columns is not UNSET:
        values["list_columns"] = _known_columns(scope, columns)
    if per_page is not UNSET:
        if per_page not in ROWS_PER_PAGE:
            raise InvalidValue("per_page", say("Choose 25, 50 or 100 rows."))
        values["list_per_page"] = per_page
    if values:
        with unit_of_work(scope):
            mine = (User.account_id == scope.account_id, User.id == scope.actor.id)
            db.session.execute(update(User).where(*mine).values(**values))


def _known_columns(scope, columns):
    known = attributes(scope)
    chosen = [key for key in known if key in columns]
    return None if set(chosen) == set(usual_columns(known)) else chosen
