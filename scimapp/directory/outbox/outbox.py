"""Mails that are owed. A row is written in the transaction of the change; a worker leases it, sends it and marks it.

Every committed mail is sent at least once, and none from a change that was rolled back. If a worker crashes between
sending and marking, the mail is sent again under the same Message-ID.
"""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import bindparam, or_, select, update

from ...database import db, flush, writing
from ...database.inserts import PreparedRows
from ...database.statements import Prepared
from .. import clock
from ..connection.providers import PROVIDERS
from ..errors import NotInAccount
from ..ids import new_id
from ..model import Account, Invitation, OneTimeLink, OutboxMail, ScimToken, User
from ..people.own_zone import ZONE, in_use
from ..roles import Role
from ..scope import own_rows, server_scope
from ..sql.few_people import with_role
from ..sql.lists import among, json_list
from ..text_keys import fold_email

TOKEN_ENDS, TOKEN_USED_AFTER_END = "token_ends", "token_used_after_end"
LONGEST_SUBJECT = 400  # characters; directories may send names of thousands
LONGEST_PAUSE = timedelta(hours=25)  # longer than any retry: a mail is tried for 24 hours
_COLUMNS = tuple(column.key for column in OutboxMail.__table__.columns if column.key != "seq")
_ADD = PreparedRows(OutboxMail, _COLUMNS)
_EMPTY = dict.fromkeys(_COLUMNS)
_CANCEL = Prepared(
    update(OutboxMail)
    .where(
        OutboxMail.account_id == bindparam("account_id"),
        # Find the person's mails first and use no index for the rest: SQLite would scan everybody's waiting mails.
        OutboxMail.seq.in_(own_rows(OutboxMail, OutboxMail.seq).where(OutboxMail.user_seq == bindparam("of_seq"))),
        among(OutboxMail.kind, bindparam("kinds")),
        OutboxMail.state.concat("") == "waiting",
    )
    .values(lease_id=None, state="cancelled")
)
_DUE = select(OutboxMail).where(
    OutboxMail.state == "waiting",
    OutboxMail.next_attempt_at <= bindparam("now"),
    or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until < bindparam("now")),
)
_DUE_NOW = Prepared(_DUE.with_only_columns(OutboxMail.seq).limit(1))


class MailMaterial(Struct, frozen=True):
    """Everything that a message is written from.

    ``link`` is the Invitation or OneTimeLink in the mail, None for a plain notice. ``invited_by`` is the name of the person
    who invited; if no person did, ``provisioned_by`` is the label of the directory that manages the recipient, if any.
    ``token`` is the ScimToken that the mail is about, None for most mails.
    """

    account_id: str
    account_name: str
    user_id: str
    given_name: str
    display_name: str
    email: str  # the address in use now
    language: str
    zone: str | None  # the name of the time zone in use
    reply_to: str | None
    owner_name: str
    link: Invitation | OneTimeLink | None
    invited_by: str | None = None
    provisioned_by: str | None = None
    token: ScimToken | None = None

    def link_has_ended(self, moment):
        """Whether the link was used or withdrawn, or has expired."""
        link = self.link
        used_at = link.accepted_at if isinstance(link, Invitation) else link.used_at
        return bool(used_at or link.voided_at or link.expires_at <= moment)


def queue(work, row, kind, subject, *, invitation_id=None, link_id=None, token_id=None, to=None):
    """Queue a mail to a person, at the address in use or at ``to``; it is sent after the commit."""
    flush()  # writes the link that the mail carries
    mail_id, address = new_id(), to or row.email
    said = {
        "account_id": row.account_id,
        "id": mail_id,
        "kind": kind,
        "user_seq": row.seq,
        "invitation_id": invitation_id,
        "link_id": link_id,
        "token_id": token_id,
        "to_address": address,
        "to_key": fold_email(address),
        "subject": _one_line(subject),
        "message_id": f"<{mail_id}@scimapp>",
        "state": "waiting",
        "attempts": 0,
        "next_attempt_at": work.now,
        "created_at": work.now,
    }
    _ADD.gather(_EMPTY | said)
    work.owes_mail = True


def _one_line(subject):
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def cancel_waiting(work, user_seqs, kinds=None):
    """Cancel the waiting mails to these people, of some kinds or all."""
    flush()
    if kinds is None:
        _settle(work.scope, user_seqs, state="cancelled")
    else:
        which = {"account_id": work.scope.account_id, "kinds": json_list(kinds)}
        _CANCEL.send_many([which | {"of_seq": seq} for seq in user_seqs])


def cancel_about(work, token_id):
    """Cancel the waiting mails about a SCIM token."""
    _cancel(work, OutboxMail.token_id == token_id)


def cancel_kind(work, kind):
    """Cancel the waiting mails of one kind, to all recipients."""
    _cancel(work, OutboxMail.kind == kind)


def _cancel(work, condition):
    waiting = (OutboxMail.account_id == work.scope.account_id, OutboxMail.state == "waiting")
    db.session.flush()
    db.session.execute(update(OutboxMail).where(*waiting, condition).values(lease_id=None, state="cancelled"))


def pretend_sent(work, row, refusal=None):
    """Close the waiting mails to an invented person as if they were sent, so that the demo mails nobody; with a
    ``refusal``, as if a mail server had refused them. Mails never tried cause no reminder either
    (``links.invitation_reminders``).
    """
    refused = {"state": "failed", "last_error": refusal, "attempts": 1}
    _settle(work.scope, [row.seq], **refused if refusal else {"state": "sent", "sent_at": work.now})


