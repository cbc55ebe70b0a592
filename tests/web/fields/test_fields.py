"""Custom fields on the screens: adding, editing, their order, archiving."""

from urllib.parse import urlencode

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.fields import custom_fields, field_order
from scimapp.directory.people import users
from tests.support.databases import on_both


def add(page, **values):
    return page("/fields/new").form("field").fill(values).submit()


def wrong(screen):
    """The inputs that the summary of a failed form leads to."""
    return [link.get("href").removeprefix("#") for link in screen.tree.find(id="problems").find_all("a")]


def test_an_empty_account_says_what_fields_are_for(page):
    assert "No custom fields yet" in page("/fields").text
    assert "No custom fields yet" in page("/fields/mapping").text


def test_a_field_without_an_id_gets_one_from_its_label(page, scope):
    added = add(page, label="Cost centre (old)", type="text", help_text=" As in the books. ")

    assert "cost_centre_old" in added.text
    field = custom_fields.get(scope, "cost_centre_old")
    assert (field.label, field.help_text) == ("Cost centre (old)", "As in the books.")


def test_a_dropdown_keeps_its_options_in_order(page, scope):
    add(page, label="Site", type="dropdown", choices="Oslo\nLyon\n\nLyon\n")

    assert custom_fields.get(scope, "site").choices == ["Oslo", "Lyon"]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"label": ""}, "Give the field a label"),
        ({"label": "Badge", "field_id": "1st"}, "Start with a letter"),
        ({"label": "Badge", "field_id": "userName"}, "standard SCIM attribute"),
        ({"label": "Badge", "field_id": "COST"}, "cost is taken by the field Cost"),
        ({"label": "Trained", "type": "boolean", "default_value": "perhaps"}, "Write yes or no."),
        ({"label": "Buddy", "type": "user", "default_value": "Ana"}, "“Ana” is nobody here. Write the e-mail address."),
        ({"label": "Site", "type": "dropdown"}, "at least one option"),
        ({"label": "Yes", "type": "boolean", "multi_valued": True}, "hold several values"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(page, scope, make_field, values, complaint):
    make_field("cost", label="Cost")

    refused = add(page, **values, help_text="as typed")

    assert (refused.status_code, complaint in refused.text) == (422, True)
    assert refused.form("field").values["help_text"] == ["as typed"]
    assert len(custom_fields.list_fields(scope)) == 1


def test_all_that_is_wrong_with_a_field_is_told_at_once(page, make_field):
    make_field("site", "dropdown", label="Site", choices=["Oslo"])

    added = add(page, label="", field_id="1st", type="dropdown", people_may_edit=True, admins_only=True)
    edited = page("/fields/site").form("field").fill(label="", choices="", default_value="Oslo").submit()

    assert wrong(added) == ["label", "field_id", "choices", "people_may_edit"]
    assert wrong(edited) == ["label", "choices"]


@pytest.mark.parametrize(
    "field_type, more, typed, said",
    [
        ("integer", {}, {"default_value": "many"}, ["label", "default_value"]),
        ("user", {}, {"default_value": "nobody@acme.example"}, ["label", "default_value"]),
        ("boolean", {}, {"default_value": "perhaps"}, ["label", "default_value"]),
        ("boolean", {}, {"default_value": "no", "multi_valued": True}, ["label", "multi_valued"]),
        ("dropdown", {"choices": ["Oslo", "Rome"]}, {"default_value": "Lyon"}, ["label", "default_value"]),
        ("dropdown", {"choices": ["Oslo", "Rome"], "default_value": "Rome"}, {"choices": "Oslo"}, ["label", "default_value"]),
        ("dropdown", {"choices": ["Oslo", "Rome"], "default_value": "Oslo"}, {"choices": "OSLO\nRome"}, ["label"]),
        ("multiselect", {"choices": ["Oslo", "Rome"], "default_value": ["Rome"]}, {"choices": "Oslo"}, ["label", "default_value"]),
    ],
)  # fmt: skip
def test_a_wrong_default_of_an_edited_field_is_told_with_what_else_is_wrong(
    page, make_field, field_type, more, typed, said
):
    make_field("thing", field_type, label="Thing", **more)

    edited = page("/fields/thing").form("field").fill(label="", **typed).submit()

    assert (edited.status_code, sorted(wrong(edited))) == (422, sorted(said))


def test_a_default_that_may_move_with_the_people_who_have_it_is_not_wrong_yet(page, scope, make_field, make_user):
    make_field("site", "dropdown", label="Site", choices=["Oslo", "Rome"], default_value="Rome")
    users.update(scope, make_user().id, UserChanges(custom={"site": "Rome"}))

    asked = page("/fields/site").form("field").fill(choices="Oslo\nBergen").submit()
    wrong_label = page("/fields/site").form("field").fill(label="", choices="Oslo\nBergen").submit()

    assert asked.status_code == 200
    assert wrong(wrong_label) == ["label"]


def test_a_default_that_is_left_alone_is_not_looked_at(page, scope, make_field, make_user):
    gone = make_user(email="gone@acme.example")
    make_field("mentor", "user", label="Mentor", default_value="gone@acme.example")
    users.update(scope, gone.id, UserChanges(email="moved@acme.example"))

    assert "Guide is saved" in page("/fields/mentor").form("field").fill(label="Guide").submit().text


@on_both
def test_the_type_is_fixed_once_a_value_is_saved(page, scope, make_field, make_user):
    make_field("badge", "integer")
    users.update(scope, make_user().id, UserChanges(custom={"badge": 7}))

    saved = page("/fields/badge").form("field").fill(label="Badge number", required=True).submit()

    assert "Badge number is saved" in saved.text
    field = custom_fields.get(scope, "badge")
    assert (field.type, field.label, field.required) == ("integer", "Badge number", True)


def test_options_are_asked_of_types_that_have_them(page, make_field, make_user, scope):
    """Before the type is chosen, a legend says whose they are; scripts hide them (``tests/browser``)."""
    for name, kind, value in (("badge", "integer", 7), ("site", "dropdown", "Oslo")):
        make_field(name, kind, choices=["Oslo"] if kind == "dropdown" else [])
        users.update(scope, make_user().id, UserChanges(custom={name: value}))

    new, fixed, dropdown = page("/fields/new"), page("/fields/badge"), page("/fields/site")

    assert "For dropdown and multi-select Options" in new.text
    assert "choices" not in fixed.form("field").values
    assert "unknown_choice" not in fixed.form("field").values
    assert dropdown.form("field").values["choices"] == ["Oslo"]


def test_a_dropdown_that_becomes_text_sends_no_options_any_more(page, scope, make_field):
    make_field("site", "dropdown", choices=["Oslo"])
    form = page("/fields/site").form("field").fill(type="text")
    del form.values["choices"], form.values["unknown_choice"]  # hidden ones are not sent

    assert "is saved" in form.submit().text
    assert custom_fields.get(scope, "site").choices == []


def test_a_default_is_filled_in_beforehand_and_kept_unless_changed(page, scope, make_field):
    make_field("site", "dropdown", choices=["Oslo", "Lyon"], default_value="Lyon")
    make_field("badge", "integer", default_value=7)
    make_field("trained", "boolean", default_value=True)

    form = page("/users/new").form("/users/new")
    shown = [form.values[f"custom-{name}"] for name in ("site", "badge", "trained")]
    added = form.fill({"given_name": "Ana", "email": "ana@acme.example", "custom-badge": ""}).submit()

    assert shown == [["Lyon"], ["7"], ["true"]]
    person = users.get(scope, added.url.rpartition("/")[2])
    assert users.document(scope, person).custom == {"site": "Lyon", "trained": True}


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ({"type": "boolean", "default_value": "yes"}, True),
        ({"type": "integer", "multi_valued": True, "default_value": "1\n2\n"}, [1, 2]),
        ({"type": "multiselect", "choices": "A\nB", "default_value": "B"}, ["B"]),
        ({"type": "text", "default_value": "  "}, None),
    ],
)
def test_a_default_is_typed_as_its_type_asks(page, scope, values, stored):
    add(page, label="Field", **values)
    again = page("/fields/field").form("field").submit()

    assert "Field is saved" in again.text
    assert custom_fields.get(scope, "field").default_value == stored


