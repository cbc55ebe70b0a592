"""Add user: what the form asks for, what it refuses, and what becomes of the person."""

import pytest

from scimapp.directory.accounts import account_settings
from scimapp.directory.groups import groups, role_rules
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.user_list import search
from tests.support.databases import on_both


def added(scope, email):
    return next(row for row in search.find_users(scope, search.UserSearch(q=email)).items).user


def test_a_person_is_added_and_invited(page, scope):
    form = page("/users/new").form("/users/new")
    screen = form.fill(given_name="Ana", family_name="Ruiz", email="ana@acme.example", nickname="An").submit("Add")

    ana = added(scope, "ana@acme.example")
    assert screen.url == f"/users/{ana.id}"
    (said,) = [node for node in screen.tree.find_all("div", role="status") if node.get("autofocus") is not None]
    assert said.text == "Ana is added. An invitation goes to ana@acme.example."
    assert (ana.display_name, ana.state, ana.source, ana.role) == ("Ana Ruiz", "invited", "screen", "member")
    assert users.document(scope, ana).core == {
        "userName": "ana@acme.example",
        "name": {"givenName": "Ana", "familyName": "Ruiz"},
        "emails": [{"value": "ana@acme.example", "type": "work", "primary": True}],
        "nickName": "An",
    }
    assert invitations.latest(scope, ana).invited_by == "Olive Owner"


def test_without_the_tick_no_mail_goes_out(page, scope):
    form = page("/users/new").form("/users/new")
    screen = form.fill(given_name="Ana", email="ana@acme.example", invite=False).submit("Add")

    assert "No mail was sent; send the invitation from this page when ready." in screen.text
    assert invitations.latest(scope, added(scope, "ana@acme.example")) is None

    invited = screen.form("invite").submit("Send invitation")

    assert "An invitation goes to ana@acme.example." in invited.text


def test_adding_another_leads_back_to_an_empty_form(page, scope):
    form = page("/users/new").form("/users/new")
    screen = form.fill(given_name="Ana", email="ana@acme.example").submit("Add and add another")

    assert screen.url == "/users/new"
    assert "Ana is added." in screen.text
    assert screen.form("/users/new").values["email"] == [""]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"given_name": ""}, "Enter a first name."),
        ({"given_name": "   "}, "Enter a first name."),
        ({"email": ""}, "Enter an e-mail address."),
        ({"email": "bo@corp"}, "“bo@corp” has no domain ending. Write it as name@example.com."),
        ({"email": "bo corp.example"}, "“bo corp.example” is not an e-mail address."),
        ({"email": "bo(x)@corp.example"}, "“bo(x)@corp.example” is not an e-mail address."),
        ({"given_name": "x" * 201}, "At most 200 characters."),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field_and_stays_typed(page, scope, values, complaint):
    typed = {"given_name": "Bo", "email": "bo@acme.example"} | values
    screen = page("/users/new").form("/users/new").fill(typed).submit("Add")

    name = next(iter(values))
    field = screen.tree.find("input", id=name)
    assert screen.status_code == 422
    assert complaint in screen.text
    assert field.get("aria-invalid") == "true"
    assert complaint in " ".join(screen.tree.find(id=ref).text for ref in field.get("aria-describedby").split())
    assert screen.title.startswith("Error: ")
    assert screen.form("/users/new").values["given_name"] == [typed["given_name"].strip()]
    assert search.count_states(scope).people == 1


def test_an_address_in_use_names_the_person_who_has_it(page, make_user):
    ana = make_user(given_name="Ana", family_name="Ruiz", email="ana@acme.example")

    screen = page("/users/new").form("/users/new").fill(given_name="Another", email="ANA@acme.example").submit("Add")

    assert screen.status_code == 422
    assert "This address belongs to Ana Ruiz already." in screen.text
    assert screen.link("Open Ana Ruiz") == f"/users/{ana.id}"
    assert screen.form("/users/new").values["given_name"] == ["Another"]


def test_an_address_in_use_is_told_beside_whatever_else_is_wrong(page, make_user):
    make_user(given_name="Ana", family_name="Ruiz", email="ana@acme.example")

    screen = page("/users/new").form("/users/new").fill(given_name="", email="ANA@acme.example").submit("Add")

    assert "Enter a first name." in screen.text
    assert "This address belongs to Ana Ruiz already." in screen.text
    assert screen.link("Open Ana Ruiz")


def test_custom_fields_are_asked_for_and_required_ones_must_be_filled(page, scope, make_field):
    make_field("badge", "integer", label="Badge number", required=True)
    make_field("site", "dropdown", label="Site", choices=["Hull", "Kiel"])
    make_field("skills", "multiselect", label="Skills", choices=["Forklift", "First aid"])
    form = page("/users/new").form("/users/new").fill(given_name="Ana", email="ana@acme.example")
    empty = form.submit("Add")
    wrong = form.fill({"custom-badge": "118A"}).submit("Add")
    right = form.fill({"custom-badge": "1180", "custom-site": "Kiel", "custom-skills": ["First aid"]}).submit("Add")

    assert "Badge number is needed here." in empty.text
    assert "“118A” is not an integer; write a whole number" in wrong.text
    assert right.status_code == 200
    ana = added(scope, "ana@acme.example")
    assert users.document(scope, ana).custom == {"badge": 1180, "site": "Kiel", "skills": ["First aid"]}


