"""Custom fields and their mapping sheets on the screens."""

import pytest

from scimapp.directory import custom_fields, users
from scimapp.directory.changes import UserChanges


def add(page, **values):
    return page("/fields/new").form("field").fill(values).submit()


def test_an_empty_account_says_what_fields_are_for(page):
    assert "No custom fields yet" in page("/fields").text
    assert "No custom fields yet" in page("/fields/mapping").text


def test_a_field_without_an_id_gets_one_from_its_label(page, scope):
    added = add(page, label="Cost centre (old)", type="text")

    assert "cost_centre_old" in added.text
    assert custom_fields.get(scope, "cost_centre_old").label == "Cost centre (old)"


def test_a_dropdown_keeps_its_options_in_order(page, scope):
    add(page, label="Site", type="dropdown", choices="Oslo\nLyon\n\nLyon\n")

    assert custom_fields.get(scope, "site").choices == ["Oslo", "Lyon"]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"label": ""}, "Give the field a label"),
        ({"label": "Badge", "field_id": "1st"}, "Start with a letter"),
        ({"label": "Badge", "field_id": "userName"}, "standard SCIM attribute"),
        ({"label": "Badge", "field_id": "COST"}, "taken by the field Cost"),
        ({"label": "Site", "type": "dropdown"}, "at least one option"),
        ({"label": "Yes", "type": "boolean", "multi_valued": True}, "hold several values"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(page, scope, make_field, values, complaint):
    make_field("cost", label="Cost")

    refused = add(page, **values, help_text="as typed")

    assert (refused.status_code, complaint in refused.text) == (422, True)
    assert refused.form("field").values["help_text"] == ["as typed"]
    assert len(custom_fields.list_fields(scope)) == 1


def test_the_type_is_fixed_once_a_value_is_saved(page, scope, make_field, make_user):
    make_field("badge", "integer")
    users.update(scope, make_user().id, UserChanges(custom={"badge": 7}))

    saved = page("/fields/badge").form("field").fill(label="Badge number", required=True).submit()

    assert "Badge number is saved" in saved.text
    field = custom_fields.get(scope, "badge")
    assert (field.type, field.label, field.required) == ("integer", "Badge number", True)


def test_fields_are_moved_by_buttons(page, scope, make_field):
    make_field("first")
    make_field("second")

    buttons = [form for form in page("/fields").forms if form.action.endswith("/second/move")]
    buttons[0].submit("up")

    assert [field.field_id for field in custom_fields.list_fields(scope)] == ["second", "first"]


def test_archiving_asks_and_restoring_brings_back(page, scope, make_field):
    make_field("badge")
    asked = page("/fields/badge/archive")
    assert "You can restore it" in asked.text
    asked.form("archive").submit()
    assert custom_fields.list_fields(scope) == []

    page("/fields").form("restore").submit()

    assert [field.field_id for field in custom_fields.list_fields(scope)] == ["badge"]


@pytest.mark.parametrize(
    ("kind", "rest", "okta"),
    [
        ("text", {}, "string"),
        ("number", {}, "number"),
        ("integer", {}, "integer"),
        ("boolean", {}, "boolean"),
        ("date", {}, "string"),
        ("multiselect", {"choices": ["a", "b"]}, "string array"),
        ("integer", {"multi_valued": True}, "integer array"),
    ],
)
def test_the_sheet_says_exactly_what_to_type_into_okta(page, account, make_field, kind, rest, okta):
    make_field("first_aider", kind, label="First aider", **rest)

    sheet = page("/fields/first_aider/mapping")
    inputs = {node.get("id"): node for node in (*sheet.tree.find_all("input"), *sheet.tree.find_all("textarea"))}
    values = {
        key.removeprefix("map-first_aider-"): node.get("value") or node.text
        for key, node in inputs.items()
        if key and key.startswith("map-first_aider")
    }

    assert values == {
        "data-type": okta,
        "display-name": "First aider",
        "variable-name": "first_aider",
        "external-name": "first_aider",
        "external-namespace": f"urn:kissflow:scim:schemas:extension:{account.id}:2:User",
    }


def test_the_sheet_notices_the_first_value(page, account, make_field):
    make_field("badge", "integer")
    assert "Nothing received" in page("/fields/badge/mapping").text
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    body = {"userName": "ann@corp.example", "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", urn]}
    account.scim("okta").post("/Users", body | {urn: {"badge": 7}})

    assert "Last value from the directory" in page("/fields/badge/mapping").text


@pytest.mark.parametrize("address", ["/fields", "/fields/new", "/fields/mapping"])
def test_members_are_refused(sign_in_as, make_user, address):
    assert sign_in_as(make_user(role="member"))(address).status_code == 403


def test_another_accounts_field_is_not_found(page, other_account):
    other_account.make_field("theirs")

    for address in ("/fields/theirs", "/fields/theirs/archive", "/fields/theirs/mapping"):
        assert page(address).status_code == 404
