"""The number of people in each state, kept in the transactions that change it."""

from msgspec import Struct
from sqlalchemy import or_

from ..database.statements import Prepared
from .model import Counter
from .scope import own_rows


class StateCounts(Struct, frozen=True):
    """The number of people in each state; the states add up to ``people``."""

    people: int
    active: int
    invited: int
    inactive: int

    def of(self, state):
        """The number of people in a state; None means all."""
        return self.people if state is None else getattr(self, state)


_KEPT = Prepared(
    own_rows(Counter, Counter.name, Counter.value).where(
        or_(*(Counter.name == name for name in StateCounts.__struct_fields__))
    )
)


def by_state(scope):
    """The StateCounts of the account."""
    kept = dict(_KEPT.tuples(account_id=scope.account_id))
    return StateCounts(*(kept.get(name, 0) for name in StateCounts.__struct_fields__))
