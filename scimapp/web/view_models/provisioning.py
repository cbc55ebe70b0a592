"""What the screens of the SCIM connection show: addresses, tokens, and how far the connection has come."""

import json
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from ...directory import clock, custom_fields, group_search, scim_tokens, search
from ...directory.custom_fields import suggest_field_id

LATELY = timedelta(days=7)  # revoking a token used since then asks twice
_PILLS = {
    "active": ("ok", "Active", "dot"),
    "draft": ("warn", "Not saved", "alert"),
    "ended": ("", "Ended", "clock"),
    "revoked": ("", "Revoked", "ban"),
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """What an administrator copies into the directory; from the settings, never from the request."""

    base_url: str
    account_id: str
    extension_urn: str
    is_plain_http: bool  # a warning is due
    is_refused: bool  # tokens are not made

    @classmethod
    def of(cls, settings, account_id):
        is_plain = not settings.is_https and not settings.is_loopback
        return cls(
            settings.scim_base_url(account_id),
            account_id,
            settings.extension_urn(account_id),
            is_plain,
            is_plain and settings.production,
        )


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as tables show it: never its secret."""

    id: str
    label: str
    provider: str
    hint: str  # prefix…last4
    pill: tuple
    made_by: str
    made_at: object
    last_used_at: object
    last_used_from: str
    expires_at: object
    is_live: bool
    is_draft: bool
    was_used_lately: bool

    @classmethod
    def of(cls, token):
        live = scim_tokens.is_live(token)
        state = "ended" if token.state == "active" and not live else token.state
        used = token.last_used_at
        return cls(
            id=token.id,
            label=token.label,
            provider=scim_tokens.PROVIDERS[token.provider],
            hint=f"{token.prefix}…{token.last4}",
            pill=_PILLS[state],
            made_by=token.created_by_label,
            made_at=token.created_at,
            last_used_at=used,
            last_used_from=token.last_used_address or "",
            expires_at=token.expires_at,
            is_live=live,
            is_draft=token.state == "draft",
            was_used_lately=used is not None and clock.now() - used < LATELY,
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The live line: ``off``, ``waiting`` for the first call, or ``on`` with what the last token heard."""

    state: str
    token: object  # the newest live ScimToken, None when off
    directory: str

    @classmethod
    def of(cls, scope):
        live = [token for token in scim_tokens.list_tokens(scope) if scim_tokens.is_live(token)]
        if not live:
            return cls("off", None, "your directory")
        newest = live[0]
        used = newest if newest.first_used_at else None
        return cls("on" if used else "waiting", newest, directory_name(newest))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the set-up in the directory has come, from what the server has seen."""

    has_token: bool
    has_call: bool
    has_people: bool
    has_groups: bool
    has_custom_value: bool

    @classmethod
    def of(cls, scope):
        tokens = scim_tokens.list_tokens(scope)
        pushed = group_search.find_groups(
            scope, group_search.GroupSearch(sort="pushed", descending=True, per_page=1)
        ).items
        return cls(
            has_token=any(scim_tokens.is_live(token) for token in tokens),
            has_call=any(token.first_used_at for token in tokens),
            has_people=bool(search.connections(scope)),
            has_groups=bool(pushed and pushed[0].last_push_at),
            has_custom_value=any(field.last_received_at for field in custom_fields.list_fields(scope)),
        )


def directory_name(token):
    """The name to call a directory by: its preset's, else the token's label."""
    named = token.provider not in ("generic", "strict")
    return scim_tokens.PROVIDERS[token.provider] if named else token.label


def download(addresses, token, secret):
    """``(file name, data: address)`` of the JSON file with base URL and token; no second request is needed."""
    body = json.dumps({"scim_base_url": addresses.base_url, "scim_token": secret}, indent=2)
    name = suggest_field_id(token.label).replace("_", "-")
    return f"scim-{name}.json", f"data:application/json;charset=utf-8,{quote(body)}"
