"""The time zone of a person: the attribute ``timezone``, whoever set it (docs/decisions/0110)."""

from sqlalchemy import select

from ...zones import zone_of
from ..errors import InvalidValue
from ..model import IndexedValue, User, ValuePath
from ..words import say

ATTRIBUTE = "timezone"
_NUMBER = select(ValuePath.number).where(ValuePath.account_id == User.account_id, ValuePath.path == ATTRIBUTE)
# The name as the value index keeps it, in lower case, beside a ``User``: no document is read for it.
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
    """Raise InvalidValue where somebody chooses what is no zone; ``core`` are the changes. Directories send what they like."""
    name = core.get(ATTRIBUTE)
    if name is not None and zone_of(name) is None:
        raise InvalidValue(ATTRIBUTE, say("Choose one of the time zones."))
