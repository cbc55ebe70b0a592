"""Accounts: creating one with its owner, and the options of its SCIM connection."""

import secrets as _random
import string
from datetime import timedelta
from functools import partial

from msgspec import Struct
from sqlalchemy import insert, select, update

from ...database import db, writing
from ...database.statements import Prepared
from .. import clock
from ..availability import note
from ..changes import UserDraft
from ..connection import deactivation_guard
from ..errors import InvalidValue, NotInAccount, SetupLinkNotUsable, gathered
from ..events import AccountCreated, OptionsChanged, PasswordReset, alter
from ..lines import line_of, one_of
from ..links import one_time_links
from ..model import Account, Counter, SetupLink, User
from ..people import ownership, person_roles, person_rows, users
from ..people.lifecycle import end_sessions
from ..people.profile import is_address
from ..policies import guard_seen
from ..roles import Permission, Role
from ..scope import server_scope
from ..secrets import digest, is_well_formed, new_secret
from ..sql.few_people import with_role
from ..states import restate
from ..unit_of_work import unit_of_work
from ..words import say
from .account_settings import check_name

COUNTERS = ("people", "active", "invited", "inactive", "scim_users", "scim_shifts", "scim_groups", "group_shifts")
_COUNT = Prepared(insert(Counter), ["account_id", "name", "value"])
_ID_ALPHABET = string.ascii_letters + string.digits
_NO_ADDRESS = say("Write the address as name@example.com.")
_OPTIONS = {
    "invite_provisioned": (True, False),
    "same_name_groups": ("provider", "create", "refuse"),
    "put_clears_extension": (True, False),
    "revive_inactive": (True, False),
    "strict_members": (True, False),
    "stop_deactivations": (True, False),
    "directory_roles": ("never", "user_admin"),
}


class AccountDraft(Struct, frozen=True):
    """An account and its owner. Directories read the owner over SCIM, so both names are required.

    ``language`` is the account's, as two letters: the language of its mails and the default for its screens.
    """

    name: str
    owner_email: str
    owner_given_name: str
    owner_family_name: str
    owner_password_hash: str
    language: str = "en"


class Created(Struct, frozen=True):
    account: Account
    owner: User


def create(draft, *, setup_link=None):
    """Create an account with its owner, verified and active. ``setup_link`` is the secret of a first-start
    link, which this uses up.

    Raises InvalidValue, SetupLinkNotUsable: using a link twice at once creates one account.
    """
    for error in complaints(draft):
        raise error
    account = Account(
        id="Ac" + "".join(_random.choice(_ID_ALPHABET) for _ in range(12)),
        name=draft.name.strip(),
        language=draft.language,
        created_at=clock.now(),
    )
    scope = server_scope(account.id, "First start")
    with unit_of_work(scope) as work:
        if setup_link is not None:
            _use_up(setup_link, work.now)
        db.session.add(account)
        db.session.flush()
        _COUNT.send_many([{"account_id": account.id, "name": name, "value": 0} for name in COUNTERS])
        work.record(AccountCreated(account.id, account.name))
        owner = users.provision(
            scope,
            UserDraft.from_form(
                given_name=draft.owner_given_name.strip(),
                family_name=draft.owner_family_name.strip(),
                email=draft.owner_email.strip(),
                role=Role.OWNER,
                invite=False,
            ),
        )
        owner.source = "setup"
        owner.password_hash = draft.owner_password_hash
        owner.verified_at = work.now
        restate(work, owner)
        person_rows.save(owner)
    return Created(account, owner)


def get(account_id):
    """One account. Raises NotInAccount."""
    account = db.session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NotInAccount("account")
    return account


def list_accounts():
    """All accounts of this deployment, oldest first, for the command line."""
    return list(db.session.scalars(select(Account).order_by(Account.created_at, Account.id)))


def any_exists():
    """Whether this deployment has an account yet."""
    return db.session.execute(select(Account.id).limit(1)).first() is not None


