"""What sent a value is named on the screens, not the token that was made last."""

import pytest

from scimapp.directory.connection import scim_tokens


@pytest.fixture
def entra_is_next(scope, scim, clock):
    """Okta has called; a token for Entra is made afterwards and has not been used."""
    assert scim.get("/Users").status_code == 200
    clock.advance(minutes=1)
    scim_tokens.generate(scope, "Entra", "entra", activate=True)


def test_a_directory_that_has_not_called_is_not_said_to_send(page, account, scim, make_field, entra_is_next):
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    for name in ("badge", "floor", "site"):
        make_field(name, "integer", label=name.title())
    body = {"userName": "ann@corp.example", urn: {"badge": 7}}
    assert scim.post("/Users", body).status_code == 201
    assert scim.post("/Users", body | {"userName": "bob@corp.example", urn: {"floor": "first"}}).status_code == 400
    wrong = {"urn:kissflow:scim:schemas:extension:ACCOUNT:2:User": {"badge": 7}}
    assert scim.post("/Users", {"userName": "eve@corp.example"} | wrong).status_code == 201

    words = page("/provisioning").text

    assert "Okta creates, updates and deactivates people" in words
    assert "A value that Okta sent for Floor" in words
    assert "Okta sends a namespace we do not know" in words
    assert "Okta has never sent a value for “Site”" in words
    assert "Okta is asked to wait (503)" in page("/provisioning/pause").text
    assert "Last value from Okta" in page("/fields?sheet=badge").text
    assert "what Okta still sends is ignored" in page("/fields/badge/archive").text


def test_the_sheet_is_for_the_directory_that_is_being_set_up(page, make_field, entra_is_next):
    make_field("badge")

    assert "Microsoft Entra ID mapping sheet" in page("/fields").text


def test_all_directories_that_call_are_named(account, scim, clock):
    """Only the one that had called last was."""
    entra = account.scim("entra")
    for client in (scim, entra):
        assert client.get("/Users").status_code == 200
        clock.advance(days=6)
    page = account.screens()

    assert "Microsoft Entra ID and Okta create, update and deactivate people in Acme." in page("/provisioning").text
    assert "Microsoft Entra ID and Okta are asked to wait (503) and try again" in page("/provisioning/pause").text


def test_a_directory_that_another_has_replaced_is_not_named(account, scim, clock):
    for client in (scim, account.scim("entra")):
        assert client.get("/Users").status_code == 200
        clock.advance(days=7)

    assert (
        "Microsoft Entra ID creates, updates and deactivates people in Acme." in account.screens()("/provisioning").text
    )
