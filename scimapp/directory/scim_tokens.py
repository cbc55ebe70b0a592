"""SCIM tokens: made in the dialog, shown once, live after Save, looked up by digest on every call (D-14, D-15).

The secret is ``scim`` + 43 url-safe characters + 6 of a CRC-32, so that secret scanners can know it and a mistyped one
is refused without a query.
"""

import hmac
import re
import secrets as _random
import string
import uuid
import zlib
from datetime import timedelta

from sqlalchemy import select, update

from ..database import db, writing
from . import clock
from .errors import InvalidValue, TokenNotUsable, TooManyTokens
from .events import TokenActivated, TokenDropped, TokenGenerated, TokenRevoked
from .model import ScimToken
from .roles import Permission
from .secrets import digest
from .unit_of_work import unit_of_work

PROVIDERS = {
    "okta": "Okta",
    "entra": "Microsoft Entra ID",
    "onelogin": "OneLogin",
    "jumpcloud": "JumpCloud",
    "generic": "Another directory",
    "strict": "Another directory, strictly by the standard",
}
LIFETIMES = (365, 180, 90, 30)  # days
MAXIMUM_LIVE = 5
DRAFT_MINUTES = 30
NOTED_EVERY_SECONDS = 60  # how often a token's last use is written
PREFIX = "scim"
_SHAPE = re.compile(r"scim([A-Za-z0-9]{43})([0-9A-Za-z]{6})")
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


def generate(scope, label, provider, lifetime_days=365, *, activate=False):
    """Make a token and return ``(row, secret)``: the only time the secret exists here.

    A draft answers 401 until ``save``; drafts of the same person are dropped. Raises TooManyTokens, InvalidValue.
    """
    scope.require(Permission.CONFIGURE_SCIM)
    label = (label or "").strip() or PROVIDERS.get(provider, provider)
    if provider not in PROVIDERS:
        raise InvalidValue("provider", f"Choose one of: {', '.join(PROVIDERS)}.")
    if len(label) > 80:
        raise InvalidValue("label", "At most 80 characters.")
    if not 1 <= lifetime_days <= max(LIFETIMES):
        raise InvalidValue("lifetime_days", f"Choose a life of at most {max(LIFETIMES)} days.")
    secret = _new_secret()
    with unit_of_work(scope) as work:
        account = work.lock_account()
        _drop_drafts(work)
        if len(_live(scope)) >= MAXIMUM_LIVE:
            raise TooManyTokens()
        token = ScimToken(
            account_id=scope.account_id,
            id=str(uuid.uuid4()),
            label=label,
            provider=provider,
            connection_id=provider,  # a replaced token goes on with the people and groups of the one before
            token_hash=digest(secret),
            prefix=secret[:8],
            last4=secret[-4:],
            state="draft",
            created_at=work.now,
            created_by_id=scope.actor.id,
            created_by_label=scope.actor.label,
            maker_role=scope.actor.role.value,
            expires_at=work.now + timedelta(days=lifetime_days),
        )
        db.session.add(token)
        work.record(TokenGenerated(token.id, label))
        if activate:
            _activate(work, account, token)
    return token, secret


def save(scope, token_id):
    """Switch a draft on: from now on it answers. Raises TokenNotUsable, NotInAccount."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        token = scope.one(ScimToken, ScimToken.id == token_id, kind="token", for_update=True)
        if token.state == "active":
            return token
        if token.state != "draft" or work.now - token.created_at > timedelta(minutes=DRAFT_MINUTES):
            raise TokenNotUsable()
        _activate(work, account, token)
    return token


def discard(scope, token_id):
    """Drop a draft; it stays useless wherever it was pasted."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = scope.one(ScimToken, ScimToken.id == token_id, kind="token", for_update=True)
        if token.state == "draft":
            work.record(TokenDropped(token.id, token.label))
            db.session.delete(token)


