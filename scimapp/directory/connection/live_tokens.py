"""Finds the token of each call by its digest, and notes its use once a minute."""

import threading
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, case, cast, func, literal_column, select, update

from ...database import Overtaken, asks_ahead, asks_at_begin, at_begin, call_off, row_of, writing
from ...database.sqlite.unchanged import unless_unchanged
from ...database.statements import Prepared
from .. import clock
from ..availability import note
from ..model import Account, ScimToken, User
from ..roles import Role, weaker_of
from ..secrets import digest
from ..sql.functions import in_one
from .token_secrets import is_well_formed

__all__ = ["Overtaken", "authenticate", "call_off", "is_confirmed", "note_use", "presume"]
NOTED_EVERY = timedelta(seconds=60)  # how often a token's last use is written
MOST_KEPT = 1_000
_kept = {}  # digest of a secret that answered → _Kept
_lock = threading.Lock()


class LiveToken(NamedTuple):
    """What a call needs to know about its token.

    ``maker_role`` is the weaker of the role that its maker had and the one the maker has now: a token is never stronger
    than its maker, and loses power when the maker loses a role.
    """

    id: str
    account_id: str
    label: str
    provider: str
    connection_id: str
    maker_role: Role
    fields_version: int  # the account's, see ``model.Account``
    put_clears_extension: bool
    is_paused: bool  # the account refuses all calls now
    is_use_due: bool  # the use must be noted: the first at once, then one a minute


class _Kept(NamedTuple):
    """What was made of the row of a token, valid while the database returns the same row."""

    raw: tuple
    token: LiveToken  # for calls before ``due_at``
    due_token: LiveToken
    due_at: object  # when a use must be noted again; None means at once
    expires_at: object
    known: str | None  # what it is then, for Postgres

    def now(self):
        """The LiveToken for a call at this moment; None if it has expired."""
        now = clock.now()
        if self.expires_at <= now:
            return None
        # A use noted far ahead comes from a clock that was wrong; the next one replaces it.
        is_noted = self.due_at is not None and now < self.due_at <= now + 2 * NOTED_EVERY
        return self.token if is_noted else self.due_token


class Presumed(NamedTuple):
    """A token that the database is to confirm: ``token`` is what it was for the last call."""

    token: LiveToken
    ahead: object  # of the database


def _flag(name, condition):
    return case((condition, 1), else_=0).label(name)


def _of_token(query):
    """A query of the active token with the digest ``token_hash``."""
    return (
        query.select_from(ScimToken)
        .join(Account, Account.id == ScimToken.account_id)
        .outerjoin(User, (User.account_id == ScimToken.account_id) & (User.id == ScimToken.created_by_id))
        .where(ScimToken.token_hash == bindparam("token_hash"), ScimToken.state == "active")
    )


# All that a call depends on. When the token was used last, which any process may note, is no part of it.
_KNOWN = in_one(
    ScimToken.label, ScimToken.provider, ScimToken.connection_id, ScimToken.maker_role, User.role, Account.fields_version,
    ScimToken.expires_at, Account.put_clears_extension, Account.scim_paused_at,
)  # fmt: skip
# The one look-up without a scope: it finds out the account.
_ANSWERING = Prepared(
    _of_token(
        select(
            ScimToken.id, ScimToken.account_id, ScimToken.label, ScimToken.provider, ScimToken.connection_id,
            ScimToken.maker_role, User.role, Account.fields_version, ScimToken.expires_at, ScimToken.first_used_at,
            ScimToken.last_used_at,
            _flag("put_clears_extension", Account.put_clears_extension.is_(True)),
            _flag("is_paused", Account.scim_paused_at.is_not(None)),
            _KNOWN.label("known"),
        )
    )
)  # fmt: skip
# A number if the token is active and what it was. Otherwise an error, which ends what follows and stands in the log of Postgres.
_UNCHANGED = Prepared(
    _of_token(
        select(
            cast(
                case(
                    (func.count() == literal_column("1"), literal_column("'1'")),
                    else_=literal_column("'the token of a call is no longer what it was'"),
                ),
                Integer,
            )
        )
    ).where(bindparam("known") == _KNOWN)
)
_MOMENT = bindparam("moment", type_=ScimToken.last_used_at.type)
_NOTE_USE = Prepared(
    update(ScimToken)
    .where(ScimToken.account_id == bindparam("in_account"), ScimToken.id == bindparam("of_token"))
    .values(
        first_used_at=func.coalesce(ScimToken.first_used_at, _MOMENT), last_used_at=_MOMENT,
        last_used_address=bindparam("from_address"), last_used_agent=bindparam("by_agent"), last_used_summary=bindparam("what"),
    )
)  # fmt: skip


