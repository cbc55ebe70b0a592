"""``flask fields add``: a custom field that clients can use at once."""

import pytest

from scimapp.directory.fields import custom_fields


def add(flask, account, *words):
    return flask("fields", "add", "--account", account.id, *words, "--json")


def test_a_field_is_an_attribute_at_once(flask, account, scim):
    made = add(flask, account, "--field-id", "empCode", "--label", "Employee code", "--type", "text")

    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert (made.code, made.json) == (0, {"field_id": "empCode", "schema": urn})
    attributes = scim.get(f"/Schemas/{urn}").json["attributes"]
    assert [attribute["name"] for attribute in attributes] == ["empCode"]


def test_all_options_reach_the_field(flask, account):
    add(
        flask, account, "--field-id", "site", "--label", "Site", "--type", "dropdown", "--choice", "Lyon", "--choice",
        "Oslo", "--required", "--show-in-list", "--help-text", "Where this person works",
    )  # fmt: skip
    add(flask, account, "--field-id", "codes", "--label", "Codes", "--type", "integer", "--multi-valued")

    site, codes = custom_fields.list_fields(account.scope)
    assert (site.type, site.choices, site.required, site.show_in_list) == ("dropdown", ["Lyon", "Oslo"], True, True)
    assert site.help_text == "Where this person works"
    assert (codes.type, codes.multi_valued) == ("integer", True)


def test_the_field_id_is_made_from_the_label(flask, account):
    assert add(flask, account, "--label", "Cost centre", "--type", "text").json["field_id"] == "cost_centre"


@pytest.mark.parametrize("words, complaint", [
    (("--field-id", "empcode", "--label", "B", "--type", "text"), "is taken by the field Employee code"),
    (("--field-id", "1st", "--label", "B", "--type", "text"), "--field-id: Start with a letter"),
    (("--label", "B\x1b[2J", "--type", "text"), "--label: Control characters are not accepted."),
    (("--label", "B", "--type", "dropdown", "--choice", "Lyon\nOslo"), "--choice: Control characters are not accepted."),
    (("--field-id", "b", "--label", "B", "--type", "colour"), "'colour' is not one of 'text', "),
    (("--field-id", "b", "--label", "B", "--type", "dropdown"), "Give at least one option"),
    (("--field-id", "b", "--label", "B", "--type", "boolean", "--multi-valued"), "hold several values"),
    (("--field-id", "b", "--type", "text"), "Missing option '--label'."),
])  # fmt: skip
def test_bad_input_is_one_line_and_changes_nothing(flask, account, make_field, words, complaint):
    make_field("empCode", label="Employee code")

    refused = add(flask, account, *words)

    assert (refused.code, refused.out) == (2, "")
    assert complaint in refused.err
    assert refused.err.count("\n") == 1
    assert len(custom_fields.list_fields(account.scope)) == 1