def _settle(scope, user_seqs, **values):
    theirs = scope.select(OutboxMail, OutboxMail.seq).where(OutboxMail.user_seq.in_(user_seqs))
    # As in ``_CANCEL``: by the state, SQLite would read every mail of the account.
    waiting = (OutboxMail.seq.in_(theirs), OutboxMail.state.concat("") == "waiting")
    closing = update(OutboxMail).where(OutboxMail.account_id == scope.account_id, *waiting)
    db.session.flush()
    closing = closing.values(lease_id=None, **values)
    db.session.execute(closing, execution_options={"synchronize_session": False})


def lease(limit=10, seconds=60):
    """Lease up to ``limit`` due mails of any account for ``seconds``; other workers leave them alone meanwhile."""
    now = clock.now()
    if _DUE_NOW.first(now=now) is None:  # without work, no write lock is taken
        return []
    due = _DUE.order_by(OutboxMail.next_attempt_at, OutboxMail.seq).limit(limit)
    with writing():
        mails = db.session.scalars(due.with_for_update(skip_locked=True), {"now": now}).all()
        for mail in mails:
            mail.lease_id = new_id()
            mail.leased_until = now + timedelta(seconds=seconds)
            mail.attempts += 1
    return mails


def bring_back(account_id):
    """Make mails due that a fast clock has put off for longer than any pause; returns how many."""
    scope, now = server_scope(account_id), clock.now()
    latest = now + LONGEST_PAUSE
    is_far = or_(OutboxMail.created_at > now, OutboxMail.next_attempt_at > latest, OutboxMail.leased_until > latest)
    far = scope.select(OutboxMail, OutboxMail.seq).where(OutboxMail.state == "waiting", is_far)
    is_there = db.session.scalar(far.limit(1)) is not None
    db.session.close()
    if not is_there:
        return 0
    with writing():
        mine = (OutboxMail.account_id == account_id, OutboxMail.seq.in_(far))
        again = {"next_attempt_at": now, "leased_until": None, "lease_id": None}
        return db.session.execute(update(OutboxMail).where(*mine).values(**again)).rowcount


def mark_sent(mail, subject=None):
    """Close a leased mail; False if the lease was lost meanwhile. ``subject`` is the one sent.

    A mail that a change cancelled while it was being sent has left as well, so it counts as sent.
    """
    said = {"subject": subject} if subject else {}
    mine = or_(OutboxMail.lease_id == mail.lease_id, OutboxMail.state == "cancelled")
    return _close(mail, mine, state="sent", sent_at=clock.now(), last_error=None, unreachable_since=None, **said)


def mark_failed(mail, error, retry_in, *, is_server_away=False):
    """Note a failure. ``retry_in`` is the pause in seconds before the next try; None gives up."""
    now = clock.now()
    state = "failed" if retry_in is None else "waiting"
    since = (mail.unreachable_since or now) if is_server_away and retry_in is not None else None
    next_attempt = now + timedelta(seconds=retry_in or 0)
    mine = OutboxMail.lease_id == mail.lease_id
    return _close(
        mail, mine, state=state, next_attempt_at=next_attempt, last_error=error[:500], unreachable_since=since
    )


def server_is_back():
    """Called when a mail got through: mails that wait because the server was away are tried at once."""
    waits = (OutboxMail.unreachable_since.is_not(None), OutboxMail.state == "waiting")
    accounts = db.session.scalars(select(OutboxMail.account_id).where(*waits).distinct()).all()
    db.session.close()
    for account_id in accounts:
        with writing():
            mine = (OutboxMail.account_id == account_id, *waits)
            again = {"unreachable_since": None, "next_attempt_at": clock.now()}
            db.session.execute(update(OutboxMail).where(*mine).values(**again))


def _close(mail, is_mine, **values):
    named = (OutboxMail.account_id == mail.account_id, OutboxMail.seq == mail.seq)
    closing = update(OutboxMail).where(*named, is_mine)
    with writing():
        done = db.session.execute(closing.values(leased_until=None, lease_id=None, **values))
    return done.rowcount == 1


def material(mail):
    """The MailMaterial for ``mail``. Raises NotInAccount if the person or the link is gone."""
    query = (
        select(User, Account, Invitation, OneTimeLink, ScimToken, ZONE)
        .join(Account, Account.id == User.account_id)
        .outerjoin(Invitation, _carried_by(Invitation, mail.invitation_id))
        .outerjoin(OneTimeLink, _carried_by(OneTimeLink, mail.link_id))
        .outerjoin(ScimToken, (ScimToken.account_id == User.account_id) & (ScimToken.id == mail.token_id))
        .where(User.account_id == mail.account_id, User.seq == mail.user_seq)
    )
    found = db.session.execute(query).first()
    if found is None or (found.Invitation or found.OneTimeLink) is None and (mail.invitation_id or mail.link_id):
        raise NotInAccount("mail")
    user, account, invitation, link, token, zone = found
    owner = select(User.display_name).where(User.account_id == account.id, with_role(Role.OWNER.value))
    invited_by = invitation.invited_by if invitation else None
    return MailMaterial(
        account_id=account.id,
        account_name=account.name,
        user_id=user.id,
        given_name=user.given_name,
        display_name=user.display_name,
        email=user.email or "",
        language=user.language or account.language,
        zone=in_use(zone, account.time_zone),
        reply_to=account.reply_to,
        owner_name=db.session.scalars(owner).first() or account.name,
        link=invitation or link,
        invited_by=invited_by,
        provisioned_by=PROVIDERS.get(user.connection_id) if invitation and not invited_by else None,
        token=token,
    )


def _carried_by(model, link_id):
    return (model.account_id == User.account_id) & (model.user_seq == User.seq) & (model.id == link_id)
