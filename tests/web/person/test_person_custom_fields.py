"""Custom fields in the form of one person: every type, several values, stored options, and people named by a field."""

import pytest

from scimapp.directory.fields import field_edits
from scimapp.directory.people import users
from tests.support.person_screens import profile


@pytest.mark.parametrize(
    ("field_type", "typed", "stored", "shown"),
    [
        ("text", "Hull", "Hull", "Hull"),
        ("long_text", "two\r\nlines", "two\nlines", "two\nlines"),
        ("email", "a@b.example", "a@b.example", "a@b.example"),
        ("url", "https://x.example/?a=1&b=2", "https://x.example/?a=1&b=2", "https://x.example/?a=1&b=2"),
        ("phone", "+49 30 1", "+49 30 1", "+49 30 1"),
        ("number", "4.5", 4.5, "4.5"),
        ("integer", "0", 0, "0"),
        ("boolean", "false", False, "false"),
        ("date", "2026-11-23", "2026-11-23", "2026-11-23"),
        ("datetime", "2026-11-23T09:30", "2026-11-23T09:30:00Z", "2026-11-23T09:30:00"),
        ("user", "somebody@acme.example", "somebody@acme.example", "somebody@acme.example"),
    ],
)
def test_every_type_of_custom_field_is_typed_stored_shown_and_cleared(
    page, scope, make_user, make_field, field_type, typed, stored, shown
):
    make_field("thing", field_type)
    bo, _ = make_user(), make_user(email="somebody@acme.example")

    screen = profile(page(f"/users/{bo.id}")).fill({"custom-thing": typed}).submit()

    assert users.document(scope, bo).custom == {"thing": stored}
    assert profile(screen).values["custom-thing"] == [shown]
    profile(screen).fill({"custom-thing": ""}).submit()
    assert users.document(scope, bo).custom == {}


def test_fields_with_several_values_take_a_line_or_a_tick_each(page, scope, make_user, make_field):
    make_field("codes", "integer", multi_valued=True)
    make_field("skills", "multiselect", choices=["Forklift", "First aid"])
    bo = make_user()

    form = profile(page(f"/users/{bo.id}")).fill({"custom-codes": "1\r\n22\r\n", "custom-skills": ["First aid"]})
    screen = form.submit()

    assert users.document(scope, bo).custom == {"codes": [1, 22], "skills": ["First aid"]}
    profile(screen).fill({"custom-codes": "", "custom-skills": []}).submit()
    assert users.document(scope, bo).custom == {}


def test_a_stored_option_that_was_taken_off_the_list_is_kept(page, scope, make_user, make_field):
    make_field("site", "dropdown", choices=["Hull", "Kiel"])
    bo = make_user(custom={"site": "Kiel"})
    field_edits.edit(scope, "site", field_edits.FieldChanges(choices=["Hull"]))
    screen = profile(page(f"/users/{bo.id}")).fill(nickname="B").submit()

    assert screen.status_code == 200
    assert users.document(scope, bo).custom == {"site": "Kiel"}


def test_a_person_named_by_a_custom_field_is_a_link(page, make_user, make_field):
    make_field("buddy", "user", label="Buddy")
    ana = make_user(given_name="Ana", family_name="Ruiz")
    bo = make_user(custom={"buddy": ana.email.upper()})

    assert page(f"/users/{bo.id}").link("Ana Ruiz") == f"/users/{ana.id}"


def test_a_custom_field_takes_people_who_are_here_and_keeps_whom_a_directory_sent(page, scope, make_user, make_field):
    make_field("buddy", "user", label="Buddy")
    ana, bo = make_user(email="ana@acme.example"), make_user(custom={"buddy": "somebody else"})

    kept = profile(page(f"/users/{bo.id}")).fill(nickname="B").submit()
    assert users.document(scope, bo).custom == {"buddy": "somebody else"}

    refused = profile(kept).fill(**{"custom-buddy": "nobody@acme.example"}).submit()
    assert refused.status_code == 422
    assert "“nobody@acme.example” is nobody here." in refused.tree.find(id="custom-buddy-error").text

    profile(refused).fill(**{"custom-buddy": ana.email}).submit()
    assert users.document(scope, bo).custom == {"buddy": ana.email}
