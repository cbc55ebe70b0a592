"""What the screens of the SCIM connection show: addresses, the wait for the first call, and the download."""

import json
from urllib.parse import quote

from flask import current_app
from msgspec import Struct

from ....directory import clock
from ....directory.connection import connection_status, directory_names
from ....directory.connection.providers import UNNAMED
from ....directory.fields.field_rules import suggest_field_id
from ....directory.words import say
from ....local_time import local
from ...moment_words import second, to_the_second
from .health import span_words
from .token_use import use_words


class Addresses(Struct, frozen=True):
    """The addresses that an administrator copies into the directory; from the settings, never from the request."""

    base_url: str
    account_id: str
    extension_urn: str
    is_plain_http: bool  # shows a warning; production does not start like this

    @classmethod
    def of(cls, scope):
        settings, account_id = current_app.config["SETTINGS"], scope.account_id
        base_url, urn = settings.scim_base_url(account_id), settings.extension_urn(account_id)
        return cls(base_url, account_id, urn, settings.is_plain_http)


class Status(Struct, frozen=True):
    """A ConnectionStatus, see there, with what the screens call the directory, and how long it has been quiet in words."""

    state: str
    token: object
    directory: str
    provider: str
    refused: object
    meanwhile: object
    is_in_use: bool
    quiet: str | None
    ended: object

    @classmethod
    def of(cls, scope, known=None):
        """``known`` are the account's tokens, if already read."""
        found = connection_status.status(scope, known)
        return cls(
            found.state,
            found.token,
            directory_names.of_token(found.token) if found.token else say("your directory"),
            guide_of(found.token) if found.token else "other",
            found.refused,
            found.meanwhile,
            found.is_in_use,
            span_words(found.quiet.rhythm.silence.total_seconds()) if found.quiet else None,
            found.ended,
        )

    @property
    def ended_directory(self):
        """The name of the directory whose token has ended."""
        return directory_names.of_token(self.ended)

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


def guide_of(token):
    """The name of the guide for a token's directory."""
    return "other" if token.provider in UNNAMED else token.provider


def download(addresses, token, secret):
    """``(file name, data: address)`` of the JSON file with base URL and token; needs no second request."""
    body = json.dumps({"scim_base_url": addresses.base_url, "scim_token": secret}, indent=2)
    name = suggest_field_id(token.label).replace("_", "-")
    return f"scim-{name}.json", f"data:application/json;charset=utf-8,{quote(body)}"
