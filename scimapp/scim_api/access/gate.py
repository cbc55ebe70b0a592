"""Authenticates every SCIM call by its token, before anything else of the request is parsed.

The token may be looked up together with what a call asks or does first, and before it: on Postgres in one trip with it, on SQLite
behind BEGIN. See ``presume`` and decisions 0103, 0146 and 0151.

The token decides the account. A URL that names another account is 401, like every token that is not valid. All reasons
share one answer, so that a client cannot learn which one applied.
"""

import logging
import time
from functools import lru_cache
from math import ceil

from flask import current_app, g
from msgspec import Struct, field

from ...directory.accounts import accounts
from ...directory.availability import UNAVAILABLE
from ...directory.connection import live_tokens
from ...directory.scope import token_scope
from ...directory.sign_in import throttle
from ...first_use import at_first_use
from ...resource_types.registry import resource_types_of
from ...resource_types.representation import Addresses
from ...resource_types.rules import Rules
from ...scim.errors import TooManyRequests, Unauthorized, Unavailable
from ...scim.patch.dialects import DIALECTS
from ...scim.work import Work

PAUSED_RETRY_SECONDS = 300  # a person has to resume it, which is not a matter of seconds
_NOT_VALID = "A valid bearer token of this account is needed: it is missing, wrong, revoked or has ended."
_PAUSED = "SCIM is paused for this account. Nothing is lost: try again later."
_SCHEME = "bearer "
_READS = frozenset(("GET", "HEAD"))
_log = logging.getLogger("scimapp.scim")
_OTHER_SCHEMES = ("basic ", "digest ", "negotiate ", "token ", "hmac ")


class Paused(Unavailable):
    """An administrator paused SCIM for the account."""

    retry_after = PAUSED_RETRY_SECONDS


class Call(Struct, dict=True):
    """One authenticated call; ``token`` is None for a person at a browser.

    ``summary`` is a line for the screen that shows the token's last use. ``dict`` is where its cached properties are kept.
    """

    token: object
    scope: object
    settings: object  # of the deployment
    summary: str = ""
    warnings: list = field(default_factory=list)  # about ignored input, for the log
    work: Work = field(default_factory=Work)  # counts what its operations examine

    def so_far(self):
        """How much was noted of the call so far, for ``go_back_to``."""
        return len(self.warnings), self.work.done

    def go_back_to(self, so_far=(0, 0)):
        """Forget what was noted after ``so_far``: it was undone and is tried again."""
        warned, self.work.done = so_far
        del self.warnings[warned:]

    def go_on_with(self, token):
        """Act from now on as what was found of the token between two transactions."""
        scope = self.scope
        self.token = live_tokens.carried_on(token, self.token)
        self.scope = token_scope(token, request_id=scope.request_id, address=scope.address, agent=scope.agent)
        self.__dict__.pop("rules", None)

    @at_first_use
    def types(self):
        """The account's resource types."""
        version = self.token.fields_version if self.token else accounts.get(self.scope.account_id).fields_version
        return resource_types_of(self.scope, version, self.settings.urn_prefix)

    @at_first_use
    def rules(self):
        """What this token's kind of client may send, and how the account treats a PUT."""
        return Rules(DIALECTS[self.token.provider], self.token.put_clears_extension, self.warnings, self.work)

    @property
    def addresses(self):
        return _addresses(self.settings.external_url, self.scope.account_id)


def settings():
    """The deployment's settings."""
    return current_app.config["SETTINGS"]


def addresses(account_id):
    """The Addresses of an account's resources; from the configured address, never from the Host header."""
    return _addresses(settings().external_url, account_id)


@lru_cache(1_000)
def _addresses(external_url, account_id):
    return Addresses(f"{external_url}/scim/{account_id}/v2")


def current_call():
    """The call that ``admit`` admitted."""
    return g._get_current_object().scim_call  # the proxy would cost three function calls


