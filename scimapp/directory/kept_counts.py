"""How many people there are, as it is kept in the transactions that change it: in each state, and with a value of a field."""

from dataclasses import dataclass

from sqlalchemy import or_

from ..database.statements import Prepared
from .model import Counter
from .scope import own_rows
from .user_list.user_filters import PRESENCE


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many people there are in each state; the parts add up to ``people``."""

    people: int
    active: int
    invited: int
    inactive: int

    def of(self, state):
        """The people in a state, all of them for None."""
        return self.people if state is None else getattr(self, state)


_KEPT = Prepared(
    own_rows(Counter, Counter.name, Counter.value).where(or_(*(Counter.name == name for name in StateCounts.__slots__)))
)


def by_state(scope):
    """The StateCounts of the account."""
    kept = dict(_KEPT.tuples(account_id=scope.account_id))
    return StateCounts(*(kept.get(name, 0) for name in StateCounts.__slots__))


def by_field(scope, conditions):
    """How many people meet ``conditions`` of ``user_filters``, as an expression that reads it; None where that is not kept.

    It is kept for one condition alone: that a custom field is filled, or that it is empty.
    """
    if len(conditions) != 1 or conditions[0].operator not in PRESENCE or conditions[0].attribute.field is None:
        return None
    having, everybody = (
        scope.select(Counter, Counter.value).where(Counter.name == name).scalar_subquery()
        for name in (conditions[0].attribute.path, "people")
    )
    return having if conditions[0].operator == "filled" else everybody - having
