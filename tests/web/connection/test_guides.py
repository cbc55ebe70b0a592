"""The set-up guides: this account's values in every directory's own menu names, ticked by what was seen, no token."""

import json

import pytest

from scimapp.directory.connection import scim_tokens

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
NAMES = ("okta", "entra", "onelogin", "jumpcloud", "other")


def person(name, *urns):
    return {"schemas": [CORE, *urns], "userName": name, "emails": [{"value": name}]}


def steps_done(screen):
    return [node.find("h2").text for node in screen.tree.find("ol").find_all("li") if node.get("class") == "done"]


@pytest.mark.parametrize("name", NAMES)
def test_every_guide_has_this_accounts_values_and_no_token(page, account, make_field, name):
    make_field("badge", "integer", label="Badge")
    client = account.scim("okta")
    guide = page(f"/provisioning/guides/{name}")

    assert f"/scim/{account.id}/v2" in guide.html
    assert f"urn:kissflow:scim:schemas:extension:{account.id}:2:User" in guide.html
    assert client.token not in guide.html
    assert "What happens when…" in guide.text
    assert f"/fields/mapping?for={name}" in guide.html


@pytest.mark.parametrize(
    "name, words",
    [
        ("okta", "SCIM 2.0 Test App (OAuth Bearer Token)"),
        ("okta", "Test API Credentials"),
        ("okta", "Create Users"),
        ("okta", "assign first, push second"),
        ("okta", "New people are active at once and receive an invitation."),
        ("entra", "Provision Microsoft Entra ID Users"),
        ("entra", 'emails[type eq "work"].value'),
        ("entra", "Sync only assigned users and groups"),
        ("onelogin", "SCIM Provisioner with SAML (SCIM v2 Enterprise)"),
        ("jumpcloud", "Enable management of User Groups and Group Membership"),
        ("other", "startIndex"),
    ],
)
def test_a_guide_says_what_to_do_in_its_directory(page, name, words):
    assert words in page(f"/provisioning/guides/{name}").text


def test_tabs_lead_to_every_guide(page):
    tabs = page("/provisioning/guides/okta").tree.find("nav", aria_label="Guides").find_all("a")

    assert [tab.get("href").rpartition("/")[2] for tab in tabs] == list(NAMES)
    assert [tab.text for tab in tabs if tab.get("aria-current")] == ["Okta"]


def test_the_way_in_leads_to_the_directory_in_use(page, account):
    assert page("/provisioning/guides").url.endswith("/okta")
    account.scim("entra")

    assert page("/provisioning/guides").url.endswith("/entra")


def test_an_unknown_guide_is_not_found(page):
    assert page("/provisioning/guides/ldap").status_code == 404


def test_members_are_refused(sign_in_as, make_user):
    assert sign_in_as(make_user(role="member"))("/provisioning/guides/okta").status_code == 403


def test_steps_are_ticked_as_the_server_sees_them_happen(page, account, make_field):
    field = make_field("badge", "integer")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert steps_done(page("/provisioning/guides/okta")) == []

    okta = account.scim("okta")
    assert steps_done(page("/provisioning/guides/okta")) == ["Done: Generate a token here"]
    okta.get("/Users")
    assert len(steps_done(page("/provisioning/guides/okta"))) == 3
    okta.post("/Users", person("a@b.example"))
    assert len(steps_done(page("/provisioning/guides/okta"))) == 5
    okta.post("/Groups", {"displayName": "Sales"})
    okta.post("/Users", person("c@b.example", urn) | {urn: {field.field_id: 4}})

    assert len(steps_done(page("/provisioning/guides/okta"))) == 7


def test_what_one_directory_did_ticks_nothing_in_the_guide_of_another(page, account):
    account.scim("okta").post("/Users", person("a@b.example"))

    assert steps_done(page("/provisioning/guides/entra")) == []


def test_who_made_the_token_is_told(page, account):
    account.scim("okta")

    assert f"Done by {account.owner.display_name}" in page("/provisioning/guides/okta").text


def test_the_live_line_stands_on_the_token_step_until_the_first_call(page, account, scope):
    scim_tokens.generate(scope, "Okta", "okta", activate=True)
    guide = page("/provisioning/guides/okta")
    assert "Waiting for the first call" in guide.tree.find_all("li", class_="todo")[1].text
    assert "Waiting for the first call" not in page("/provisioning/guides/entra").text

    account.scim("okta").get("/Users")

    assert "Waiting for the first call" not in page("/provisioning/guides/okta").text


def test_onelogins_template_holds_every_custom_field(page, account, make_field):
    make_field("badge", "integer")
    make_field("skills", "multiselect", choices=["one", "two"])
    guide = page("/provisioning/guides/onelogin")
    template = json.loads(guide.tree.find("textarea", id="template").text)
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"

    assert template[urn] == {"badge": "{$parameters.badge}", "skills": ["{$parameters.skills}"]}
    assert urn in template["schemas"]


def test_the_example_of_a_person_is_one_that_is_taken(page, account, make_field):
    make_field("badge", "integer")
    make_field("start", "date")
    make_field("site", "dropdown", choices=["Berlin", "Lisbon"])
    body = json.loads(page("/provisioning/guides/other").tree.find("textarea", id="body").text)

    answer = account.scim("generic").post("/Users", body)

    assert answer.status_code == 201
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert answer.json[urn] == {"badge": 1180, "start": "2026-11-23", "site": "Berlin"}


def test_the_template_is_one_that_is_taken_when_every_value_is_empty(page, account, make_field):
    make_field("badge", "integer")
    template = page("/provisioning/guides/onelogin").tree.find("textarea", id="template").text
    filled = template.replace("{$parameters.scimusername}", "ana@x.example").replace("{$user.email}", "ana@x.example")
    body = json.loads(filled.replace("{$user.firstname}", "Ana"))

    def emptied(value):
        if isinstance(value, dict):
            return {name: emptied(item) for name, item in value.items()}
        if isinstance(value, list):
            return [emptied(item) for item in value]
        return "" if isinstance(value, str) and value.startswith("{$") else value

    answer = account.scim("onelogin").post("/Users", emptied(body))

    assert answer.status_code == 201
    assert answer.json["name"]["givenName"] == "Ana"


def test_the_other_guide_leads_to_the_servers_own_description(page, account):
    links = [node.get("href") for node in page("/provisioning/guides/other").tree.find_all("a")]

    assert any(link.endswith(f"/scim/{account.id}/v2/ServiceProviderConfig") for link in links if link)


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_costs_the_same_at_any_number_of_fields(page, make_field, statements, name):
    make_field("first")
    with statements() as few:
        page(f"/provisioning/guides/{name}")
    for number in range(8):
        make_field(f"more_{number}")
    with statements() as many:
        page(f"/provisioning/guides/{name}")

    assert len(many) == len(few)
