"""What administrators see of the outbox, and what they can do with a mail that was not sent.

The number of statements is constant at any length: a page continues after the last row of the one before, and counts stop
at ``MANY``, so a hundred thousand sent mails cost no more than a screenful.
"""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import false, func, literal_column, or_, select

from ...database import db
from ...database.statements import Prepared
from ...texts import is_storable
from ..errors import AboveYourRole, NotAllowed
from ..events import MailCancelled, MailRetried
from ..model import OutboxMail, User
from ..page import newest
from ..roles import Permission, may_manage
from ..scope import own_rows
from ..sql.texts import contains
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..user_list import typed_words
from ..words import say

STATES = ("waiting", "retrying", "sent", "failed", "cancelled")
KINDS = (
    "invitation", "invitation_reminder", "password_reset", "password_changed", "email_confirmation", "email_change_asked",
    "email_changed", "second_step_on", "second_step_off", "recovery_code_used", "recovery_codes_made",
    "second_step_guessed", "seats_full", "ownership_transferred", "token_ends", "token_used_after_end",
    "deactivations_stopped", "directory_quiet",
)  # fmt: skip
OPEN = ("waiting", "failed")  # stored states of mails that may still be retried or cancelled
MANY = 10_000  # counts stop here
MOST_AT_ONCE = 100  # mails in one bulk action


class MailSearch(Struct, frozen=True):
    """``state`` is one of STATES, ``kind`` a kind of mail, ``q`` a part of an address or of a person's name.

    ``before`` is a seq: only older mails are shown. None starts at the newest.
    """

    state: str | None = None
    kind: str | None = None
    q: str = ""
    before: int | None = None
    per_page: int = 50


class MailPage(Struct, frozen=True):
    """``older`` is the ``before`` of the next page, None at the end.

    ``people`` is ``{user_seq: User}`` of the recipients.
    """

    items: list
    older: int | None
    people: dict


class Trouble(Struct, frozen=True):
    """The mail server does not answer: since when, its last error, and how many mails wait (MANY at most)."""

    since: datetime
    answer: str
    waiting: int


def find(scope, search):
    """A MailPage. Two statements, for words on Postgres three; one less if nobody is found."""
    scope.require(Permission.VIEW_OUTBOX)
    found = scope.select(OutboxMail, OutboxMail.seq).where(*_conditions(scope, search))
    if search.before is not None:
        found = found.where(OutboxMail.seq < search.before)
    items, older = newest(scope, OutboxMail, found, search.per_page)
    return MailPage(items, older, recipients(scope, items))


def get(scope, mail_id):
    """One mail. Raises NotInAccount."""
    scope.require(Permission.VIEW_OUTBOX)
    return scope.one(OutboxMail, OutboxMail.id == mail_id, kind="mail")


def recipients(scope, mails):
    """``{user_seq: User}`` of the recipients of these mails. No statement for no mails."""
    wanted = {mail.user_seq for mail in mails}
    if not wanted:
        return {}
    return {user.seq: user for user in db.session.scalars(scope.select(User).where(User.seq.in_(wanted)))}


def state_of(mail):
    """One of STATES. A waiting mail that was refused once counts as retrying."""
    return "retrying" if mail.state == "waiting" and mail.last_error is not None else mail.state


def is_in_hand(mail, now):
    """Whether a worker is sending a mail at the moment ``now``, so that it may have left already."""
    return mail.leased_until is not None and mail.leased_until > now


def may_read(scope, person):
    """Whether this actor may read and handle mails to ``person``: weaker roles may not see mails to stronger ones."""
    return person is not None and may_manage(scope.actor.role, person.role)


def counts(scope):
    """``{state: number}`` for each of STATES, at most MANY each. One statement."""
    scope.require(Permission.VIEW_OUTBOX)
    mails = {state: scope.select(OutboxMail, OutboxMail.seq).where(*_of_state(state)) for state in STATES}
    return db.session.execute(_how_many_each(mails)).one()._asdict()


def waiting_count(scope):
    """How many mails wait and how many failed, at most MANY each: ``{"waiting": n, "failed": n}``."""
    return _NOT_SENT.first(account_id=scope.account_id)._asdict()


def trouble(scope):
    """The Trouble with the mail server, None while mails are sent."""
    scope.require(Permission.VIEW_OUTBOX)
    away = scope.select(OutboxMail, OutboxMail.unreachable_since, OutboxMail.last_error).where(
        OutboxMail.unreachable_since.is_not(None), OutboxMail.state == "waiting"
    )
    found = db.session.execute(away.order_by(OutboxMail.unreachable_since).limit(1)).first()
    if found is None:
        return None
    return Trouble(found.unreachable_since, found.last_error or "", waiting_count(scope)["waiting"])