def authenticate(secret):
    """The LiveToken for a secret, or None. One indexed read returns the token, the role of its maker and the account's
    options.

    The row is read again whenever anything was written, so every change acts at once. The LiveToken is kept as long as
    the row stays the same.
    """
    if not isinstance(secret, str) or not secret.isascii():
        return None
    token_hash = digest(secret)
    if token_hash not in _kept and not is_well_formed(secret):
        return None
    kept = _looked_up(token_hash)
    token = kept and kept.now()
    if kept and token is None:
        _end_for_good(kept.token)
    return token


def is_as_it_was(secret, token):
    """Whether the token of a call that goes on is what it was when it came, apart from what the call may change itself: the
    account's fields. Writes nothing, so it may be asked within a transaction.
    """
    kept = _looked_up(digest(secret))
    found = kept and kept.now()
    return bool(found) and carried_on(found, token) == token


def carried_on(found, token):
    """What a call that came with ``token`` goes on with once it was ``found`` again: what it read of the fields stays."""
    return found._replace(fields_version=token.fields_version, is_use_due=token.is_use_due)


def _looked_up(token_hash):
    """The _Kept of the active token with this digest, as it is now; None if there is none."""
    kept = _kept.get(token_hash)
    raw = unless_unchanged(token_hash, _ANSWERING, lambda: _ANSWERING.raw(token_hash=token_hash))
    if raw is None:
        with _lock:
            _kept.pop(token_hash, None)
        return None
    return _keep(token_hash, raw) if kept is None or kept.raw != raw else kept


def presume(secret, account_id, *, writes):
    """The Presumed for a secret that the database is to look up together with what is asked or done next, and before it; None if
    it has to be looked up first. ``writes`` is whether the call may write; SQLite looks up others first, which costs the same.

    Only for a token of this account that was in order at the last call of this process, and whose use need not be noted. If
    it is no longer what it was, nothing of what follows is done: Overtaken. Nothing may be told of the call before
    ``is_confirmed``. Ends with ``call_off``.
    """
    goes_along = asks_ahead()
    if not (goes_along or (writes and asks_at_begin())) or not secret.isascii():
        return None
    token_hash = digest(secret)
    kept = _kept.get(token_hash)
    token = kept and kept.now()
    if token is None or token.account_id != account_id or token.is_use_due or token.is_paused:
        return None
    if goes_along:
        return Presumed(token, _UNCHANGED.ahead(token_hash=token_hash, known=kept.known))
    return Presumed(token, at_begin(partial(_if_unchanged, token_hash, kept)))


def _if_unchanged(token_hash, kept):
    """The _Kept of a token now, if all that a call depends on is as in ``kept``. Else None."""
    found = _looked_up(token_hash)
    if found is None or found.now() is None:
        return None
    return found if found is kept or found.token == kept.token else None


def is_confirmed(presumed):
    """Whether the token is what it was presumed to be. If not, or if that was lost with a connection, the call has to be made
    again after ``authenticate``.
    """
    return row_of(presumed.ahead) is not None


def _keep(token_hash, raw):
    row = _ANSWERING.named(raw)
    ceiling = weaker_of(row.maker_role, row.role)
    token = LiveToken(
        *row[:5], ceiling, row.fields_version, row.put_clears_extension == 1, row.is_paused == 1, is_use_due=False
    )
    due_at = row.last_used_at + NOTED_EVERY if row.first_used_at and row.last_used_at else None
    kept = _Kept(raw, token, token._replace(is_use_due=True), due_at, row.expires_at, row.known)
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[token_hash] = kept
    return kept


def _end_for_good(token):
    """Mark an expired token that was refused as ended, so that it stays refused even if the clock is set back."""
    mine = (ScimToken.account_id == token.account_id, ScimToken.id == token.id, ScimToken.state == "active")
    note(update(ScimToken).where(*mine).values(state="ended"))


def note_use(token, address, agent, summary):
    """Note the use of a token if its ``is_use_due``. Raises one of ``UNAVAILABLE``."""
    with writing(is_note=True):
        _NOTE_USE.run(
            in_account=token.account_id, of_token=token.id, moment=clock.now(), from_address=address,
            by_agent=(agent or "")[:200], what=summary[:300],
        )  # fmt: skip