def revoke(scope, token_id):
    """End a token; the next call with it is refused in every process."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = scope.one(ScimToken, ScimToken.id == token_id, kind="token", for_update=True)
        if token.state != "revoked":
            token.state, token.revoked_at = "revoked", work.now
            work.record(TokenRevoked(token.id, token.label))
    return token


def get(scope, token_id):
    """One token. Raises NotInAccount."""
    scope.require(Permission.CONFIGURE_SCIM)
    return scope.one(ScimToken, ScimToken.id == token_id, kind="token")


def list_tokens(scope):
    """All tokens but stale drafts, newest first."""
    scope.require(Permission.CONFIGURE_SCIM)
    fresh = clock.now() - timedelta(minutes=DRAFT_MINUTES)
    query = scope.select(ScimToken).where((ScimToken.state != "draft") | (ScimToken.created_at > fresh))
    return list(db.session.scalars(query.order_by(ScimToken.seq.desc())))


def my_draft(scope):
    """The unsaved token that this person made and left, or None."""
    drafts = [token for token in list_tokens(scope) if token.state == "draft"]
    return next((token for token in drafts if token.created_by_id == scope.actor.id), None)


def connection_state(scope):
    """``off`` without a live token, ``waiting`` until one is used, then ``on``."""
    tokens = _live(scope)
    if not tokens:
        return "off"
    return "on" if any(token.first_used_at for token in tokens) else "waiting"


def authenticate(secret):
    """The live token behind a secret, or None. The one look-up that no scope can begin: it decides the account."""
    shape = _SHAPE.fullmatch(secret) if isinstance(secret, str) else None
    if shape is None or not hmac.compare_digest(_checksum(shape[1]), shape[2]):
        return None
    query = select(ScimToken).where(ScimToken.token_hash == digest(secret), ScimToken.state == "active")
    token = db.session.scalars(query).first()
    return token if token is not None and clock.now() < token.expires_at else None


def note_use(token, address, agent, summary):
    """Remember the last use, at most once a minute; the first use at once."""
    moment = clock.now()
    if token.first_used_at and (moment - token.last_used_at).total_seconds() < NOTED_EVERY_SECONDS:
        return
    values = {
        "first_used_at": token.first_used_at or moment,
        "last_used_at": moment,
        "last_used_address": address,
        "last_used_agent": (agent or "")[:200],
        "last_used_summary": summary[:300],
    }
    with writing():
        mine = (ScimToken.account_id == token.account_id, ScimToken.id == token.id)
        db.session.execute(update(ScimToken).where(*mine).values(**values))


def is_live(token):
    """Whether a token answers now."""
    return token.state == "active" and clock.now() < token.expires_at


def _live(scope):
    query = scope.select(ScimToken).where(ScimToken.state == "active", ScimToken.expires_at > clock.now())
    return db.session.scalars(query.order_by(ScimToken.seq)).all()


def _activate(work, account, token):
    token.state, token.activated_at = "active", work.now
    if account.scim_enabled_at is None:
        account.scim_enabled_at = work.now
    work.record(TokenActivated(token.id, token.label))


def _drop_drafts(work):
    """An unsaved token dies with the next one its maker generates, and after half an hour in any case."""
    stale = work.now - timedelta(minutes=DRAFT_MINUTES)
    mine_or_old = (ScimToken.created_by_id == work.scope.actor.id) | (ScimToken.created_at < stale)
    query = work.scope.select(ScimToken).where(ScimToken.state == "draft", mine_or_old)
    for token in db.session.scalars(query).all():
        work.record(TokenDropped(token.id, token.label))
        db.session.delete(token)


def _new_secret():
    body = "".join(_random.choice(_ALPHABET) for _ in range(43))  # 62**43 is more than 2**256
    return f"{PREFIX}{body}{_checksum(body)}"


def _checksum(body):
    number, digits = zlib.crc32(body.encode()), []
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(digits)
