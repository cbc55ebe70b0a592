"""The order of custom fields that somebody else changed while the list, or the form of a field, was open."""

import pytest

from scimapp.directory.fields import custom_fields, field_edits, field_order
from scimapp.directory.fields.field_edits import FieldChanges
from tests.support.at_once import overtaken
from tests.support.databases import on_both

NOTE = "Somebody changed this list in the meantime, so nothing was moved."


@pytest.fixture(autouse=True)
def abcd(make_field):
    for name in "abcd":
        make_field(name, label=name.upper())


@pytest.fixture
def order(scope):
    """``order()``: the Field IDs as they stand."""
    return lambda: "".join(field.field_id for field in custom_fields.list_fields(scope))


def mover(screen, name):
    return next(form for form in screen.forms if form.action.endswith(f"/{name}/move"))


@on_both
def test_a_button_in_an_old_list_moves_nothing_and_shows_the_new_one(page, scope, order):
    """It moved the field past another one than its page showed."""
    listed = page("/fields")
    field_order.put_at(scope, "d", 1)

    told = mover(listed, "b").submit("up")

    assert (told.status_code, told.title[:6], NOTE in told.text) == (409, "Error:", True)
    assert order() == "dabc"
    focused = next(node for node in told.tree.find_all("button") if node.get("autofocus") is not None)
    assert (focused.get("aria-label"), focused.get("aria-describedby")) == ("Move B up", "moved")
    again = mover(told, "b").submit("up")
    assert ("B moved to place 2 of 4" in again.text, order()) == (True, "dbac")


def test_a_row_that_is_dragged_in_an_old_list_stays(page, scope, order):
    form = mover(page("/fields"), "c")
    field_order.move(scope, "a", "down")

    form.values["place"] = ["1"]

    assert NOTE in form.submit("up").text
    assert order() == "bacd"


@pytest.mark.parametrize("gone", ["a", "b"])
def test_a_list_from_which_a_field_has_gone_is_another_one(page, scope, order, gone):
    form = mover(page("/fields"), "b")
    custom_fields.archive(scope, gone)

    assert NOTE in form.submit("down").text
    assert order() == "abcd".replace(gone, "")


@on_both
def test_who_chooses_a_place_in_the_form_of_a_field_is_told_that_it_was_moved(page, scope, order):
    """The last one won, and nobody was told."""
    open_form = page("/fields/d").form("field")
    field_order.put_at(scope, "d", 2)

    told = open_form.fill(place="1 of 4", label="Delta").submit()

    assert told.status_code == 409
    assert "Place in the list 2 of 4 1 of 4" in told.tree.find("section", role="alert").text
    assert order() == "adbc"
    assert told.form("field").values["place"] == ["1"]
    assert "Delta is saved" in told.form("field").submit().text
    assert order() == "dabc"


def test_who_chooses_the_same_place_as_somebody_else_is_not_told(page, scope, order):
    open_form = page("/fields/d").form("field").fill(place="1 of 4")
    field_order.put_at(scope, "d", 1)

    assert "D is saved" in open_form.submit().text
    assert order() == "dabc"


def test_a_form_that_met_another_change_goes_on_from_the_present_place(page, scope, order):
    open_form = page("/fields/d").form("field").fill(label="Delta")
    field_edits.edit(scope, "d", FieldChanges(label="Dee"), place=2)

    told = open_form.submit()

    assert "Place in the list" not in told.tree.find("section", role="alert").text
    assert told.form("field").values["place"] == ["2"]
    told.form("field").submit()
    assert order() == "adbc"


@on_both
def test_of_two_who_move_at_the_same_moment_the_second_is_told(app, page, scope, order):
    form = mover(page("/fields"), "b")
    told = overtaken(app, scope, lambda: form.submit("up"), lambda: field_order.put_at(scope, "d", 1))
    assert (NOTE in told.text, order()) == (True, "dabc")

    form = page("/fields/c").form("field").fill(place="1 of 4")
    told = overtaken(app, scope, form.submit, lambda: field_order.put_at(scope, "c", 2))
    assert "Place in the list 2 of 4 1 of 4" in told.tree.find("section", role="alert").text
    assert order() == "dcab"
