"""The name of an administrator beside what they did.

Tokens, batches and records hold it with an id. Other rows hold the name alone; the record of the same deed tells whether it is
this person's or a namesake's, and the name that they had then.
"""

from sqlalchemy import literal_column, true, update

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


def blank(scope, row, words):
    """Put ``words`` in place of a person's name wherever it signs something; ``row`` is the User."""
    deeds = (AuditEntry.actor_id == row.id, AuditEntry.actor_kind == literal_column("'person'"))  # as the index has it
    _blank_names_alone(scope, deeds, words)
    for model in (ScimToken, Batch):
        _change(scope, model, model.created_by_id == row.id, created_by_label=words)
    _change(scope, AuditEntry, *deeds, actor_label=words, address=None, agent=None)


def _blank_names_alone(scope, deeds, words):
    names = db.session.scalars(scope.select(AuditEntry, AuditEntry.actor_label).where(*deeds).distinct()).all()
    if not names:
        return
    done_to = scope.select(AuditEntry, AuditEntry.target_id).where(*deeds)
    people, groups = (scope.select(model, model.seq).where(model.id.in_(done_to)) for model in (User, Group))
    for column, met in (
        (User.deactivated_by, User.id.in_(done_to)),
        (User.removed_by, User.id.in_(done_to)),
        (Invitation.invited_by, Invitation.user_seq.in_(people)),
        (Membership.added_by, Membership.group_seq.in_(groups)),
        (NestedGroup.added_by, NestedGroup.group_seq.in_(groups)),
        (RoleRule.created_by, RoleRule.group_seq.in_(groups)),
        (DeactivationGuard.kept_by, DeactivationGuard.token_id.in_(done_to)),
        (Account.scim_paused_by, true()),
    ):
        _change(scope, column.class_, met, column.in_(names), **{column.key: words})


def _change(scope, model, *conditions, **values):
    own = (model.id if model is Account else model.account_id) == scope.account_id
    # An administrator may have signed 100,000 entries: none of them is read back for the session.
    unread = {"synchronize_session": False} if model is AuditEntry else {}
    db.session.execute(update(model).where(own, *conditions).values(**values), execution_options=unread)
