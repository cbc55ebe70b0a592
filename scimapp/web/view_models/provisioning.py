"""What the screens of the SCIM connection show: addresses, the wait for the first call, and the download."""

import json
from urllib.parse import quote

from msgspec import Struct

from ...directory import clock
from ...directory.calls import call_log
from ...directory.connection import connection, quiet_directories, scim_tokens
from ...directory.connection.providers import worded
from ...directory.fields.field_rules import suggest_field_id
from ...directory.user_list import filter_choices
from ...directory.words import say
from ...local_time import local
from ..moment_words import second, to_the_second
from .health import span_words
from .token_use import use_words


class Addresses(Struct, frozen=True):
    """The addresses that an administrator copies into the directory; from the settings, never from the request."""

    base_url: str
    account_id: str
    extension_urn: str
    is_plain_http: bool  # shows a warning; production does not start like this

    @classmethod
    def of(cls, settings, account_id):
        return cls(
            settings.scim_base_url(account_id),
            account_id,
            settings.extension_urn(account_id),
            settings.is_plain_http,
        )


class Status(Struct, frozen=True):
    """The live line: ``off``, ``paused``, ``waiting`` for the first call, ``refused`` or ``on``.

    ``token`` is the one switched on last, None when off; ``refused`` is a call with a mistyped secret of that token.
    ``meanwhile`` is a token that somebody else switched on after this person made theirs and before they saved it.
    ``is_in_use``: the token's directory has created people, so the set-up is finished. ``quiet`` says in words how long the
    directory has been unusually quiet. ``ended`` is the used token that ended last, if no token works any more.
    """

    state: str
    token: object
    directory: str
    provider: str
    refused: object = None
    meanwhile: object = None
    is_in_use: bool = False
    quiet: str | None = None
    ended: object = None

    @classmethod
    def of(cls, scope, known=None):
        """Three statements, one or two more for a quiet directory; ``known`` are the account's tokens, if already read."""
        known = scim_tokens.list_tokens(scope) if known is None else known
        tokens = [token for token in known if scim_tokens.is_live(token)]
        if not tokens:
            return cls("off", None, say("your directory"), "other", ended=_ended_last(known))
        tokens.sort(key=lambda token: token.activated_at, reverse=True)  # a draft may be saved after a newer one
        newest = tokens[0]
        state, refused = connection.state(scope), None
        if state != "paused":
            state = "on" if newest.first_used_at else "waiting"
        if state == "waiting":
            call_log.flush()  # writes the calls that this process has just answered
            refused = connection.refused_since(scope, newest.activated_at)
            state = "refused" if refused else state
        is_in_use = state == "on" and newest.connection_id in filter_choices.connections(scope)
        return cls(
            state, newest, directory_name(newest), guide_of(newest), refused, _meanwhile(scope, tokens), is_in_use,
            _silence(scope, tokens) if is_in_use else None,
        )  # fmt: skip

    @property
    def ended_directory(self):
        """The name of the directory whose token has ended."""
        return directory_name(self.ended)

    @property
    def first_call(self):
        """The time of the first call, with the day unless it is today."""
        moment = self.token.first_used_at
        return (second if local(moment).date() == local(clock.now()).date() else to_the_second)(moment)

    @property
    def last_use(self):
        """The last use of the token, in words."""
        return use_words(self.token.last_used_summary or "sent a request")

    @property
    def hint(self):
        """What the refused token ended in, as far as it was one of ours."""
        return self.refused.token_hint if self.refused else None


def directory_name(token):
    """The name of a token's directory: of its preset, else the token's label."""
    return worded(token.label) if token.provider in ("generic", "strict") else scim_tokens.PROVIDERS[token.provider]


def guide_of(token):
    """The name of the guide for a token's directory."""
    return "other" if token.provider in ("generic", "strict") else token.provider


def download(addresses, token, secret):
    """``(file name, data: address)`` of the JSON file with base URL and token; needs no second request."""
    body = json.dumps({"scim_base_url": addresses.base_url, "scim_token": secret}, indent=2)
    name = suggest_field_id(token.label).replace("_", "-")
    return f"scim-{name}.json", f"data:application/json;charset=utf-8,{quote(body)}"


def _ended_last(tokens):
    used = [token for token in tokens if token.first_used_at]
    return max(used, key=lambda token: token.revoked_at or token.expires_at, default=None)


def _silence(scope, tokens):
    """How long the directory of the first of ``tokens`` has been unusually quiet, in words; None if it is not."""
    beside = [token for token in tokens if token.connection_id == tokens[0].connection_id]
    quiet = next(iter(quiet_directories.among(scope, beside)), None)
    return span_words(quiet.rhythm.silence.total_seconds()) if quiet else None


def _meanwhile(scope, tokens):
    mine = tokens[0]
    if mine.created_by_id != scope.actor.id or mine.first_used_at or mine.activated_at is None:
        return None
    if (clock.now() - mine.activated_at).total_seconds() > scim_tokens.DRAFT_MINUTES * 60:
        return None
    others = (token for token in tokens[1:] if token.created_by_id != scope.actor.id and token.activated_at)
    return next((token for token in others if mine.created_at <= token.activated_at <= mine.activated_at), None)
