"""SCIM tokens: made in the dialog, shown once, live after Save.

``live_tokens`` authenticates calls by them; ``token_changes`` changes live ones (rotation, label, preset).
"""

from datetime import timedelta

from ...database import db
from .. import clock
from ..errors import InvalidValue, TokenNotUsable, TooManyTokens
from ..events import TokenActivated, TokenDropped, TokenGenerated, TokenRevoked
from ..ids import new_id
from ..lines import line_of, one_of
from ..model import ScimToken
from ..outbox import outbox
from ..roles import Permission
from ..secrets import digest
from ..unit_of_work import unit_of_work
from ..words import say
from .providers import PROVIDERS
from .token_secrets import new_secret

LIFETIMES = (365, 180, 90, 30)  # days
MAXIMUM_LIVE = 5
MAXIMUM_LABEL = 80  # characters
DRAFT_MINUTES = 30
SHOWN_AFTER_END = timedelta(days=90)  # how long lists show ended and revoked tokens


def generate(scope, label, provider, lifetime_days=365, *, activate=False):
    """Make a token and return ``(row, secret)``; the secret is not available later.

    A draft answers 401 until ``save``; drafts of the same person are dropped. Raises TooManyTokens, InvalidValue.
    """
    scope.require(Permission.CONFIGURE_SCIM)
    one_of(PROVIDERS, "provider", provider)
    label = checked_label(label, provider)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        _drop_drafts(work)
        if len(live(scope)) >= MAXIMUM_LIVE:
            raise TooManyTokens()
        # Tokens of one provider share a connection, so a replaced token keeps the people and groups of the one before.
        token, secret = make(work, label, provider, provider, lifetime_days)
        if activate:
            activate_token(work, account, token)
    return token, secret


def make(work, label, provider, connection_id, lifetime_days):
    """Add a draft and return ``(row, secret)``. Raises InvalidValue."""
    if not 1 <= lifetime_days <= max(LIFETIMES):
        raise InvalidValue("lifetime_days", say("Choose a life of at most %(days)s days.", days=max(LIFETIMES)))
    secret, actor = new_secret(), work.scope.actor
    token = ScimToken(
        account_id=work.scope.account_id,
        id=new_id(),
        label=label,
        provider=provider,
        connection_id=connection_id,
        token_hash=digest(secret),
        prefix=secret[:8],
        last4=secret[-4:],
        state="draft",
        created_at=work.now,
        created_by_id=actor.id,
        created_by_label=actor.label,
        maker_role=actor.role.value,
        expires_at=work.now + timedelta(days=lifetime_days),
    )
    db.session.add(token)
    work.record(TokenGenerated(token.id, label))
    return token, secret


def activate_token(work, account, token):
    """Make a draft answer from now on."""
    token.state, token.activated_at = "active", work.now
    if account.scim_enabled_at is None:
        account.scim_enabled_at = work.now
    work.record(TokenActivated(token.id, token.label))


def locked(scope, token_id):
    """One token, its row locked until the unit of work ends. Raises NotInAccount."""
    return scope.one(ScimToken, ScimToken.id == token_id, kind="token", for_update=True)


def save(scope, token_id):
    """Activate a draft: from now on it answers. Raises TokenNotUsable, TooManyTokens, NotInAccount."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        token = locked(scope, token_id)
        if token.state == "active":
            return token
        if token.state != "draft" or work.now - token.created_at > timedelta(minutes=DRAFT_MINUTES):
            raise TokenNotUsable()
        if len(live(scope)) >= MAXIMUM_LIVE:  # somebody else may have saved the last one meanwhile
            raise TooManyTokens()
        activate_token(work, account, token)
    return token


def drop(scope, token_id):
    """Delete a draft; it stays useless wherever it was pasted."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = locked(scope, token_id)
        if token.state == "draft":
            work.record(TokenDropped(token.id, token.label))
            db.session.delete(token)


def revoke(scope, token_id):
    """End a token; the next call with it is refused in every process."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = locked(scope, token_id)
        if token.state != "revoked":
            token.state, token.revoked_at = "revoked", work.now
            work.record(TokenRevoked(token.id, token.label))
            outbox.cancel_about(work, token.id)
    return token


def get(scope, token_id):
    """One token. Raises NotInAccount."""
    scope.require(Permission.CONFIGURE_SCIM)
    return scope.one(ScimToken, ScimToken.id == token_id, kind="token")


def list_tokens(scope):
    """The tokens, newest first, without stale drafts and without those that ended longer than SHOWN_AFTER_END ago."""
    scope.require(Permission.CONFIGURE_SCIM)
    now = clock.now()
    fresh, recent = now - timedelta(minutes=DRAFT_MINUTES), now - SHOWN_AFTER_END
    shown = (
        ((ScimToken.state == "draft") & (ScimToken.created_at > fresh))
        | (ScimToken.state.in_(("active", "ended")) & (ScimToken.expires_at > recent))
        | ((ScimToken.state == "revoked") & (ScimToken.revoked_at > recent))
    )
    return list(db.session.scalars(scope.select(ScimToken).where(shown).order_by(ScimToken.seq.desc())))


def my_draft(scope):
    """The unsaved token that this person made, or None."""
    drafts = [token for token in list_tokens(scope) if token.state == "draft"]
    return next((token for token in drafts if token.created_by_id == scope.actor.id), None)


def is_live(token):
    """Whether a token answers now."""
    return token.state == "active" and clock.now() < token.expires_at


def state_of(token):
    """``draft``, ``active``, ``ending`` for a live token that another one replaces, ``ended`` or ``revoked``."""
    if token.state != "active":
        return token.state
    if not is_live(token):
        return "ended"
    return "ending" if token.replaced_by_id else "active"


def live(scope):
    """The tokens that answer now, oldest first."""
    return db.session.scalars(scope.select(ScimToken).where(*answers()).order_by(ScimToken.seq)).all()


def checked_label(label, provider):
    """The label to store; without one, the directory's name. Raises InvalidValue."""
    text = line_of("label", label or "") or str(PROVIDERS[provider])
    if len(text) > MAXIMUM_LABEL:
        raise InvalidValue("label", say("At most %(num)s characters.", num=MAXIMUM_LABEL))
    return text


def answers():
    """The conditions for a token that answers now."""
    return ScimToken.state == "active", ScimToken.expires_at > clock.now()


def _drop_drafts(work):
    """Delete drafts that the maker replaces by generating another one, and all drafts older than half an hour."""
    stale = work.now - timedelta(minutes=DRAFT_MINUTES)
    mine_or_old = (ScimToken.created_by_id == work.scope.actor.id) | (ScimToken.created_at < stale)
    query = work.scope.select(ScimToken).where(ScimToken.state == "draft", mine_or_old)
    for token in db.session.scalars(query).all():
        work.record(TokenDropped(token.id, token.label))
        db.session.delete(token)