def test_only_roles_that_the_viewer_may_give_are_offered(account, sign_in_as, make_user):
    def offered(viewer):
        options = sign_in_as(viewer)("/users/new").tree.find("select", id="role").find_all("option")
        return [option.text for option in options]

    assert offered(account.owner) == ["Member", "User Admin", "Super Admin"]
    assert offered(make_user("user_admin")) == ["Member", "User Admin"]


def test_a_role_that_was_not_offered_is_refused(sign_in_as, make_user, scope):
    screens = sign_in_as(make_user("user_admin"))
    form = screens("/users/new").form("/users/new").fill(given_name="Ana", email="ana@acme.example")
    form.values["role"] = ["super_admin"]

    assert form.submit("Add").status_code == 422
    assert search.count_states(scope).people == 2


def test_members_cannot_add_anybody(sign_in_as, make_user):
    assert sign_in_as(make_user())("/users/new").status_code == 403


def test_a_person_comes_into_groups_and_under_a_manager(page, scope, make_user, make_group):
    boss = make_user(given_name="Bea", family_name="Boss", email="bea@acme.example")
    sales, _ = make_group("Sales"), make_group("Berlin")
    form = page("/users/new").form("/users/new")

    form.fill(given_name="Ana", email="ana@acme.example", manager="BEA@acme.example", groups=[sales.id]).submit("Add")

    ana = added(scope, "ana@acme.example")
    assert [group.display_name for group in groups.groups_of(scope, ana)] == ["Sales"]
    assert users.document(scope, ana).enterprise == {"manager": {"value": boss.scim_id}}


def test_groups_of_a_directory_are_not_offered(page, scim, make_group):
    make_group("Ours")
    scim.post("/Groups", {"displayName": "Theirs", "members": []})

    screen = page("/users/new")

    assert "Ours" in screen.text
    assert "Theirs" not in screen.text


@on_both
def test_among_many_groups_one_is_found_by_its_name(page, scope, make_group):
    for number in range(25):
        make_group(f"Team {number:02}")
    form = page("/users/new").form("/users/new")

    assert page("/users/new/groups?q=eam 07").tree.find("option").get("value") == "Team 07"
    refused = form.fill({"given_name": "Ana", "email": "ana@acme.example", "groups-0": "Nowhere"}).submit("Add")
    screen = refused.form("/users/new").fill({"groups-0": "team 07", "groups-2": "Team 11"}).submit("Add")

    assert refused.status_code == 422
    assert "There is no group \u201cNowhere\u201d here." in refused.tree.find(id="problems").text
    assert refused.form("/users/new").values["groups-0"] == ["Nowhere"]
    assert screen.url.startswith("/users/")
    ana = added(scope, "ana@acme.example")
    assert [group.display_name for group in groups.groups_of(scope, ana)] == ["Team 07", "Team 11"]


@on_both
def test_a_manager_who_is_nobody_here_is_refused_beside_the_field(page, scope):
    form = page("/users/new").form("/users/new")

    screen = form.fill(given_name="Ana", email="ana@acme.example", manager="who@acme.example").submit("Add")

    field = screen.tree.find("input", id="manager")
    assert screen.status_code == 422
    assert field.get("aria-invalid") == "true"
    assert "\u201cwho@acme.example\u201d is nobody here. Write the e-mail address." in screen.text
    assert field.get("value") == "who@acme.example"
    assert search.count_states(scope).people == 1


def test_without_a_free_seat_nobody_is_added_and_what_was_typed_stays(page, scope):
    account_settings.change_security(scope, seat_limit=1, over_seats="refuse")
    form = page("/users/new").form("/users/new")

    screen = form.fill(given_name="Ana", email="ana@acme.example").submit("Add")

    assert screen.status_code == 422
    assert "The only seat is in use. Deactivate somebody or raise the limit." in screen.tree.find(id="problems").text
    assert screen.form("/users/new").values["given_name"] == ["Ana"]
    assert search.count_states(scope).people == 1


@on_both
def test_a_group_that_gives_a_role_is_only_for_those_who_may_give_it(page, sign_in_as, make_user, make_group, scope):
    chiefs, _ = make_group("Chiefs"), make_group("Everybody else")
    role_rules.set_rule(scope, chiefs.id, Role.SUPER_ADMIN)
    screen = sign_in_as(make_user("user_admin"))("/users/new")
    form = screen.form("/users/new").fill(given_name="Ana", email="ana@acme.example")
    form.values["groups"] = [chiefs.id]

    refused = form.submit("Add")

    assert "Chiefs" in page("/users/new").text
    assert "Chiefs" not in screen.text
    assert refused.status_code == 422
    assert "Only somebody who may give that role changes who is in." in refused.text
    assert search.count_states(scope).people == 2


def test_required_fields_stand_open_with_their_default_and_the_others_are_folded(page, make_field):
    make_field("site", "dropdown", label="Site", choices=["Hull", "Kiel"], required=True, default_value="Kiel")
    make_field("note", label="Note")

    screen = page("/users/new")

    (folded,) = screen.tree.find("main").find_all("details")
    assert screen.form("/users/new").values["custom-site"] == ["Kiel"]
    assert not folded.find_all("select", id="custom-site")
    assert folded.find_all("input", id="custom-note")
    assert folded.get("open") is None


def test_after_add_and_add_another_the_note_names_whose_page_sends_the_invitation(page):
    form = page("/users/new").form("/users/new").fill(given_name="Ana", email="ana@acme.example", invite=False)

    screen = form.submit("Add and add another")

    assert "Ana is added. No mail was sent; send the invitation from the page of Ana when ready." in screen.text
