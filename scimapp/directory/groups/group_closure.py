"""Groups reached from other groups, at any depth: those inside them or those around them."""

from sqlalchemy import select

from ..model import Group, NestedGroup


def closure(scope, seqs, *, down):
    """A select of the seqs of these groups and of all groups inside them (``down``) or around them."""
    here, there = NestedGroup.group_seq, NestedGroup.member_seq
    if not down:
        here, there = there, here
    reached = scope.select(Group, Group.seq.label("seq")).where(Group.seq.in_(seqs)).cte(recursive=True)
    reached = reached.union(scope.select(NestedGroup, there).join(reached, reached.c.seq == here))
    return select(reached.c.seq)


def pairs(scope, condition=None):
    """A CTE of ``(inner, outer)``: the seqs of every group that is inside another one, at any depth.

    With a condition on Group, only pairs whose outer group meets it; the search starts from those outer groups.
    """
    direct = scope.select(NestedGroup, NestedGroup.member_seq.label("inner"), NestedGroup.group_seq.label("outer"))
    if condition is not None:
        direct = direct.where(NestedGroup.group_seq.in_(scope.select(Group, Group.seq).where(condition)))
    reached = direct.cte(recursive=True)  # no name, since a filter may use it twice
    further = scope.select(NestedGroup, NestedGroup.member_seq, reached.c.outer)
    return reached.union(further.join(reached, reached.c.inner == NestedGroup.group_seq))
