"""``flask accounts``: create one, print the link of the first start, break the glass for a locked-out owner."""

import click
from flask import current_app
from flask.cli import AppGroup

from ..directory import accounts
from .output import json_option, read_password, refusals_in_one_line, say

commands = AppGroup("accounts", help="Accounts and their owners.")


@commands.command("create")
@click.option("--name", required=True, help="Account name.")
@click.option("--owner-email", required=True)
@click.option("--owner-given-name", required=True)
@click.option("--owner-family-name", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the owner's password from standard input.")
@json_option
@refusals_in_one_line
def create(name, owner_email, owner_given_name, owner_family_name, password_stdin, as_json):
    """Create an account with its owner."""
    names = (name, owner_given_name, owner_family_name)
    password_hash = read_password(password_stdin, email=owner_email, names=names)
    created = accounts.create(
        accounts.AccountDraft(name, owner_email, owner_given_name, owner_family_name, password_hash)
    )
    result = {"account_id": created.account.id, "owner_id": created.owner.id}
    say(result, as_json, f"Account {name} is {created.account.id}; its owner signs in as {owner_email}.")


@commands.command("setup-link")
@click.option("--if-needed", is_flag=True, help="Print a link only on a server without any account.")
@json_option
def setup_link(if_needed, as_json):
    """Print a link that creates an account; it works once, for 24 hours."""
    if if_needed and accounts.any_exists():
        return
    link = f"{current_app.config['SETTINGS'].external_url}/setup/{accounts.issue_setup_link()}"
    say({"url": link}, as_json, f"Open this address to create the first account (valid 24 hours): {link}")


@commands.command("owner-reset")
@click.option("--account", "account_id", required=True, help="Account ID.")
@click.option("--email", help="A new e-mail address for the owner.")
@click.option("--password-stdin", is_flag=True, help="Read the new password from standard input.")
@json_option
@refusals_in_one_line
def owner_reset(account_id, email, password_stdin, as_json):
    """Set the owner's password again, and the address if given. For somebody locked out; it is recorded."""
    owner = accounts.owner_of(account_id)
    password_hash = read_password(password_stdin, email=email or owner.email, names=(owner.display_name,))
    owner = accounts.reset_owner(account_id, password_hash, email)
    result = {"account_id": account_id, "owner_id": owner.id, "email": owner.email}
    say(result, as_json, f"{owner.display_name} signs in as {owner.email} with the new password.")
