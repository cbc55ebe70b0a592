"""What follows from activating and deactivating a person.

Deactivation ends every session and open link in the same transaction.
"""

from sqlalchemy import bindparam, exists, update

from ...database import flush
from ...database.statements import Prepared
from ..events import UserActivated, UserDeactivated
from ..ids import new_id
from ..links import email_changes, invitations, one_time_links
from ..model import Invitation, OneTimeLink, OutboxMail, User, UserSession
from ..outbox import outbox
from ..scope import own_rows
from ..states import restate

_CARRY_LINKS = (*invitations.MAILS, *one_time_links.MAILS.values())  # kinds of mails


def _has(model, *conditions):
    theirs = (model.account_id == User.account_id, model.user_seq == User.seq)
    return exists().where(*theirs, *conditions).correlate(User)


# Asked first, since most people have nothing open that must end.
_OPEN = Prepared(
    own_rows(
        User,
        _has(Invitation, Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None)).label("invitation"),
        _has(OneTimeLink, OneTimeLink.used_at.is_(None), OneTimeLink.voided_at.is_(None)).label("link"),
        # The concatenation keeps SQLite from reading all waiting mails through the index of states.
        _has(OutboxMail, OutboxMail.state.concat("") == "waiting").label("mail"),
        _has(UserSession, UserSession.ended_at.is_(None)).label("session"),
    ).where(User.seq == bindparam("of_seq"))
)
_END_SESSIONS = Prepared(
    update(UserSession)
    .where(
        UserSession.account_id == bindparam("in_account"),
        UserSession.user_seq == bindparam("of_seq"),
        UserSession.ended_at.is_(None),
    )
    .values(ended_at=bindparam("now"))
)


def switch(work, row, active, has_open=None):
    """Activate or deactivate a person. The caller has checked that this is a change and that it is allowed. For ``has_open``
    see ``end_access``.
    """
    if not active:
        end_access(work, row, has_open=has_open)
        return
    row.active = True
    row.deactivated_at = row.deactivated_by = None
    if row.scim_id is None:
        return_to_view(work, row)
        if not work.scope.actor.is_token:
            row.connection_id = None  # the directory has let this person go; it may link to the record again
    restate(work, row)
    work.record(UserActivated(row.id, row.display_name))
    if not work.scope.actor.is_token or work.account.invite_provisioned:
        invitations.issue_if_needed(work, row)
    email_changes.remind(work, row)


def return_to_view(work, row):
    """Give a removed person a new SCIM id: ids are never reused (RFC 7643 §3.1)."""
    row.scim_id = new_id()
    row.removed_at = row.removed_by = None
    work.count("scim_users", +1)
    work.count("scim_shifts", +1)


def leave_view(work):
    """Count that a person is no longer a SCIM resource."""
    work.count("scim_users", -1)
    work.count("scim_shifts", +1)


def soon_open(row):
    """What of a locked person is open, as a Soon."""
    flush()
    return _OPEN.soon(account_id=row.account_id, of_seq=row.seq)


def end_access(work, row, *, quietly=False, has_open=None):
    """Make a person inactive. With ``quietly``, only the caller's own event is recorded.

    ``has_open`` is what ``soon_open`` returned, if this unit has opened nothing since.
    """
    was_active = row.active
    row.active = False
    row.session_epoch += 1
    if was_active:
        row.deactivated_at, row.deactivated_by = work.now, work.scope.actor.label
    restate(work, row)
    flush()
    has_open = has_open.first() if has_open else _OPEN.first(account_id=row.account_id, of_seq=row.seq)
    if has_open.mail:
        outbox.cancel_waiting(work, [row.seq], _CARRY_LINKS)
    if has_open.invitation:
        invitations.void_links(work, row, "deactivated")
    if has_open.link:
        one_time_links.void_links(work, [row.seq])
    if has_open.session:
        end_sessions(work, row)
    if not quietly:
        work.record(UserDeactivated(row.id, row.display_name))


def end_sessions(work, row):
    """End every session of a person."""
    _END_SESSIONS.send(in_account=row.account_id, of_seq=row.seq, now=work.now)
