"""The own page: what people change of themselves, with and without a directory, and how the screens look to them."""

import json

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users
from tests.support.databases import on_both


@pytest.fixture
def zoe(make_user):
    return make_user(given_name="Zoe", family_name="Muller", core={"title": "Buyer"})


def field_error(screen, name):
    return screen.tree.find("div", id=f"{name}-error").text


def test_a_member_lands_on_the_own_page_and_has_no_sidebar(own):
    landed = own("/")

    assert (landed.url, landed.status_code) == ("/me", 200)
    assert landed.title.startswith("My profile · Acme")
    assert "User management" not in landed.text
    assert "Title Buyer" in landed.text


@pytest.mark.parametrize("sent", [{}, {"displayName": "M. Chef"}])
def test_a_manager_who_is_here_is_shown_by_name(own, scope, zoe, make_user, sent):
    mara = make_user(given_name="Mara", family_name="Lindqvist")
    users.update(scope, zoe.id, UserChanges(enterprise={"manager": {"value": mara.scim_id} | sent}))

    assert "Manager Mara Lindqvist" in own("/me").text


@pytest.mark.parametrize("sent, words", [({}, "m-1"), ({"displayName": "M. Chef"}, "M. Chef")])
def test_a_manager_who_is_not_here_is_shown_as_the_directory_sent_it(own, scope, zoe, sent, words):
    users.update(scope, zoe.id, UserChanges(enterprise={"manager": {"value": "m-1"} | sent}))

    assert f"Manager {words}" in own("/me").text


def test_the_profile_is_saved(own, scope, zoe):
    form = own("/me").form("profile").fill(given_name="Zoë", family_name="Müller", nickname="Zo", phone="+46 8 1")
    saved = form.submit()

    assert "Your profile is saved." in saved.text
    core = users.document(scope, zoe).core
    assert (core["name"], core["nickName"]) == ({"givenName": "Zoë", "familyName": "Müller"}, "Zo")
    assert core["phoneNumbers"][0]["value"] == "+46 8 1"
    assert core["title"] == "Buyer"


def test_inputs_about_oneself_tell_browsers_what_they_are_for(own):
    purposes = {"given_name": "given-name", "family_name": "family-name", "nickname": "nickname", "phone": "tel"}
    inputs = own("/me").form("profile").node.find_all("input")

    assert {node.get("name"): node.get("autocomplete") for node in inputs if node.get("name") in purposes} == purposes


def test_a_name_that_is_emptied_is_told_beside_the_field_and_nothing_is_lost(own, account, page):
    answer = own("/me").form("profile").fill(given_name="", family_name="", nickname="Kept").submit()

    assert answer.status_code == 422
    assert answer.title.startswith("Error: ")
    assert field_error(answer, "given_name") == "Enter your first name."
    assert answer.form("profile").values["nickname"] == ["Kept"]
    owner = page("/me").form("profile").fill(family_name="").submit()
    assert field_error(owner, "family_name") == "The owner needs a family name: directories read it."


def test_all_that_is_wrong_with_the_own_profile_is_told_at_once(own, page):
    member = own("/me").form("profile").fill(given_name="", family_name="", nickname="x" * 201).submit()
    owner = page("/me").form("profile").fill(family_name="", nickname="x" * 201).submit()

    assert field_error(member, "given_name") == "Enter your first name."
    assert field_error(owner, "family_name") == "The owner needs a family name: directories read it."
    for screen in (member, owner):
        assert field_error(screen, "nickname") == "At most 200 characters."


def test_only_what_is_ones_own_can_be_typed(own, make_field):
    make_field("shirt", label="Shirt size", people_may_edit=True)
    make_field("badge", label="Badge")
    make_field("salary", label="Salary", admins_only=True)

    names = own("/me").form("profile").names

    assert set(names) == {
        "csrf_token", "version", "base", "given_name", "family_name", "nickname", "phone", "language", "theme",
        "time_zone", "custom-shirt",
    }  # fmt: skip
    forged = own.go("/me", method="POST", data="title=Chief&role=owner&custom-badge=1&given_name=Zoe")
    assert forged.status_code == 403


def test_what_administrators_keep_for_themselves_is_nowhere_on_the_page(own, scope, zoe, make_field):
    make_field("badge", label="Badge")
    make_field("salary", label="Salary", admins_only=True)
    users.update(scope, zoe.id, UserChanges(custom={"badge": "B-17", "salary": "secret"}))

    shown, data = own("/me"), own.visitor.open("/me/data")

    assert "Badge B-17" in shown.text
    assert "Salary" not in shown.html and "secret" not in shown.html
    assert json.loads(data.data)["customFields"] == {"badge": "B-17"}
    assert "attachment" in data.headers["Content-Disposition"]