def change_options(scope, *, seen=None, **options):
    """Set options of the SCIM connection (see ``model.Account``).

    The role that directories may give needs the permission RULE_ROLES. ``seen``: see ``policies.guard_seen``.
    Raises InvalidValue, NotAllowed, StaleVersion.
    """
    scope.require(Permission.CHANGE_OPTIONS)
    if "directory_roles" in options:
        scope.require(Permission.RULE_ROLES)
    for name, value in options.items():
        if name == "yielded_values":
            options[name] = ownership.checked_yielded(scope, value)
        else:
            one_of(_OPTIONS.get(name, ()), name, value)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        guard_seen(account, options, seen)
        altered = alter(account, options)
        if altered:
            work.record(OptionsChanged(account.id, account.name, altered))
        ended = {change.field for change in altered if change.after in (False, "never")}
        if "stop_deactivations" in ended:
            deactivation_guard.forget(work)
        if "directory_roles" in ended:
            person_roles.forget_directory(work)
    return account


def owner_of(account_id):
    """The Account Owner. Raises NotInAccount."""
    scope = server_scope(account_id)
    return scope.one(User, with_role(Role.OWNER.value), kind="account")


def reset_owner(account_id, password_hash, email=None):
    """Break-glass for somebody with a shell on the server: set a new password, and another address if given.

    Raises InvalidValue for text that is no address: there is nobody else who could set it right.
    """
    if email is not None and not is_address(email):
        raise InvalidValue("email", _NO_ADDRESS)
    scope = server_scope(account_id, "Server command")
    with unit_of_work(scope) as work:
        is_owner = with_role(Role.OWNER.value)
        # Looked up under the lock: ownership may have been transferred.
        owner = scope.one(User, is_owner, kind="account", for_update=True)
        if email is not None:
            users.update(scope, owner.id, users.UserChanges(email=email))
            owner = scope.one(User, is_owner, kind="account", for_update=True)
        owner.password_hash = password_hash
        owner.session_epoch += 1
        owner.unconfirmed_since = None  # there may be no mail to confirm it with; a shell on the server is enough
        end_sessions(work, owner)
        one_time_links.void_open(work, [owner.seq])
        work.record(PasswordReset(owner.id, owner.display_name))
    return owner


def issue_setup_link(hours=24):
    """The secret of a new first-start link; earlier ones stop working."""
    secret = new_secret()
    now = clock.now()
    with writing():
        db.session.execute(update(SetupLink).where(SetupLink.used_at.is_(None)).values(used_at=now))
        db.session.add(SetupLink(token_hash=digest(secret), expires_at=now + timedelta(hours=hours)))
    return secret


def setup_link_is_usable(token):
    """Whether a first-start link may still be used: known, unused, not ended."""
    if not is_well_formed(token):
        return False
    link, now = db.session.get(SetupLink, digest(token)), clock.now()
    if link is None or link.used_at is not None:
        return False
    if now >= link.expires_at:  # it stays refused even if the clock is set back
        note(update(SetupLink).where(SetupLink.token_hash == link.token_hash).values(used_at=now))
        return False
    return True


def _use_up(secret, now):
    usable = (SetupLink.token_hash == digest(secret), SetupLink.used_at.is_(None), SetupLink.expires_at > now)
    if db.session.execute(update(SetupLink).where(*usable).values(used_at=now)).rowcount != 1:
        raise SetupLinkNotUsable()


def complaints(draft):
    """What ``create`` would refuse in a draft: InvalidValues, at most one each."""
    return gathered(
        partial(check_name, "name", draft.name),
        partial(_check, draft, "owner_given_name", bool, say("The owner needs a first name.")),
        partial(_check, draft, "owner_family_name", bool, say("The owner needs a family name: directories read it.")),
        partial(_check, draft, "owner_email", is_address, _NO_ADDRESS),
    )


def _check(draft, attribute, is_right, complaint):
    text = line_of(attribute, getattr(draft, attribute))
    if not is_right(text):
        raise InvalidValue(attribute, complaint)
