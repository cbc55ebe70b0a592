"""The time zone of a person: the attribute ``timezone``, whoever set it, or the account's (docs/decisions/0110, 0115)."""

from sqlalchemy import select

from ...zones import zone_of
from ..errors import InvalidValue
from ..model import IndexedPath, IndexedValue, User
from ..words import say

ATTRIBUTE = "timezone"
_NUMBER = select(IndexedPath.number).where(IndexedPath.account_id == User.account_id, IndexedPath.path == ATTRIBUTE)
# The zone of a ``User`` as the value index keeps it, in lower case, as a subquery: no document is read.
ZONE = (
    select(IndexedValue.text_key)
    .where(
        IndexedValue.user_seq == User.seq,
        IndexedValue.path_number == _NUMBER.correlate(User).scalar_subquery(),
        IndexedValue.element == 0,
    )
    .correlate(User)
    .scalar_subquery()
)


def check(core):
    """Raise InvalidValue if the changes ``core`` name an unknown zone. For people only: directories may send anything."""
    checked(ATTRIBUTE, core.get(ATTRIBUTE))


def checked(attribute, name):
    """The zone that somebody chose, None for none. Raises InvalidValue for an unknown zone."""
    if name and zone_of(name) is None:
        raise InvalidValue(attribute, say("Choose one of the time zones."))
    return name or None


def in_use(name, of_account):
    """The name of the zone that times are written in: the person's if it is a known zone, otherwise the account's."""
    return name if zone_of(name) is not None else of_account
