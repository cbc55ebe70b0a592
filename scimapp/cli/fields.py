"""``flask fields``: custom fields, which identity providers then see as attributes of the account's extension."""

import click

from ..directory.accounts import accounts
from ..directory.fields import custom_fields
from ..directory.fields.custom_fields import FieldDraft
from ..directory.fields.field_types import FIELD_TYPES
from ..directory.scope import server_scope
from .output import CommandGroup, as_json, of_account, settings, show

commands = CommandGroup("fields", help="Custom fields.")


@commands.command("add")
@of_account
@click.option("--field-id", help="The attribute's name, fixed for good; made from the label without one.")
@click.option("--label", required=True, help="What people read.")
@click.option("--type", "type_name", type=click.Choice(list(FIELD_TYPES)), required=True)
@click.option("--choice", "choices", multiple=True, help="An option of a dropdown or multi-select; repeat it.")
@click.option("--multi-valued", is_flag=True, help="Let the field hold several values.")
@click.option("--required", is_flag=True, help="Ask for a value when a person is added by hand.")
@click.option("--help-text", default="", help="A hint beside the field.")
@click.option("--show-in-list", is_flag=True, help="Show it as a column of User management.")
@as_json
def add(account_id, field_id, label, type_name, choices, multi_valued, required, help_text, show_in_list, as_json):
    """Add a custom field; clients can use it at once."""
    account = accounts.get(account_id)
    draft = FieldDraft(
        label=label,
        type=type_name,
        field_id=field_id,
        choices=choices,
        multi_valued=multi_valued,
        required=required,
        help_text=help_text,
        show_in_list=show_in_list,
    )
    field = custom_fields.define(server_scope(account.id), draft)
    show({"field_id": field.field_id, "schema": settings().extension_urn(account.id)}, as_json)
