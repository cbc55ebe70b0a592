"""Options of a custom field that go: what becomes of the people who have them."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.fields import custom_fields
from scimapp.directory.people import users
from tests.support.databases import on_both


@pytest.fixture
def sites(scope, make_field, make_user):
    """A dropdown, and three people: two in Oslo, one in Lyon."""
    make_field("site", "dropdown", label="Site", choices=["Oslo", "Lyon", "Rome"])
    rows = [make_user() for _ in range(3)]
    for row, site in zip(rows, ("Oslo", "Oslo", "Lyon"), strict=True):
        users.update(scope, row.id, UserChanges(custom={"site": site}))
    return rows


def site_of(scope, row):
    return users.document(scope, users.get(scope, row.id)).custom["site"]


@on_both
def test_an_option_that_goes_asks_what_becomes_of_its_people(page, scope, sites):
    asked = page("/fields/site").form("field").fill(choices="Lyon\nRome", help_text="as typed").submit()

    assert "“Oslo”: 2 people have it" in asked.text
    assert custom_fields.get(scope, "site").choices == ["Oslo", "Lyon", "Rome"]
    saved = asked.form("options").submit("Save")

    assert "Site is saved" in saved.text
    assert custom_fields.get(scope, "site").choices == ["Lyon", "Rome"]
    assert site_of(scope, sites[0]) == "Oslo"
    assert "Oslo (no longer offered)" in page(f"/users/{sites[0].id}").text


def test_the_people_of_an_option_that_goes_are_moved(page, scope, sites):
    asked = page("/fields/site").form("field").fill(choices="Lyon\nRome").submit()

    asked.form("options").fill({"move-Oslo": "Rome"}).submit("Save")

    assert [site_of(scope, row) for row in sites] == ["Rome", "Rome", "Lyon"]


def test_an_option_in_the_place_of_another_is_taken_for_its_new_name(page, scope, sites):
    asked = page("/fields/site").form("field").fill(choices="Bergen\nLyon\nRome").submit()

    assert asked.form("options").values["move-Oslo"] == ["Bergen"]


def test_back_from_the_question_nothing_typed_is_lost(page, scope, sites):
    asked = page("/fields/site").form("field").fill(choices="Lyon", help_text="as typed").submit()

    back = asked.form("options").submit("back")

    assert (back.status_code, back.form("field").values["help_text"]) == (200, ["as typed"])
    assert back.form("field").values["choices"] == ["Lyon"]
    assert custom_fields.get(scope, "site").choices == ["Oslo", "Lyon", "Rome"]


def test_an_option_that_nobody_has_goes_without_a_question(page, scope, sites):
    saved = page("/fields/site").form("field").fill(choices="Oslo\nLyon").submit()

    assert "Site is saved" in saved.text


def test_the_form_begins_with_what_its_type_has_a_use_for(page):
    parts = [node for node in page("/fields/new").tree.find_all("fieldset") if node.get("data-of-types")]

    assert ["no-js" in node.get("class") for node in parts] == [False, True]  # several values; options
