"""Finds the few people who were changed or added between moments, on Postgres, with a plan that it keeps.

"Who has changed since" is what a directory asks again and again. Shown the moments, Postgres makes a plan for each of them,
which takes several times as long as the answer. A plan for all moments expects a third of everybody, and then walks past
everybody in the order of a page.
"""

from sqlalchemy import literal_column, select
from sqlalchemy.sql.operators import and_, ge, gt, le, lt

from ...database import current_engine
from ..model import User
from .reading import shown_people

_MOMENTS = (User.updated_at, User.created_at)  # each has an index of its own
_ORDERING = frozenset((gt, ge, lt, le))
_ONE_MORE_THAN_FEW = literal_column("21")  # FEW + 1, where the planner sees it


def answers_quickly():
    """Whether this statement is useful here. SQLite has one for any condition, and plans by the form of a statement."""
    return current_engine().dialect.name == "postgresql"


def statement(condition, with_groups=True):
    """The first people whom clients see and who meet a condition that only compares one moment: at most FEW and one more, as
    rows like ``reading.Person``. None for any other condition.

    They come in the order of an index, so that the limit ends the walk whatever Postgres expects. The limit stands in the text
    and each moment in a SELECT of its own, where the planner does not see it: the plan for all moments then looks as good as
    one for these, and is kept (decision 0151).
    """
    terms = condition.clauses if getattr(condition, "operator", None) is and_ else (condition,)
    column = next((one for one in _MOMENTS if all(_bounds(term, one) for term in terms)), None)
    if column is None:
        return None
    bounds = [term.operator(column, select(term.right).scalar_subquery()) for term in terms]
    seen = User.scim_id.is_not(None)
    return shown_people(with_groups).where(seen, *bounds).order_by(column).limit(_ONE_MORE_THAN_FEW)


def _bounds(term, column):
    return getattr(term, "operator", None) in _ORDERING and term.left.compare(column.expression)
