"""Mapping sheets: what to type into each directory, and what has come from it."""

import pytest

from scimapp.directory.calls import call_log
from tests.support.databases import on_both


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


def test_buttons_that_copy_say_of_which_field(page, make_field):
    for label in ("Badge", "Site"):
        make_field(label.lower(), label=label)

    buttons = page("/fields/mapping").tree.find("main").find_all("button")
    names = [button.get("aria-label") for button in buttons if button.get("data-copy")]

    assert "Copy Data type of Badge" in names
    assert len(set(names)) == len(names)


def test_the_sheet_notices_the_first_value(page, account, make_field):
    make_field("badge", "integer")
    assert "Nothing received" in page("/fields/badge/mapping").text
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    body = {"userName": "ann@corp.example", "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", urn]}
    account.scim("okta").post("/Users", body | {urn: {"badge": 7}})

    assert "Last value from Okta" in page("/fields/badge/mapping").text


@pytest.mark.parametrize(
    ("directory", "expected"),
    [
        ("entra", {"name": "{urn}:badge", "type": "Integer", "target": "{urn}:badge"}),
        ("onelogin", {"field-name": "badge", "line": '"badge": "{$parameters.badge}"', "extension": "{urn}"}),
        ("jumpcloud", {"attribute": "{urn}:badge", "name": "badge", "schema": "{urn}"}),
        (
            "other",
            {
                "attribute": "{urn}:badge",
                "type": "integer",
                "body": '"{urn}": {"badge": 1180}',
                "filter": "{urn}:badge pr",
            },
        ),
    ],
)
def test_every_directory_has_a_sheet(page, account, make_field, directory, expected):
    make_field("badge", "integer")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"

    for address in (f"/fields/badge/mapping?for={directory}", f"/fields/mapping?for={directory}"):
        sheet = page(address)
        nodes = [*sheet.tree.find_all("input"), *sheet.tree.find_all("textarea")]
        values = {
            node.get("id").removeprefix("map-badge-"): node.get("value") or node.text
            for node in nodes
            if (node.get("id") or "").startswith("map-badge-")
        }
        assert values == {key: value.replace("{urn}", urn) for key, value in expected.items()}


def test_the_sheet_is_that_of_the_directory_in_use(page, account, make_field):
    make_field("badge", "integer")
    assert "Okta mapping sheet" in page("/fields").text
    account.scim("entra")

    assert "Microsoft Entra ID mapping sheet" in page("/fields").text
    assert "Edit attribute list" in page("/fields/badge/mapping").text
    assert "Okta mapping sheet" in page("/fields/badge/mapping?for=okta").text


def test_a_refused_value_is_told_until_one_is_taken(page, account, make_field, clock):
    make_field("badge", "integer", label="Badge")
    make_field("site", "url", label="Site")
    okta = account.scim("okta")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", urn], "userName": "ann@corp.example"}
    assert okta.post("/Users", body | {urn: {"badge": "118A"}}).status_code == 400
    assert okta.post("/Users", body | {urn: {"site": "intranet"}}).status_code == 400
    call_log.flush()

    assert "Wrong value sent" in page("/fields").text
    assert "118A" in page("/fields/badge/mapping").text
    assert "site: an address" in page("/fields/site/mapping").text
    clock.advance(minutes=5)
    okta.post("/Users", body | {urn: {"badge": 118, "site": "https://intranet.example"}})

    assert "Wrong value sent" not in page("/fields").text


@on_both
def test_a_good_value_right_after_a_refused_one_ends_the_warning(page, account, make_field, clock):
    """When a value came is noted once a minute, but for the one that shows that the mistake is mended."""
    make_field("badge", "integer", label="Badge")
    okta = account.scim("okta")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    person = okta.post("/Users", {"userName": "ann@corp.example", urn: {"badge": 118}}).json["id"]
    clock.advance(seconds=10)
    assert okta.patch(f"/Users/{person}", replace={f"{urn}:badge": "118A"}).status_code == 400
    call_log.flush()
    assert "Wrong value sent" in page("/fields").text
    clock.advance(seconds=10)

    assert okta.patch(f"/Users/{person}", replace={f"{urn}:badge": 119}).status_code == 200

    assert "Wrong value sent" not in page("/fields").text


def test_another_namespace_is_told_with_what_was_seen(page, account, make_field):
    make_field("badge", "integer", label="Badge")
    urn = "urn:kissflow:scim:schemas:extension:AccountID:2:User"
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", urn], "userName": "ann@corp.example"}
    account.scim("okta").post("/Users", body | {urn: {"badge": 1}})
    call_log.flush()

    assert f"Okta sends another namespace: {urn}." in page("/fields/badge/mapping").text
