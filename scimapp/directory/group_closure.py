"""Groups reached from groups: those in them at any depth, or those around them."""

from sqlalchemy import select

from .model import Group, NestedGroup


def closure(scope, seqs, *, down):
    """A select of the seqs of these groups and of all groups in them (``down``) or around them."""
    here, there = NestedGroup.group_seq, NestedGroup.member_seq
    if not down:
        here, there = there, here
    reached = scope.select(Group, Group.seq.label("seq")).where(Group.seq.in_(seqs)).cte(recursive=True)
    reached = reached.union(scope.select(NestedGroup, there).join(reached, reached.c.seq == here))
    return select(reached.c.seq)