def admit(app, request, g):
    """Admit a request; ``g`` is Flask's, of this request. Raises Unauthorized, TooManyRequests, Unavailable while paused."""
    secret = _secret_of(request)
    token = live_tokens.authenticate(secret) if secret else None
    limits = app.extensions["scimapp.scim_limits"]
    if token is None or token.account_id != g.scim_account_id:
        if secret:  # valid tokens still pass from this address, which may be a proxy that many clients share
            _take(
                limits.wrong_tokens, throttle.network_of(request.remote_addr), "Too many wrong tokens from your address"
            )
        raise Unauthorized(_NOT_VALID)
    let_in(token, app, request, g)


def presume(request, g):
    """A ``live_tokens.Presumed`` for a call that is to be ``let_in``; None if ``admit`` has to come first."""
    if request.method == "OPTIONS":
        return None
    secret = _secret_of(request)
    return live_tokens.presume(secret, g.scim_account_id, writes=request.method not in _READS) if secret else None


def let_in(token, app, request, g):
    """Let a call with this token go on. Raises TooManyRequests, Unavailable while paused."""
    limits = app.extensions["scimapp.scim_limits"]
    agent = request.environ.get("HTTP_USER_AGENT", "")
    scope = token_scope(token, request_id=g.request_id, address=request.remote_addr, agent=agent)
    g.actor_label, g.account_id = token.label, token.account_id
    g.scim_call = Call(token, scope, app.config["SETTINGS"])  # from here on the log knows the token
    if g.get("scim_counted_for") != token.id:  # a call that is made again, with its token changed, is still one
        _take(limits.calls, token.id, "Too many requests")
        g.scim_counted_for = token.id
    if token.is_paused:
        raise Paused(_PAUSED)


def judge_again(call, request):
    """Judge the token of a call of several transactions before the next one. Raises Unauthorized, Unavailable while paused; a
    weaker or otherwise changed token is what the ``call`` goes on with.
    """
    token = live_tokens.authenticate(_secret_of(request))
    if token is None:
        raise Unauthorized(_NOT_VALID)
    if token.is_paused:
        raise Paused(_PAUSED)
    call.go_on_with(token)


def is_as_it_was(call, request):
    """Whether ``judge_again`` would change nothing. May be asked within a transaction."""
    return live_tokens.is_as_it_was(_secret_of(request), call.token)


def _secret_of(request):
    return secret_in(request.environ.get("HTTP_AUTHORIZATION"))


def turn_out(g):
    """Forget who was let in: the token is not what it was presumed to be, and neither the log nor the answer may tell of it."""
    for name in ("actor_label", "account_id", "scim_call"):
        g.pop(name, None)


def _take(buckets, key, complaint):
    seconds = buckets.seconds_to_wait(key) if buckets else 0
    if seconds:
        seconds = ceil(seconds)  # Okta waits five minutes where Retry-After is anything but whole seconds
        error = TooManyRequests(f"{complaint}; try again in {seconds} s.")
        error.retry_after = seconds
        raise error


def secret_in(header):
    """The secret of an Authorization header; the word Bearer may be missing (Okta's header authentication)."""
    text = (header or "").strip()
    lowered = text.lower()
    if lowered.startswith(_SCHEME):
        return text[len(_SCHEME) :].strip()
    return None if lowered.startswith(_OTHER_SCHEMES) else text


def note_use(request, g):
    """Note when and for what the token was used. The directory writes this at most once a minute.

    Never makes a call fail, as its answer is ready already.
    """
    call = g.get("scim_call")
    if call is None or not call.token.is_use_due:
        return
    refusal = g.get("scim_refusal")
    summary = call.summary or ("sent a request" if refusal else "")
    if summary:
        answered = f"answered {refusal}" if refusal else "answered"
        summary += f"; {answered} in {round((time.perf_counter() - g.started_at) * 1000)} ms"
    try:
        live_tokens.note_use(call.token, request.remote_addr, request.headers.get("User-Agent"), summary)
    except UNAVAILABLE:
        _log.warning("the use of token %s could not be noted", call.token.id)
