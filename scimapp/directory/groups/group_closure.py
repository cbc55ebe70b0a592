"""Groups reached from groups: those in them at any depth, or those around them."""

from sqlalchemy import select

from ..model import Group, NestedGroup


def closure(scope, seqs, *, down):
    """A select of the seqs of these groups and of all groups in them (``down``) or around them."""
    here, there = NestedGroup.group_seq, NestedGroup.member_seq
    if not down:
        here, there = there, here
    reached = scope.select(Group, Group.seq.label("seq")).where(Group.seq.in_(seqs)).cte(recursive=True)
    reached = reached.union(scope.select(NestedGroup, there).join(reached, reached.c.seq == here))
    return select(reached.c.seq)


def pairs(scope):
    """A CTE of ``(inner, outer)``: the seqs of every group that is in another one, at any depth."""
    direct = scope.select(NestedGroup, NestedGroup.member_seq.label("inner"), NestedGroup.group_seq.label("outer"))
    reached = direct.cte(recursive=True)  # nameless: a filter may ask twice
    further = scope.select(NestedGroup, reached.c.inner, NestedGroup.group_seq)
    return reached.union(further.join(reached, reached.c.outer == NestedGroup.member_seq))
