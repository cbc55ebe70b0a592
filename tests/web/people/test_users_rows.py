"""Rows of user management: names, the words for each state, groups and values of custom fields."""

import pytest

from scimapp.directory.changes import UserDraft
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from tests.support.databases import on_both
from tests.support.mails import send_all
from tests.web.people.test_users_list import headings, row_of


def test_boxes_and_menus_of_namesakes_are_told_apart(page, make_user, make_group):
    annas = [make_user(given_name="Anna", family_name="Adler", email=f"{name}@acme.example") for name in ("anna", "aa")]
    group = make_group("Crew", annas)

    for screen, owner in ((page("/users"), {"Select Olive Owner"}), (page(f"/groups/{group.id}"), set())):
        boxes = {box.get("aria-label") for box in screen.tree.find_all("input", name="user")}
        assert boxes == owner | {"Select Anna Adler (anna@acme.example)", "Select Anna Adler (aa@acme.example)"}
    assert page("/users").tree.find("summary", aria_label="Actions for Anna Adler (aa@acme.example)")


@pytest.mark.parametrize(
    ("given_name", "family_name", "initials"), [("ada", "de la ríos", "AR"), ("ქეთი", "ჯავახიშვილი", "ქჯ")]
)
def test_initials_are_letters_that_names_begin_with(page, make_user, given_name, family_name, initials):
    """Georgian ones were letters of words in capitals, which few fonts have."""
    person = make_user(given_name=given_name, family_name=family_name)

    assert row_of(page("/users"), person).split()[:2] == [initials, given_name]


def test_every_state_is_told_in_words(account, sign_in_as, scope, make_user, scim, clock):
    sent, refused, expired, waiting = (make_user(state="invited", given_name=name) for name in ("S", "R", "E", "W"))
    silent = users.provision(scope, UserDraft.from_form(given_name="Sil", email="sil@acme.example", invite=False))
    stopped = make_user(state="inactive")
    gone = scim.post("/Users", {"userName": "gone@acme.example"}).json["id"]
    scim.delete(f"/Users/{gone}")
    send_all()
    clock.advance(days=8)
    invitations.resend(scope, sent.id)
    send_all()
    invitations.resend(scope, refused.id)
    send_all("550 no such mailbox")
    invitations.resend(scope, waiting.id)

    screen = sign_in_as(account.owner)("/users")

    assert "Invited just now" in row_of(screen, sent)
    assert "Invited mail bounced" in row_of(screen, refused)
    assert "Invited link expired" in row_of(screen, expired)
    assert "Invited waiting to send" in row_of(screen, waiting)
    assert "Invited not sent" in row_of(screen, silent)
    assert "Inactive by Olive Owner" in row_of(screen, stopped)
    assert "Inactive removed by Okta" in row_of(screen, users.get(scope, gone))
    assert "Open invites 5 1 expired, 1 bounced" in screen.text


def test_custom_fields_marked_for_it_are_columns(page, make_user, make_field):
    make_field("site", label="Site", show_in_list=True)
    make_field("licence", "boolean", label="Licence", show_in_list=True)
    make_field("note", label="Note")
    ada = make_user(custom={"site": "Hull", "licence": False, "note": "hidden"})

    screen = page("/users")

    assert {"Site", "Licence"} <= set(headings(screen))
    assert "Note" not in headings(screen)
    assert "Hull No" in row_of(screen, ada)


def test_the_first_group_and_the_number_of_others(page, make_user, make_group):
    ada = make_user()
    for name in ("Zinc", "Field Sales", "Finance"):
        make_group(name, [ada])

    assert "Field Sales +2" in row_of(page("/users"), ada)


def test_a_pushed_group_is_told_apart_from_the_built_in_one_of_its_name(page, scim, account):
    """Both were Everyone."""
    cy = scim.post("/Users", {"userName": "cy@acme.example", "name": {"givenName": "Cy"}}).json["id"]
    scim.post("/Groups", {"displayName": "Everyone", "members": [{"value": cy}]})

    (pushed,) = [row.text for row in page("/users").tree.find("tbody").find_all("tr") if "cy@acme.example" in row.text]

    assert "Everyone (Okta)" in pushed
    assert "Everyone" in row_of(page("/users"), account.owner)
    assert "Everyone (" not in row_of(page("/users"), account.owner)


@on_both
def test_groups_of_one_name_say_which_directory_they_are_of(page, account, make_user, make_group):
    """They looked alike."""
    bo = make_user()
    make_group("Crew", [bo])
    for provider, name in (("okta", "Crew"), ("onelogin", "CREW"), ("okta", "Sales")):
        account.scim(provider).post("/Groups", {"displayName": name, "members": [{"value": bo.scim_id}]})

    spans = page("/users").tree.find("tr", id=f"user-{bo.id}").find_all("span", class_="clip value")

    (names,) = [span.get("title") for span in spans if "Sales" in span.get("title")]
    assert names == "Crew (Made here), Crew (Okta), CREW (OneLogin), Sales"


def test_markup_in_a_name_is_shown_as_typed(page, make_user):
    make_user(given_name="<b>Bold</b>", family_name="\"Quote'")

    screen = page("/users")

    assert "<b>Bold</b>" in screen.text
    assert "<b>Bold" not in screen.html
