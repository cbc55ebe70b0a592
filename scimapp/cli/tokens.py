"""``flask tokens``: SCIM tokens for scripts and containers. The secret is printed once and not stored."""

import click

from ..directory.accounts import accounts
from ..directory.connection import scim_tokens
from ..directory.scope import server_scope
from .output import CommandGroup, as_json, of_account, settings, show

commands = CommandGroup("tokens", help="SCIM tokens.")


@commands.command("generate")
@of_account
@click.option("--label", default="", help="What the token is for; the provider's name without one.")
@click.option(
    "--provider", type=click.Choice(list(scim_tokens.PROVIDERS)), default="okta", show_default=True,
    help="The identity provider that will use it.",
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, max(scim_tokens.LIFETIMES)), default=max(scim_tokens.LIFETIMES), show_default=True
)
@as_json
def generate(account_id, label, provider, days, as_json):
    """Generate a token that answers at once."""
    account = accounts.get(account_id)
    token, secret = scim_tokens.generate(server_scope(account.id), label, provider, days, activate=True)
    facts = {
        "base_url": settings().scim_base_url(account.id),
        "token": secret,
        "token_id": token.id,
        "expires_at": token.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    show(facts, as_json)
