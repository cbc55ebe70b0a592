"""The name of an erased person who gave or received the ownership of the account, in the audit entry and mails about it."""

from sqlalchemy import func, literal, literal_column, update

from ...audit.log import AuditEntry
from ...database import db
from ..accounts.account_owner import MAIL
from ..events import OwnershipTransferred
from ..model import OutboxMail


def blank(scope, row, words):
    """Replace the name by ``words``, before the audit entries about the person lose it; ``row`` is the User."""
    transfers = scope.select(AuditEntry).where(AuditEntry.event == OwnershipTransferred.name)
    given = (AuditEntry.actor_id == row.id, AuditEntry.actor_kind == literal_column("'person'"))
    for entry in db.session.scalars(transfers.where(*given)):
        entry.changes = [change | {"before": words} for change in entry.changes or ()] or None
    for entry in db.session.scalars(transfers.where(AuditEntry.target_id == row.id)).all():
        begins = f"{entry.target_label} "
        mails = (OutboxMail.account_id == scope.account_id, OutboxMail.kind == MAIL)
        _begin(update(OutboxMail).where(*mails), OutboxMail.subject, begins, words)
        records = (AuditEntry.account_id == scope.account_id, AuditEntry.target_kind == "mail")
        _begin(update(AuditEntry).where(*records), AuditEntry.target_label, begins, words)


def _begin(statement, column, begins, words):
    """Replace the name at the beginning of texts by ``words``."""
    values = {column.key: literal(words).concat(func.substr(column, len(begins)))}
    db.session.execute(
        statement.where(func.substr(column, 1, len(begins)) == begins).values(**values),
        execution_options={"synchronize_session": False},
    )