def test_who_sees_and_who_edits_is_kept(page, scope):
    refused = add(page, label="Note", type="text", people_may_edit=True, admins_only=True)
    assert "only administrators see" in refused.text

    refused.form("field").fill(people_may_edit=False).submit()

    field = custom_fields.get(scope, "note")
    assert (field.people_may_edit, field.admins_only) == (False, True)


@on_both
def test_the_list_takes_a_constant_number_of_statements(page, make_field, statements):
    def count():
        with statements() as log:
            page("/fields")
        return len(log)

    make_field("first")
    few = count()
    for number in range(12):
        make_field(f"field{number}", "integer")

    assert count() == few == 8


def test_fields_are_moved_by_buttons(page, scope, make_field):
    make_field("first")
    make_field("second")

    buttons = [form for form in page("/fields").forms if form.action.endswith("/second/move")]
    moved = buttons[0].submit("up")

    assert "second moved to place 1 of 2" in moved.text
    focused = next(node for node in moved.tree.find_all("button") if node.get("autofocus") is not None)
    assert focused.get("aria-label") == "Move second down"  # up is at its end
    assert [field.field_id for field in custom_fields.list_fields(scope)] == ["second", "first"]


def test_archiving_asks_and_restoring_brings_back(page, scope, make_field):
    make_field("badge")
    asked = page("/fields/badge/archive")
    assert "You can restore it" in asked.text
    asked.form("archive").submit()
    assert custom_fields.list_fields(scope) == []

    page("/fields").form("restore").submit()

    assert [field.field_id for field in custom_fields.list_fields(scope)] == ["badge"]