def retry(scope, mail_id):
    """Try a waiting or failed mail at once, unless a worker is at it. Raises NotInAccount, AboveYourRole; NotAllowed if it
    was sent or cancelled.
    """
    return _alter(scope, mail_id, _RETRY)


def cancel(scope, mail_id):
    """Cancel a waiting or failed mail. Raises NotInAccount, AboveYourRole; NotAllowed if it was sent or cancelled, or is
    being sent at this moment.
    """
    return _alter(scope, mail_id, _CANCEL)


def retry_many(scope, mail_ids):
    """Try those of these mails at once that may be tried; returns how many. Only the first MOST_AT_ONCE are considered."""
    return _alter_many(scope, mail_ids, _RETRY)


def cancel_many(scope, mail_ids):
    """Cancel those of these mails that may be cancelled and are not being sent; returns how many. Only the first
    MOST_AT_ONCE are considered.
    """
    return _alter_many(scope, mail_ids, _CANCEL)


_RETRY, _CANCEL = ("waiting", MailRetried), ("cancelled", MailCancelled)
_STATE_WORDS = {"sent": say("sent"), "cancelled": say("cancelled")}


def _alter(scope, mail_id, how):
    scope.require(Permission.VIEW_OUTBOX)
    with unit_of_work(scope) as work:
        mail = scope.one(OutboxMail, OutboxMail.id == mail_id, kind="mail", for_update=True)
        if not may_read(scope, recipients(scope, [mail]).get(mail.user_seq)):
            raise AboveYourRole()
        if mail.state not in OPEN:
            state = _STATE_WORDS.get(mail.state, mail.state)
            raise NotAllowed(say("Only a waiting or failed mail can be changed; this one is %(state)s.", state=state))
        if how is _CANCEL and is_in_hand(mail, work.now):
            raise NotAllowed(
                say("This mail is being sent at this moment. Reload in a few minutes to see what became of it.")
            )
        _apply(work, mail, *how)
    return mail


def _alter_many(scope, mail_ids, how):
    scope.require(Permission.VIEW_OUTBOX)
    with unit_of_work(scope) as work:
        named = (OutboxMail.id.in_(mail_ids[:MOST_AT_ONCE]), OutboxMail.state.in_(OPEN))
        query = scope.select(OutboxMail).where(*named).order_by(OutboxMail.seq).with_for_update()
        mails = db.session.scalars(query.execution_options(populate_existing=True)).all()
        people = recipients(scope, mails)
        possible = [mail for mail in mails if may_read(scope, people.get(mail.user_seq))]
        if how is _CANCEL:
            possible = [mail for mail in possible if not is_in_hand(mail, work.now)]
        for mail in possible:
            _apply(work, mail, *how)
    return len(possible)


def _apply(work, mail, state, event):
    if is_in_hand(mail, work.now):
        return  # a try beside it would be a second mail
    mail.state, mail.next_attempt_at, mail.leased_until, mail.lease_id = state, work.now, None, None
    work.record(event(mail.id, mail.subject))
    if state == "waiting":
        work.owes_mail = True


def _conditions(scope, search):
    found = list(_of_state(search.state)) if search.state else []
    if search.kind:
        found.append(OutboxMail.kind == search.kind)
    if search.q:
        found.append(_named(scope, search.q) if is_storable(search.q) else false())
    return found


def _named(scope, text):
    people = scope.select(User, User.seq).where(typed_words.like(scope, text))
    return or_(contains(OutboxMail.to_key, fold_email(text)), OutboxMail.user_seq.in_(people))


def _of_state(state):
    """The conditions of a state, as in ``state_of``."""
    if state == "retrying":
        # A literal, since the partial index holds these alone and a parameter could be any state.
        return OutboxMail.state == literal_column("'waiting'"), OutboxMail.last_error.is_not(None)
    if state == "waiting":
        return OutboxMail.state == "waiting", OutboxMail.last_error.is_(None)
    return (OutboxMail.state == state,)


def _how_many_each(mails):
    """A statement that counts what each of ``{name: select of seqs}`` finds, up to MANY."""
    counted = {name: select(func.count()).select_from(found.limit(MANY).subquery()) for name, found in mails.items()}
    return select(*(count.scalar_subquery().label(name) for name, count in counted.items()))


_NOT_SENT = Prepared(
    _how_many_each({state: own_rows(OutboxMail, OutboxMail.seq).where(OutboxMail.state == state) for state in OPEN})
)
