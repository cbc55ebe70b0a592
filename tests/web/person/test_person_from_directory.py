"""The page of somebody whom no form has made: what the directory sent is shown and locked, what is missing is no error."""

import pytest

from scimapp.directory.changes import UserDraft
from scimapp.directory.people import users
from tests.scim_api.bodies import CORE, ENTERPRISE
from tests.support.databases import on_both
from tests.support.person_screens import profile, stored


def locks(screen):
    """The labels of the inputs that only the directory changes."""
    locked = [node for node in screen.tree.find_all("input", "textarea") if node.get("readonly") is not None]
    described = [node for node in locked if (node.get("aria-describedby") or "").endswith("-own")]
    return [screen.tree.find("label", for_=node.get("id")).text for node in described]


@pytest.fixture
def from_okta(scim, scope):
    """Somebody whom Okta sent with a full set of attributes."""
    body = {
        "userName": "tobias@acme.example",
        "externalId": "00u1f9k2mWqT7xLcd5d7",
        "name": {"givenName": "Tobias", "familyName": "Okonkwo", "middleName": "Chidi"},
        "title": "Regional Sales Lead ",
        "emails": [{"value": "tobias@acme.example", "primary": True}, {"value": "tobi@home.example", "type": "home"}],
        "addresses": [{"type": "work", "streetAddress": "1 High St", "locality": "Leeds", "country": "GB"}],
        "timezone": "Europe/London",
        ENTERPRISE: {
            "department": "Sales",
            "costCenter": "4410",
            "manager": {"value": "m1"},
        },
    }
    return stored(scope, scim.post("/Users", body).json["id"])


@on_both
def test_what_the_directory_sent_is_locked_and_the_rest_is_yours(page, scope, from_okta):
    screen = page(f"/users/{from_okta.id}")

    assert "Okta keeps this person up to date." in screen.text
    assert locks(screen) == [
        "First name",
        "Family name",
        "Title",
        "E-mail",
        "Department",
        "Cost center",
        "Time zone",
        "Manager",
    ]
    assert "Managed by Okta" in screen.text

    saved = profile(screen).fill(nickname="Tobi", employee_number="7").submit()

    assert "Saved 2 changes." in saved.text
    assert users.document(scope, from_okta).core["nickName"] == "Tobi"
    assert users.document(scope, from_okta).core["title"] == "Regional Sales Lead "
    assert profile(saved).fill(nickname="T").submit().status_code == 200


def test_a_locked_value_is_refused_whatever_the_form_sends(page, scope, from_okta):
    form = profile(page(f"/users/{from_okta.id}"))
    form.values["title"] = ["Boss"]

    screen = form.submit()

    assert screen.status_code == 422
    assert "managed by Okta and changes there only" in screen.text
    assert users.document(scope, from_okta).core["title"] == "Regional Sales Lead "


def test_custom_values_lock_when_the_directory_fills_them(page, account, scim, make_field, from_okta):
    make_field("site", label="Site")
    make_field("skills", "multiselect", label="Skills", choices=["A", "B"])
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert "Site" not in locks(page(f"/users/{from_okta.id}"))

    scim.patch(f"/Users/{from_okta.scim_id}", replace={urn: {"site": "Hull", "skills": ["A"]}})
    screen = page(f"/users/{from_okta.id}")

    assert {"Site", "Skills"} <= set(locks(screen))
    assert "Saved 1 change." in profile(screen).fill(nickname="T").submit().text


def test_nothing_that_the_directory_sent_is_hidden(page, from_okta):
    screen = page(f"/users/{from_okta.id}")
    text = screen.text

    assert screen.tree.find("textarea", id="time_zone").text.startswith("Europe/London (UTC")
    assert "Cost center" in locks(screen)
    assert screen.tree.find("input", id="cost_center").get("value") == "4410"
    for fact in (
        "Middle name Chidi",
        "E-mail addresses tobi@home.example (home)",
        "Addresses 1 High St, Leeds, GB (work)",
        "External ID 00u1f9k2mWqT7xLcd5d7",
    ):
        assert fact in text


def test_a_manager_who_is_here_is_a_link(page, scim, make_user, from_okta):
    ingrid = make_user(given_name="Ingrid", family_name="Halvorsen")
    scim.patch(f"/Users/{from_okta.scim_id}", replace={ENTERPRISE: {"manager": {"value": ingrid.scim_id}}})

    assert page(f"/users/{from_okta.id}").link("Open Ingrid Halvorsen") == f"/users/{ingrid.id}"


def test_the_groups_of_a_person_say_how_and_since_when(page, scim, make_group, from_okta):
    make_group("Trade fair crew", [from_okta])
    scim.post("/Groups", {"displayName": "Field Sales", "members": [{"value": from_okta.scim_id}]})

    screen = page(f"/users/{from_okta.id}")
    groups = screen.tree.find("section", id="groups").text

    assert "Field Sales Pushed by Okta" in groups
    assert "Trade fair crew Added by Olive Owner" in groups


def test_a_person_without_an_address_or_a_name_is_shown_too(page, account, scope):
    client = account.scim("strict")
    row = stored(scope, client.post("/Users", {"schemas": [CORE], "userName": "robot-7"}).json["id"])

    screen = page(f"/users/{row.id}")

    assert screen.status_code == 200
    assert "robot-7" in screen.text
    assert "There is no e-mail address to send an invitation to." in screen.text
    assert "robot-7" in page("/users").text


def test_a_person_whose_user_name_is_no_address_shows_it(page, scope):
    draft = UserDraft({"userName": "zed", "emails": [{"value": "z@acme.example"}]}, invite=False)

    assert "User name zed" in page(f"/users/{users.provision(scope, draft).id}").text
