"""Mailed links that work once: to set a new password, and to confirm an address.

The secret in a link is derived like an invitation's, so the database holds only a hash. A link ends when it expires or
is used, when the next one of its kind is issued, and with everything that ends the person's access.
"""

from datetime import timedelta

from sqlalchemy import bindparam, select, update

from ...database import db, flush
from ...database.statements import Prepared
from .. import clock, secrets
from ..availability import note
from ..errors import LinkNotUsable
from ..ids import new_id
from ..model import Account, OneTimeLink, User
from ..outbox import outbox
from ..sql.lists import among, json_list
from ..upkeep import deletions

PASSWORD, EMAIL = "password", "email"
LIFETIMES = {PASSWORD: timedelta(minutes=60), EMAIL: timedelta(hours=24)}
MAILS = {PASSWORD: "password_reset", EMAIL: "email_confirmation"}  # kind of link → the kind of mail that carries it
KEPT = timedelta(days=30)  # after a link has ended
_VOID_OPEN = Prepared(
    update(OneTimeLink)
    .where(
        OneTimeLink.account_id == bindparam("in_account"),
        OneTimeLink.user_seq == bindparam("of_seq"),
        among(OneTimeLink.kind, bindparam("kinds")),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.voided_at.is_(None),
    )
    .values(voided_at=bindparam("now"))
)


def link_token(link):
    """The secret part of a link."""
    return secrets.derive(f"{link.kind} link", link.id, link.nonce)


def issue(work, row, kind, email):
    """Make a link for a person; an open one of the same kind stops working. ``email`` is the recipient."""
    void_open(work, [row.seq], kind)
    link = OneTimeLink(
        account_id=row.account_id,
        id=new_id(),
        kind=kind,
        user_seq=row.seq,
        email=email,
        nonce=secrets.new_nonce(),
        created_at=work.now,
        expires_at=work.now + LIFETIMES[kind],
    )
    link.token_hash = secrets.digest(link_token(link))
    db.session.add(link)
    return link


def void_open(work, user_seqs, kind=None):
    """Void the open links of people, of one kind or all kinds, and cancel the mails that carry them."""
    kinds = [kind] if kind else list(MAILS)
    void_links(work, user_seqs, kinds)
    outbox.cancel_waiting(work, user_seqs, [MAILS[kind] for kind in kinds])


def void_links(work, user_seqs, kinds=tuple(MAILS)):
    """As ``void_open``, for people without such mails waiting or whose mails are cancelled elsewhere."""
    flush()
    which = {"in_account": work.scope.account_id, "kinds": json_list(kinds), "now": work.now}
    _VOID_OPEN.send_many([which | {"of_seq": seq} for seq in user_seqs])


def newest(scope, user, kind):
    """The newest link of a kind issued to a person, or None."""
    query = scope.select(OneTimeLink).where(OneTimeLink.user_seq == user.seq, OneTimeLink.kind == kind)
    return db.session.scalars(query.order_by(OneTimeLink.seq.desc()).limit(1)).first()


def made_since(scope, user, kind, moment):
    """The moments after ``moment``, up to now, when links of a kind were made for a person, used and void ones included."""
    mine = (OneTimeLink.user_seq == user.seq, OneTimeLink.kind == kind)
    lately = (OneTimeLink.created_at > moment, OneTimeLink.created_at <= clock.now())
    return list(db.session.scalars(scope.select(OneTimeLink, OneTimeLink.created_at).where(*mine, *lately)))


def is_open(link, user, now):
    """Whether a link may still be used. Expiry is checked here, at use; it does not depend on a clean-up."""
    unused = link.used_at is None and link.voided_at is None
    goes_to_them = link.kind == EMAIL or link.email == user.email
    return unused and now < link.expires_at and user.active and user.scim_id is not None and goes_to_them


def find_usable(token, kind):
    """``(link, user, account)`` behind a link. Changes nothing: mail scanners open links. Raises LinkNotUsable."""
    if not secrets.is_well_formed(token):
        raise LinkNotUsable(kind)
    query = (
        select(OneTimeLink, User, Account)
        .join(User, (User.account_id == OneTimeLink.account_id) & (User.seq == OneTimeLink.user_seq))
        .join(Account, Account.id == User.account_id)
        .where(OneTimeLink.token_hash == secrets.digest(token), OneTimeLink.kind == kind)
    )
    found, now = db.session.execute(query).first(), clock.now()
    if found is None or not is_open(found.OneTimeLink, found.User, now):
        if found is not None and now >= found.OneTimeLink.expires_at:
            _end_for_good(found.OneTimeLink, now)
        raise LinkNotUsable(kind)
    return tuple(found)


def _end_for_good(link, now):
    """Void an expired link that was refused, so that it stays refused even if the clock is set back."""
    if link.voided_at is None:
        mine = (OneTimeLink.account_id == link.account_id, OneTimeLink.id == link.id, OneTimeLink.voided_at.is_(None))
        note(update(OneTimeLink).where(*mine).values(voided_at=now))


def use_up(work, token, kind):
    """Lock the person and the link, and mark the link as used; returns ``(row, link)``. Raises LinkNotUsable."""
    scope = work.scope
    row = scope.one(User, User.id == scope.actor.id, kind="person", for_update=True)
    wanted = (OneTimeLink.token_hash == secrets.digest(token), OneTimeLink.user_seq == row.seq)
    link = scope.one(OneTimeLink, *wanted, for_update=True)
    if not is_open(link, row, work.now):  # it may have been used since the look-up
        raise LinkNotUsable(kind)
    link.used_at = work.now
    return row, link


def prune(account_id):
    """Delete links of an account that ended long ago; returns how many."""
    return deletions.delete_where(account_id, OneTimeLink.seq, OneTimeLink.expires_at < clock.now() - KEPT)
