"""People change their own address: a link goes to the new one, and the old one stays in use until the link is opened."""

from msgspec import Struct

from ...database import db
from .. import addresses
from ..changes import UserChanges
from ..connection.providers import product
from ..errors import EmailTaken, InvalidValue, Managed, UserNameTaken
from ..events import ConfirmationSent, EmailConfirmed
from ..model import Account, User
from ..outbox import outbox
from ..people import person_rows, users
from ..people.profile import MAXIMUM_EMAIL, unseen_in
from ..scope import own_scope
from ..sign_in.second_step import locked
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say
from . import new_addresses, one_time_links
from .one_time_links import EMAIL


class UsableConfirmation(Struct, frozen=True):
    """What the page behind a link shows about it."""

    account_name: str
    user_id: str
    email: str
    display_name: str


def ask(scope, email, *, epoch=None):
    """Send a link to ``email``, the address that the acting person wants to use; the current address gets a notice.

    Raises InvalidValue, EmailTaken, Managed; NotAllowed as ``second_step.locked``, since a session that has ended would
    otherwise leave a link to the address of whoever had it.
    """
    if addresses.cannot_be_mailed(email) or len(email) > MAXIMUM_EMAIL or unseen_in(email):
        raise InvalidValue(
            "email", say("“%(email)s” is not an e-mail address. Write it as name@example.com.", email=email)
        )
    with unit_of_work(scope) as work:
        row = locked(scope, epoch)
        if fold_email(email) == row.email_key:
            raise InvalidValue("email", say("This is your address already."))
        if is_managed(scope, row):
            raise Managed("email", product(row.connection_id))
        taken = scope.select(User, User.id).where(User.email_key == fold_email(email), User.scim_id.is_not(None))
        if db.session.scalar(taken) is not None:
            raise EmailTaken(email)
        account = db.session.get(Account, row.account_id)
        link = one_time_links.issue(work, row, EMAIL, email)
        subject = f"Confirm your e-mail address for {account.name}"
        outbox.queue(work, row, "email_confirmation", subject, link_id=link.id, to=email)
        if row.email:
            outbox.queue(work, row, "email_change_asked", "Your e-mail address is about to change", link_id=link.id)
        work.record(ConfirmationSent(row.id, row.display_name))
    return link


def is_managed(scope, row):
    """Whether only the directory can change the person's address."""
    holder = "emails" if users.document(scope, row).core.get("emails") else "userName"
    return holder in users.managed_values(scope, row)


def withdraw(scope):
    """Cancel the change; the link stops working."""
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == scope.actor.id, kind="person", for_update=True)
        new_addresses.withdraw(work, row)


def find_usable(token):
    """The UsableConfirmation behind a link. Raises LinkNotUsable."""
    link, user, account = one_time_links.find_usable(token, EMAIL)
    return UsableConfirmation(account.name, user.id, link.email, user.display_name)


def confirm(token, address=None):
    """Put the new address into use and return the row.

    Raises LinkNotUsable, EmailTaken; Managed if a directory has taken the address over since the link was sent.
    """
    wanted, user, _ = one_time_links.find_usable(token, EMAIL)
    try:
        return _confirm(own_scope(user, address=address), token)
    except UserNameTaken as taken:
        # The conflict is about the user name, which follows the address; but the person only knows about the address.
        raise EmailTaken(wanted.email) from taken


def _confirm(scope, token):
    with unit_of_work(scope) as work:
        _, link = one_time_links.use_up(work, token, EMAIL)
        row = person_rows.lock(work, scope.actor.id)
        if fold_email(link.email) == row.email_key:
            row.unconfirmed_since = None
            person_rows.save(row)
        else:
            users.apply_changes(work, row, UserChanges(email=link.email, email_is_confirmed=True))
        work.record(EmailConfirmed(row.id, row.display_name))
    return row
