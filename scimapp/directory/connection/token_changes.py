"""Changes of a live token: rotating it without an outage, another label, another preset."""

from datetime import timedelta

from ..errors import TokenNotUsable, TooManyTokens
from ..events import Change, TokenPresetChanged, TokenRenamed, TokenRotated
from ..lines import one_of
from ..outbox import outbox
from ..policies import guard_seen
from ..roles import Permission
from ..unit_of_work import unit_of_work
from ..words import say
from .providers import PROVIDERS
from .scim_tokens import MAXIMUM_LIVE, activate_token, checked_label, is_live, live, locked, make

OVERLAPS = ("today", "day", "week")  # how long the old token keeps working
_SHORTEST = timedelta(hours=1)  # the minimum for "today", late in the evening


def ends(overlap, now):
    """When the old token ends if it is rotated ``now``: at the end of the day in UTC, after 24 hours, or after 7 days."""
    if overlap == "today":
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return max(midnight, now + _SHORTEST)
    return now + timedelta(days=7 if overlap == "week" else 1)


def rotate(scope, token_id, overlap, lifetime_days=365):
    """Make a token that replaces another and works at once; returns ``(row, secret)``. The old one ends after ``overlap``.

    It keeps the label, the preset and the connection of the old one. Rotation may exceed the limit of tokens by one, so
    that it is possible with five tokens in use. Raises TokenNotUsable, TooManyTokens, InvalidValue.
    """
    scope.require(Permission.CONFIGURE_SCIM)
    one_of(OVERLAPS, "overlap", overlap)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        old = locked(scope, token_id)
        if not is_live(old):
            raise TokenNotUsable()
        if old.replaced_by_id is not None:
            raise TokenNotUsable(say("This token is being replaced already. Rotate the one that replaces it."))
        if len(live(scope)) > MAXIMUM_LIVE:
            raise TooManyTokens(say("A rotation is under way already. Revoke one of the old tokens first."))
        token, secret = make(work, old.label, old.provider, old.connection_id, lifetime_days)
        activate_token(work, account, token)
        end = min(old.expires_at, ends(overlap, work.now))
        work.record(TokenRotated(old.id, old.label, (_change("ends", old.expires_at, end),)))
        old.expires_at, old.replaced_by_id = end, token.id
        outbox.cancel_about(work, old.id)
    return token, secret


def rename(scope, token_id, label, *, seen=None):
    """Give a token another label. ``seen``: see ``policies.guard_seen``. Raises InvalidValue, NotInAccount, StaleVersion."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = locked(scope, token_id)
        label = checked_label(label, token.provider)
        guard_seen(token, {"label": label}, seen)
        if label != token.label:
            work.record(TokenRenamed(token.id, label, (Change("label", token.label, label),)))
            token.label = label
    return token


def change_preset(scope, token_id, provider, *, seen=None):
    """Apply the tolerances of another provider to a token from its next call on.

    Before its first call, the token also moves to that provider's connection. Later it keeps its connection, and so the
    people and groups that it linked. ``seen``: see ``policies.guard_seen``.
    Raises InvalidValue, NotInAccount, StaleVersion.
    """
    scope.require(Permission.CONFIGURE_SCIM)
    one_of(PROVIDERS, "provider", provider)
    with unit_of_work(scope) as work:
        token = locked(scope, token_id)
        guard_seen(token, {"provider": provider}, seen)
        if provider != token.provider:
            work.record(TokenPresetChanged(token.id, token.label, (Change("preset", token.provider, provider),)))
            token.provider = provider
            if token.first_used_at is None:
                token.connection_id = provider
    return token


def _change(name, before, after):
    return Change(name, before.isoformat(timespec="seconds"), after.isoformat(timespec="seconds"))
