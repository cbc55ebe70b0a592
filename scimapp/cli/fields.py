"""``flask fields``: add a custom field."""

import click
from flask import current_app
from flask.cli import AppGroup

from ..directory import accounts, custom_fields
from ..directory.field_types import FIELD_TYPES
from ..directory.scope import server_scope
from .output import json_option, refusals_in_one_line, say

commands = AppGroup("fields", help="Custom fields.")


@commands.command("add")
@click.option("--account", "account_id", required=True, help="Account ID.")
@click.option("--field-id", help="Suggested from the label when left out; never changes.")
@click.option("--label", required=True)
@click.option("--type", "type_name", type=click.Choice(list(FIELD_TYPES)), required=True)
@click.option("--choice", "choices", multiple=True, help="One option of a dropdown or multi-select; repeat it.")
@click.option("--multi-valued", is_flag=True, help="Several values: text, number, integer.")
@click.option("--required", is_flag=True, help="Required on the screen when adding a person.")
@json_option
@refusals_in_one_line
def add(account_id, field_id, label, type_name, choices, multi_valued, required, as_json):
    """Add a custom field; directories can map it at once."""
    accounts.get(account_id)
    draft = custom_fields.FieldDraft(
        label=label, type=type_name, field_id=field_id, choices=choices, multi_valued=multi_valued, required=required
    )
    field = custom_fields.define(server_scope(account_id), draft)
    urn = current_app.config["SETTINGS"].extension_urn(account_id)
    say({"field_id": field.field_id, "schema": urn}, as_json, f"{label} is {urn}:{field.field_id}")
