"""Tokens in tables and questions: everything but the secret."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from msgspec import Struct

from ....directory import clock
from ....directory.connection import connection, directory_names, scim_tokens
from ....directory.roles import Role
from ....languages import spoken
from ...template_helpers import actor_words, token_words

LATELY = timedelta(days=7)  # revoking a token used within this time needs its label typed
_PILLS = {
    "active": ("ok", _l("Active"), "dot"),
    "draft": ("warn", _l("Not saved"), "alert"),
    "ending": ("warn", _l("Ending"), "clock"),
    "ended": ("", _l("Ended"), "clock"),
    "revoked": ("", _l("Revoked"), "ban"),
}


class TokenRow(Struct, frozen=True):
    """One token. ``directory`` is the name of its directory in sentences, ``provider`` the words of its preset."""

    id: str
    label: str
    directory: str
    provider: str
    hint: str  # prefix…last4
    state: str
    made_by: str
    made_at: object
    last_used_at: object
    last_used_from: str
    last_used_by: str  # what the client called itself, "" if it did not say
    expires_at: object
    revoked_at: object
    maker: str  # what happened to its maker, "" where that does not matter
    ending: str  # "In 9 days" for a token that ends soon, else ""
    was_used_lately: bool

    @classmethod
    def of(cls, token, maker=None):
        used = token.last_used_at
        return cls(
            id=token.id,
            label=token_words(token.label),
            directory=spoken(directory_names.of_token(token)),
            provider=spoken(scim_tokens.PROVIDERS[token.provider]),
            hint=f"{token.prefix}…{token.last4}",
            state=scim_tokens.state_of(token),
            made_by=actor_words(token.created_by_label),
            made_at=token.created_at,
            last_used_at=used,
            last_used_from=token.last_used_address or "",
            last_used_by=token.last_used_agent or "",
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            maker=maker_words(maker),
            ending=_ending(token),
            was_used_lately=used is not None and clock.now() - used < LATELY,
        )

    @property
    def pill(self):
        return _PILLS[self.state]

    @property
    def is_live(self):
        return self.state in ("active", "ending")

    @property
    def is_past(self):
        return self.state in ("ended", "revoked")


def token_rows(scope, tokens):
    """``(rows, number of tokens that work)``. One statement."""
    makers = connection.makers(scope, [token for token in tokens if scim_tokens.is_live(token)])
    rows = [TokenRow.of(token, makers.get(token.id)) for token in tokens]
    return rows, sum(row.is_live for row in rows)


def _ending(token):
    left = token.expires_at - clock.now()
    if not scim_tokens.is_live(token) or left >= connection.ENDS_SOON:
        return ""
    if left.days < 1:
        return _("Within a day")
    return ngettext("In %(num)s day", "In %(num)s days", left.days)


def maker_words(maker):
    """What happened to the maker of a token, and what that means for the token; "" for None."""
    if maker is None:
        return ""
    if maker.ceiling is None:
        return _("Its maker is inactive. It keeps working; rotate it to make it yours, or revoke it.")
    if maker.ceiling is Role.MEMBER:
        return _("Its maker is no administrator any more. It keeps working but may now change Members only.")
    return _("Its maker is a %(role)s now. It keeps working with that role's rights.", role=spoken(maker.ceiling.label))
