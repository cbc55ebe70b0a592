"""The one intended search across accounts: the people who may own an e-mail address that somebody signs in with."""

from sqlalchemy import select, update

from ...database import db, writing
from ..events import SignedIn
from ..model import Account, User
from ..scope import server_scope
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work


def candidates(email):
    """The people with this address and a password, in every account: ``[(User, account name)]``."""
    query = (
        select(User, Account.name)
        .join(Account, Account.id == User.account_id)
        .where(User.email_key == fold_email(email), User.scim_id.is_not(None), User.password_hash.is_not(None))
        .order_by(Account.name, User.seq)
    )
    return [tuple(row) for row in db.session.execute(query)]


def may_sign_in(user):
    """Whether a correct password is enough: inactive people stay out, and those with a new address confirm it first."""
    return user.active and user.unconfirmed_since is None


def find_again(account_id, user_id, epoch, last_sign_in):
    """The person who typed a correct password a few minutes ago, if it would still be accepted; otherwise None.

    ``epoch`` is the row's at that time, so another password or role ends the sign-in. ``last_sign_in``, in seconds, lets it
    lead to one session at most.
    """
    scope = server_scope(account_id, "Sign-in page")
    theirs = (User.id == user_id, User.session_epoch == epoch, User.scim_id.is_not(None))
    user = db.session.scalars(scope.select(User).where(*theirs)).first()
    return user if user is not None and may_sign_in(user) and last_signed_in(user) == last_sign_in else None


def last_signed_in(user):
    """When the person last signed in, in seconds; None for never."""
    return user.last_sign_in_at and user.last_sign_in_at.timestamp()


def note_sign_in(scope, user):
    """Remember that a person signed in."""
    with unit_of_work(scope) as work:
        mine = (User.account_id == scope.account_id, User.id == user.id)
        db.session.execute(update(User).where(*mine).values(last_sign_in_at=work.now))
        work.record(SignedIn(user.id, user.display_name))


def own_row(scope):
    """The row of the acting person."""
    return scope.one(User, User.id == scope.actor.id, kind="person")


def replace_password_hash(user, password_hash):
    """Store another hash of the same password: a stronger one, or one with the salt of another account."""
    from_before = (User.account_id == user.account_id, User.id == user.id, User.password_hash == user.password_hash)
    with writing() as session:
        session.execute(update(User).where(*from_before).values(password_hash=password_hash))
