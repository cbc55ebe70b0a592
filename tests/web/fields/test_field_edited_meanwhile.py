"""A form of a custom field that was open while somebody else, or a directory, changed the field."""

import pytest

from scimapp.directory.fields import custom_fields, field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from tests.support.databases import on_both


@pytest.fixture
def site(make_field):
    return make_field("site", "dropdown", label="Site", choices=["Oslo", "Lyon"], unknown_choice="add")


@on_both
def test_an_option_that_a_directory_added_meanwhile_stays(page, account, scim, site):
    """It went, and with it the question came what its people get."""
    open_form = page("/fields/site").form("field")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    assert scim.post("/Users", {"userName": "ann@corp.example", urn: {"site": "Rome"}}).status_code == 201

    saved = open_form.fill(label="Place").submit()

    assert "Place is saved" in saved.text
    assert page("/fields/site").form("field").values["choices"] == ["Oslo\nLyon\nRome"]


def test_options_of_two_administrators_meet(page, scope, site):
    open_form = page("/fields/site").form("field")
    field_edits.edit(scope, "site", FieldChanges(choices=["Lyon", "Bergen"]))

    open_form.fill(choices="Oslo\r\nTurin\r\nLyon").submit()

    assert custom_fields.get(scope, "site").choices == ["Turin", "Lyon", "Bergen"]


def test_an_option_that_came_in_another_spelling_is_the_same_option(page, scope, site):
    """It was said to be there twice, beside a list that had it once; one that was spelled anew moved to the end."""
    open_form = page("/fields/site").form("field")
    field_edits.edit(scope, "site", FieldChanges(choices=["OSLO", "Lyon", "Rome"]))

    open_form.fill(choices="Oslo\nrome\nLyon").submit()

    assert custom_fields.get(scope, "site").choices == ["OSLO", "Rome", "Lyon"]


def test_what_was_not_altered_is_not_put_back(page, scope, site):
    open_form = page("/fields/site").form("field")
    field_edits.edit(scope, "site", FieldChanges(label="Location", required=True, help_text="Where you work"))

    saved = open_form.fill(show_in_list=True).submit()

    assert "Location is saved" in saved.text
    field = custom_fields.get(scope, "site")
    assert (field.label, field.required, field.help_text) == ("Location", True, "Where you work")
    assert field.show_in_list


@on_both
def test_who_alters_what_somebody_else_altered_is_told_and_may_save_again(page, scope, site):
    """The last one won, and nobody was told."""
    open_form = page("/fields/site").form("field")
    changes = FieldChanges(label="Location", help_text="Where", default_value="Lyon", choices=["Lyon", "Bergen"])
    field_edits.edit(scope, "site", changes)

    told = open_form.fill(label="Place", default_value="Turin", choices="Oslo\nLyon\nTurin", show_in_list=True).submit()

    assert (told.status_code, told.title[:6]) == (409, "Error:")
    told_of = told.tree.find("section", role="alert").text
    assert "changed “Label”, " in told_of and "of the custom field Location, " in told_of
    assert "Label Location Place" in told_of and "Default Lyon Turin" in told_of and "Where" not in told_of
    assert custom_fields.get(scope, "site").label == "Location"
    again = told.form("field")
    assert again.values["help_text"] == ["Where"]
    assert "Place is saved" in again.fill(default_value="Lyon").submit().text
    field = custom_fields.get(scope, "site")
    assert (field.label, field.help_text, field.default_value, field.show_in_list) == ("Place", "Where", "Lyon", True)
    assert field.choices == ["Lyon", "Turin", "Bergen"]


def test_of_several_changes_the_one_that_overtook_the_form_is_told(page, scope, site):
    open_form = page("/fields/site").form("field")
    field_edits.edit(scope, "site", FieldChanges(label="Location"))
    field_edits.edit(scope, "site", FieldChanges(help_text="Where"))

    told = open_form.fill(label="Place").submit()

    assert "changed “Label” of the custom field Location, " in told.text
    assert "changed “Help text”" not in told.text


def test_who_typed_the_same_as_somebody_else_is_not_told(page, scope, site):
    open_form = page("/fields/site").form("field")
    field_edits.edit(scope, "site", FieldChanges(label="Location"))

    assert "Location is saved" in open_form.fill(label="Location").submit().text


def test_who_saves_a_field_that_was_archived_meanwhile_is_told(page, scope, site):
    open_form = page("/fields/site").form("field")
    custom_fields.archive(scope, "site")

    saved = open_form.fill(label="Place").submit()

    assert "Place is saved. It is archived, though" in saved.text
    assert custom_fields.get(scope, "site").label == "Place"


def test_a_form_that_was_refused_goes_on_from_what_it_showed(page, scope, site):
    open_form = page("/fields/site").form("field")
    field_edits.edit(scope, "site", FieldChanges(choices=["Oslo", "Lyon", "Bergen"]))

    refused = open_form.fill(label="", choices="Oslo\nLyon\nTurin").submit()
    assert refused.status_code == 422
    refused.form("field").fill(label="Site").submit()

    assert custom_fields.get(scope, "site").choices == ["Oslo", "Lyon", "Turin", "Bergen"]
