"""``flask tokens``: a SCIM token that is live at once."""

import click
from flask import current_app
from flask.cli import AppGroup

from ..directory import accounts, scim_tokens
from ..directory.scope import server_scope
from .output import json_option, refusals_in_one_line, say

commands = AppGroup("tokens", help="SCIM tokens.")


@commands.command("generate")
@click.option("--account", "account_id", required=True, help="Account ID.")
@click.option("--label", default="", help="Shown in the list of tokens; the provider's name by default.")
@click.option("--provider", type=click.Choice(list(scim_tokens.PROVIDERS)), default="okta", show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=365, show_default=True, help="How long it works.")
@json_option
@refusals_in_one_line
def generate(account_id, label, provider, days, as_json):
    """Generate a token. It is printed this once and never again."""
    accounts.get(account_id)
    token, secret = scim_tokens.generate(server_scope(account_id), label, provider, days, activate=True)
    base_url = current_app.config["SETTINGS"].scim_base_url(account_id)
    result = {
        "base_url": base_url,
        "token": secret,
        "token_id": token.id,
        "expires_at": token.expires_at.isoformat().replace("+00:00", "Z"),
    }
    say(result, as_json, f"SCIM Base URL: {base_url}\nToken: {secret}\nThis is the only time you can see it.")
