"""``flask people``: the way back in for people who lost phone and recovery codes, including the Account Owner."""

import click

from ..directory.scope import server_scope
from ..directory.sign_in import second_step_resets
from .output import CommandGroup, account_or_only, as_json, show

commands = CommandGroup("people", help="People of an account.")


@commands.command("reset-two-step")
@click.option("--account", "account_id", metavar="ID", help="The Account ID; not needed when there is only one.")
@click.option("--email", required=True, help="The address that the person signs in with.")
@as_json
def reset_two_step(account_id, email, as_json):
    """Switch somebody's two-step sign-in off. Ends every session of theirs, and a mail tells them."""
    account = account_or_only(account_id)
    person = second_step_resets.reset_by_address(server_scope(account.id), email)
    show({"account_id": account.id, "person_id": person.id, "email": person.email}, as_json)