def test_a_custom_field_that_was_opened_is_changed(own, scope, zoe, make_field):
    make_field("shirt", "dropdown", choices=("S", "L"), people_may_edit=True)

    own("/me").form("profile").fill({"custom-shirt": "L"}).submit()

    assert users.document(scope, zoe).custom == {"shirt": "L"}


def test_what_the_directory_owns_is_shown_with_the_reason_and_not_sent(scim, scope, sign_in_as, zoe, make_field):
    make_field("shirt", label="Shirt size", people_may_edit=True)
    urn = f"urn:kissflow:scim:schemas:extension:{scope.account_id}:2:User"
    scim.patch(f"/Users/{zoe.scim_id}", replace={"nickName": "Z", f"{urn}:shirt": "L"})
    own = sign_in_as(zoe)

    shown = own("/me")

    assert {"nickname", "custom-shirt"} & set(shown.form("profile").names) == set()
    locked = shown.tree.find("input", id="nickname")
    assert (locked.get("value"), locked.get("readonly") is not None) == ("Z", True)
    assert shown.tree.find("span", id="nickname-own").text == "Managed by Okta"
    shown.form("profile").fill(phone="+46 1").submit()
    assert users.document(scope, zoe).core["nickName"] == "Z"


@pytest.mark.parametrize("provider", ["okta", "generic"])
def test_a_person_of_any_directory_opens_the_own_page(account, sign_in_as, zoe, provider):
    client = account.scim(provider)
    client.patch(f"/Users/{zoe.scim_id}", replace={"title": "Head buyer"})
    group = client.post("/Groups", {"displayName": "Crew", "members": [{"value": zoe.scim_id}]})
    assert group.status_code == 201

    shown = sign_in_as(zoe)("/me")

    assert shown.status_code == 200
    assert "Crew" in shown.text


def test_everybody_reads_to_be_in_everyone_as_on_the_page_that_administrators_see(own):
    groups = own("/me").tree.find("section", aria_labelledby="groups-heading")

    assert "Everyone Always" in groups.text


@on_both
def test_two_at_once_see_each_others_changes(own, scope, zoe, make_field):
    make_field("skills", "multiselect", label="Skills", choices=("A", "B"), people_may_edit=True)
    form = own("/me").form("profile").fill(phone="+46 8 1", nickname="Mine")
    users.update(scope, zoe.id, UserChanges(core={"nickName": "Theirs"}, custom={"skills": ["A", "B"]}))

    conflict = form.submit()

    assert (conflict.status_code, conflict.title[:6]) == (409, "Error:")
    assert [cell.text for cell in conflict.tree.find("table").find_all("td")][:3] == ["Theirs", "Mine", "A, B"]
    assert conflict.link("Take theirs") == "/me"
    assert "Your profile is saved." in conflict.form("profile").submit("Save mine").text
    assert users.document(scope, zoe).core["nickName"] == "Mine"


def test_a_change_elsewhere_that_this_form_does_not_touch_is_no_conflict(own, scope, zoe):
    form = own("/me").form("profile").fill(nickname="Zo")
    users.update(scope, zoe.id, UserChanges(core={"title": "Head buyer"}))

    assert "Your profile is saved." in form.submit().text
    core = users.document(scope, zoe).core
    assert (core["nickName"], core["title"]) == ("Zo", "Head buyer")


def test_language_and_colours_act_at_once(own):
    saved = own("/me").form("profile").fill(language="Deutsch", theme="dark").submit()

    html = saved.tree.find("html")
    assert (html.get("lang"), html.get("data-bs-theme")) == ("de", "dark")
    back = own("/me").form("profile").fill(language="", theme="system").submit().tree.find("html")
    assert (back.get("lang"), back.get("data-bs-theme")) == ("en", None)


def test_the_colours_are_switched_from_every_page(own):
    switched = own("/me").form("/me/theme").submit()

    assert (switched.url, switched.tree.find("html").get("data-bs-theme")) == ("/me", "dark")
    assert own.go("/me/theme", method="POST", data="theme=pink").status_code in (400, 403)


@on_both
def test_the_page_takes_the_same_number_of_statements_however_much_there_is(own, account, zoe, make_field, statements):
    account.make_group(members=[zoe])  # the rules of roles are read for whoever is in any group
    own("/me")
    with statements() as few:
        own("/me")
    for number in range(4):
        make_field(f"field{number}", people_may_edit=number % 2 == 0)
        account.make_group(members=[zoe])
        account.screens(zoe)
    with statements() as many:
        own("/me")

    assert len(few) == len(many)


def test_a_day_reads_as_on_every_screen(own, page, make_field, scope, zoe):
    make_field("start", "date", label="Start date")
    users.update(scope, zoe.id, UserChanges(custom={"start": "2024-06-08"}))

    assert "Start date 8 Jun 2024" in own("/me").text