def test_a_field_is_put_at_a_place(page, scope, make_field):
    for name in ("a", "b", "c"):
        make_field(name)
    form = next(form for form in page("/fields").forms if form.action.endswith("/c/move"))

    form.values["place"] = ["1"]
    form.submit("up")

    assert [field.field_id for field in custom_fields.list_fields(scope)] == ["c", "a", "b"]


def test_a_move_to_nowhere_is_no_server_error(page, make_field):
    make_field("a")
    form = next(form for form in page("/fields").forms if form.action.endswith("/a/move"))
    form.values |= {"place": ["somewhere"], "direction": ["sideways"]}

    assert page.go(form.action, method="POST", data=urlencode(form.values, doseq=True)).status_code == 400


@pytest.mark.parametrize("address", ["/fields", "/fields/new", "/fields/mapping"])
def test_members_are_refused(sign_in_as, make_user, address):
    assert sign_in_as(make_user(role="member"))(address).status_code == 403


def test_another_accounts_field_is_not_found(page, other_account):
    other_account.make_field("theirs")

    for address in ("/fields/theirs", "/fields/theirs/archive", "/fields/theirs/mapping"):
        assert page(address).status_code == 404


def test_the_place_of_a_field_is_chosen_in_its_form_too(page, make_field, scope):
    for name in ("first", "second", "third"):
        make_field(name)

    form = page("/fields/third").form("field")
    assert form.values["place"] == ["3"]
    form.fill(place="1 of 3").submit()

    assert [field.field_id for field in custom_fields.list_fields(scope)] == ["third", "first", "second"]


def test_a_form_whose_place_was_left_alone_moves_nothing(page, make_field, scope):
    for name in ("first", "second", "third"):
        make_field(name)
    open_form = page("/fields/third").form("field").fill(label="Last")
    field_order.put_at(scope, "third", 1)

    open_form.submit()

    assert [field.label for field in custom_fields.list_fields(scope)][0] == "Last"
