"""``flask accounts``: creating an account, the first-start link, and the way back in for a locked-out owner."""

import click

from ..directory.accounts import accounts
from ..directory.accounts.accounts import AccountDraft
from .output import CommandGroup, account_or_only, as_json, hashed_password, password_from_stdin, settings, show

SETUP_LINK_HOURS = 24
commands = CommandGroup("accounts", help="Accounts and their owners.")


@commands.command("create")
@click.option("--name", required=True, help="What people read, such as a company's name.")
@click.option("--owner-email", required=True, help="The owner signs in with it.")
@click.option("--owner-given-name", required=True)
@click.option("--owner-family-name", required=True, help="Directories read it, so it cannot be empty.")
@password_from_stdin
@as_json
def create(name, owner_email, owner_given_name, owner_family_name, password_stdin, as_json):
    """Create an account with its owner, who can sign in at once."""
    names = (owner_given_name, owner_family_name, name)
    password_hash = hashed_password(password_stdin, email=owner_email, names=names)
    made = accounts.create(AccountDraft(name, owner_email, owner_given_name, owner_family_name, password_hash))
    show({"account_id": made.account.id, "owner_id": made.owner.id}, as_json)


@commands.command("list")
@as_json
def list_all(as_json):
    """List the accounts of this deployment."""
    known = [{"account_id": account.id, "name": account.name} for account in accounts.list_accounts()]
    lines = [f"{account['account_id']}  {account['name']}" for account in known] or ["There is no account yet."]
    show({"accounts": known}, as_json, lines)


@commands.command("setup-link")
@click.option("--if-needed", is_flag=True, help="Print nothing when there is an account already.")
@as_json
def setup_link(if_needed, as_json):
    """Print a link that creates an account in the browser, once. Earlier links stop working."""
    if if_needed and accounts.any_exists():
        show({"setup_url": None}, as_json, lines=())
        return
    url = f"{settings().external_url}/setup/{accounts.issue_setup_link(SETUP_LINK_HOURS)}"
    line = f"Open this address to create an account (valid {SETUP_LINK_HOURS} hours): {url}"
    show({"setup_url": url}, as_json, lines=(line,))


@commands.command("owner-reset")
@click.option("--account", "account_id", metavar="ID", help="The Account ID; not needed when there is only one.")
@click.option("--email", help="Another address for the owner to sign in with.")
@password_from_stdin
@as_json
def owner_reset(account_id, email, password_stdin, as_json):
    """Give the Account Owner a new password, for somebody who is locked out. Ends every session of theirs."""
    account = account_or_only(account_id)
    owner = accounts.owner_of(account.id)
    names = (owner.given_name, owner.family_name, account.name)
    password_hash = hashed_password(password_stdin, email=email or owner.email or "", names=names)
    owner = accounts.reset_owner(account.id, password_hash, email)
    show({"account_id": account.id, "owner_id": owner.id, "email": owner.email}, as_json)
