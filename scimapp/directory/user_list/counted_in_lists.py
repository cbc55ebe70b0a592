"""People who meet conditions on values, counted from the lists of them, on Postgres.

To look each of them up among all people, for the state, takes three times what the list of them takes, and more where Postgres
expects few. Who is not active is in a list as well, and one is laid over the other; everybody else found is active.
"""

from sqlalchemy import except_, func, intersect, select

from ...database import db
from .. import kept_counts
from ..kept_counts import StateCounts
from ..links import standings
from ..model import User
from . import user_filters
from .user_filters import NEGATED

_NOT_ACTIVE = ("invited", "inactive")


def count(scope, conditions, groups=()):
    """``(StateCounts, expired, bounced)`` as of ``search.count_with_invites``, of the people who meet ``conditions`` and are in each of
    ``groups``, selects of numbers. None for conditions that are not all on values, and for several that all say what nobody may have.

    Two statements at most, besides those of ``user_filters.of_values``.
    """
    if len(conditions) > 1 and not groups and all(condition.operator in NEGATED for condition in conditions):
        return None  # long lists, of which one more would have to be made
    lists = user_filters.of_values(scope, conditions)
    if lists is None:
        return None
    met, unmet = [*groups, *([] if lists[0] is None else [lists[0]])], lists[1]
    found = intersect(*met) if len(met) > 1 else met[0] if met else unmet[0]
    if met and unmet:
        found = except_(found, *unmet)
    elif not groups and len(conditions) == 1 and conditions[0].attribute.is_multi_valued:  # else nobody is in it twice
        found = found.distinct()
    people, *rest = db.session.execute(_laid_over(scope, found.subquery(), is_meant=bool(met))).one()
    if not met:
        people = kept_counts.by_state(scope).people - people
    invited, inactive, expired, bounced = rest
    return StateCounts(people, people - invited - inactive, invited, inactive), expired, bounced


def _laid_over(scope, found, is_meant):
    """A select of one row: how many numbers there are in ``found``, and how many people are invited and inactive, and of how many
    the invitation expired and bounced: of those in it or, unless ``is_meant``, of all others.
    """
    others = scope.select(User, User.seq, User.state).where(User.state.in_(_NOT_ACTIVE))
    others = others.with_statement_hint("OFFSET 0", "postgresql").subquery()  # one list, whatever it is joined with
    seq = found.c[0]
    # Rows of either list stay, so that they are hashed: expecting one, Postgres would compare each with each.
    both = found.join(others, others.c.seq == seq, full=True)
    are_these = seq.is_not(None) if is_meant else seq.is_(None)
    counts = [func.count().filter(are_these, others.c.state == state) for state in _NOT_ACTIVE]
    invited = (are_these, others.c.state == "invited")
    counts += [func.count().filter(*invited, others.c.seq.in_(seqs)) for seqs in standings.in_vain(scope)]
    return select(func.count(seq), *counts).select_from(both)
