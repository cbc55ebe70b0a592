"""The name of an administrator on the things they did.

Tokens, batches and audit entries hold the name with an id. Other rows hold the name alone; the audit entry of the same
action tells whether it means this person or a namesake, and the name at that time. So audit entries lose the name last.
"""

from typing import NamedTuple

from sqlalchemy import inspect, literal_column, select, true, tuple_, update

from ...audit.log import AuditEntry
from ...database import db
from ..model import (
    Account,
    Batch,
    DeactivationGuard,
    Group,
    Invitation,
    Membership,
    NestedGroup,
    RoleRule,
    ScimToken,
    User,
)
from ..sql.chunks import in_chunks

PIECE = 500  # rows rewritten by one statement


class Piece(NamedTuple):
    """Rows with a signature in ``column``, by their keys within the account. For rows that hold the name alone, ``names``
    are the names to replace; a row with any other name was signed by somebody else meanwhile.
    """

    column: object
    keys: list
    names: tuple = ()


def pieces(scope, row, words, *, after=0, upto=None):
    """The Pieces in which the person (User ``row``) has signed something with another name than ``words``.

    Audit entries, and the rows that they attribute to the person, count from after the number ``after`` up to ``upto``, or
    all.
    """
    deeds = [AuditEntry.actor_id == row.id, AuditEntry.actor_kind == literal_column("'person'")]  # as in the index
    deeds += [AuditEntry.seq > after, AuditEntry.actor_label != words]
    if upto is not None:
        deeds.append(AuditEntry.seq <= upto)
    found = []
    names = tuple(db.session.scalars(scope.select(AuditEntry, AuditEntry.actor_label).where(*deeds).distinct()))
    for column, met in _names_alone(scope, deeds) if names else ():
        found += _cut(scope, column, met, column.in_(names), names=names)
    for model in (ScimToken, Batch):
        label = model.created_by_label
        found += _cut(scope, label, model.created_by_id == row.id, label != words)
    return found + _cut(scope, AuditEntry.actor_label, *deeds)


def blank(scope, piece, words):
    """Replace the name by ``words`` in the rows of a piece."""
    column, model = piece.column, piece.column.class_
    values = {column.key: words} | ({"address": None, "agent": None} if model in (AuditEntry, Batch) else {})
    keys = _keys_of(model)
    met = [keys[0].in_(piece.keys) if len(keys) == 1 else tuple_(*keys).in_(piece.keys)]
    met += [column.in_(piece.names)] if piece.names else []
    statement = update(model).where(_own(scope, model), *met).values(**values)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _names_alone(scope, deeds):
    """``(column, condition)`` of the rows that hold the name alone."""
    done_to = scope.select(AuditEntry, AuditEntry.target_id).where(*deeds)
    people, groups = (scope.select(model, model.seq).where(model.id.in_(done_to)) for model in (User, Group))
    return (
        (User.deactivated_by, User.id.in_(done_to)),
        (User.removed_by, User.id.in_(done_to)),
        (Invitation.invited_by, Invitation.user_seq.in_(people)),
        (Membership.added_by, Membership.group_seq.in_(groups)),
        (NestedGroup.added_by, NestedGroup.group_seq.in_(groups)),
        (RoleRule.created_by, RoleRule.group_seq.in_(groups)),
        (DeactivationGuard.kept_by, DeactivationGuard.token_id.in_(done_to)),
        (Account.scim_paused_by, true()),
    )


def _cut(scope, column, *conditions, names=()):
    keys = _keys_of(column.class_)
    query = select(*keys).where(_own(scope, column.class_), *conditions)
    found = db.session.execute(query).all()
    # Sorted here: for an ORDER BY, SQLite would walk the whole table.
    found = sorted(key[0] if len(keys) == 1 else tuple(key) for key in found)
    return [Piece(column, chunk, names) for chunk in in_chunks(found, PIECE)]


def _keys_of(model):
    return [column for column in inspect(model).primary_key if column.name != "account_id"]


def _own(scope, model):
    return (model.id if model is Account else model.account_id) == scope.account_id
