"""Defaults, order and audience of custom fields, and what happens to people when options change."""

import pytest

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import InvalidValue, NotInAccount
from scimapp.directory.fields import custom_fields, field_edits, field_options, field_order
from scimapp.directory.fields.custom_fields import FieldDraft
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.people import users
from scimapp.directory.user_list import search
from tests.support.databases import only_sqlite

SITES = ["Oslo", "Lyon", "Rome"]


@pytest.fixture
def people(scope, make_field, make_user):
    """A dropdown ``site`` and a multi-select ``skills`` with five people who have values of them."""
    make_field("site", "dropdown", choices=tuple(SITES))
    make_field("skills", "multiselect", choices=("Welding", "Lifting", "Sales"))
    values = [
        ("Oslo", ["Welding", "Lifting"]),
        ("Oslo", ["Lifting"]),
        ("Lyon", ["Sales"]),
        ("Rome", None),
        (None, None),
    ]
    rows = [make_user() for _ in values]
    for row, (site, skills) in zip(rows, values, strict=True):
        users.update(scope, row.id, UserChanges(custom={"site": site, "skills": skills}))
    return rows


def values(scope, rows, field_id):
    return [users.document(scope, users.get(scope, row.id)).custom.get(field_id) for row in rows]


def test_every_option_is_counted_by_people_in_one_statement(scope, people, statements):
    field = custom_fields.get(scope, "skills")

    with statements() as log:
        counted = field_options.counts(scope, field)

    assert (len(log), counted) == (1, {"Welding": 1, "Lifting": 2, "Sales": 1})


def test_removed_options_are_those_that_no_spelling_of_is_left(scope, people):
    field = custom_fields.get(scope, "site")

    assert field_options.removed(field, ["LYON", "Bergen"]) == ["Oslo", "Rome"]


def test_people_keep_a_value_whose_option_goes(scope, people):
    field_edits.edit(scope, "site", FieldChanges(choices=["Lyon", "Rome"]))

    assert values(scope, people, "site") == ["Oslo", "Oslo", "Lyon", "Rome", None]


def test_renaming_an_option_moves_its_people_with_their_history(scope, people):
    before = [users.get(scope, row.id).version for row in people]

    field_edits.edit(scope, "site", FieldChanges(choices=["Bergen", "Lyon", "Rome"]), {"Oslo": "Bergen"})

    assert values(scope, people, "site") == ["Bergen", "Bergen", "Lyon", "Rome", None]
    moved = [users.get(scope, row.id).version - version for row, version in zip(people, before, strict=True)]
    assert moved == [1, 1, 0, 0, 0]
    assert field_options.counts(scope, custom_fields.get(scope, "site")) == {"Bergen": 2, "Lyon": 1, "Rome": 1}
    query = scope.select(AuditEntry).where(AuditEntry.target_id == people[0].id).order_by(AuditEntry.seq.desc())
    assert db.session.scalars(query).first().changes == [{"field": "site", "before": "Oslo", "after": "Bergen"}]


def test_two_options_become_one_and_nobody_has_it_twice(scope, people):
    field_edits.edit(scope, "skills", FieldChanges(choices=["Lifting", "Sales"]), {"Welding": "Lifting"})

    assert values(scope, people, "skills")[:3] == [["Lifting"], ["Lifting"], ["Sales"]]
    assert field_options.counts(scope, custom_fields.get(scope, "skills")) == {"Lifting": 2, "Sales": 1}


def test_another_spelling_of_an_option_is_followed_by_everybody(scope, people):
    field_edits.edit(scope, "site", FieldChanges(choices=["OSLO", "Lyon", "Rome"]))

    assert values(scope, people, "site")[:2] == ["OSLO", "OSLO"]


def test_options_are_swapped_without_meeting_each_other(scope, people):
    changes = FieldChanges(choices=["Bergen", "Turin", "Rome"])

    field_edits.edit(scope, "site", changes, {"Oslo": "Bergen", "Lyon": "Turin"})

    assert values(scope, people, "site") == ["Bergen", "Bergen", "Turin", "Rome", None]


@pytest.mark.parametrize("moves", [{"Oslo": "Nowhere"}, {"Rome": "Lyon"}, {"Unknown": "Lyon"}])
def test_people_move_from_options_that_go_to_options_that_stay(scope, people, moves):
    with pytest.raises(InvalidValue, match="options that go"):
        field_edits.edit(scope, "site", FieldChanges(choices=["Lyon", "Rome"]), moves)

    assert values(scope, people, "site")[0] == "Oslo"


def test_a_move_is_written_in_a_constant_number_of_statements(scope, make_field, make_user, statements):
    make_field("site", "dropdown", choices=("Oslo", "Lyon"))

    def moved(number, old, new):
        for _ in range(number):
            users.update(scope, make_user().id, UserChanges(custom={"site": old}))
        with statements() as log:
            field_edits.edit(scope, "site", FieldChanges(choices=[new]), {old: new})
        return len(log)

    first = moved(1, "Oslo", "Lyon")
    field_edits.edit(scope, "site", FieldChanges(choices=["Lyon", "Rome"]))

    assert moved(12, "Lyon", "Rome") == first


def test_a_default_is_kept_as_values_are(scope, make_field, make_user):
    ana = make_user(email="ana@acme.example")
    make_field("site", "dropdown", choices=("Oslo", "Lyon"), default_value="lyon")
    make_field("badge", "integer", default_value="7")
    make_field("skills", "multiselect", choices=("A", "B"), default_value=["b"])
    make_field("buddy", "user", default_value=ana.email)

    assert [field.default_value for field in custom_fields.list_fields(scope)] == ["Lyon", 7, ["B"], "ana@acme.example"]


@only_sqlite
@pytest.mark.parametrize(
    ("kind", "rest", "default"),
    [
        ("integer", {}, "x"), ("dropdown", {"choices": ("A",)}, "B"), ("date", {}, "23.11.2026"), ("email", {}, "nobody"),
        ("user", {}, "nobody@acme.example"),
    ],
)  # fmt: skip
def test_a_default_is_a_value_of_its_field(scope, make_field, kind, rest, default):
    with pytest.raises(InvalidValue) as refusal:
        make_field("field", kind, default_value=default, **rest)

    assert refusal.value.attribute == "default_value"


def test_a_default_follows_its_option_or_stands_in_the_way(scope, make_field):
    make_field("site", "dropdown", choices=("Oslo", "Lyon"), default_value="Oslo")

    with pytest.raises(InvalidValue) as refusal:
        field_edits.edit(scope, "site", FieldChanges(choices=["Lyon"]))
    field_edits.edit(scope, "site", FieldChanges(choices=["Bergen", "Lyon"]), {"Oslo": "Bergen"})

    assert refusal.value.attribute == "default_value"
    assert custom_fields.get(scope, "site").default_value == "Bergen"


def test_a_default_is_never_given_to_people_of_a_directory(okta_scope, scope, make_field):
    make_field("site", "dropdown", choices=("Oslo",), default_value="Oslo")

    row = users.provision(okta_scope, UserDraft({"userName": "bea@corp.example"}))

    assert users.document(scope, row).custom == {}


def test_people_cannot_edit_what_they_do_not_see(scope, make_field):
    with pytest.raises(InvalidValue, match="only administrators see"):
        make_field("note", "text", people_may_edit=True, admins_only=True)
    make_field("note", "text", admins_only=True)
    with pytest.raises(InvalidValue, match="only administrators see"):
        field_edits.edit(scope, "note", FieldChanges(people_may_edit=True))


@only_sqlite
@pytest.mark.parametrize(("place", "order"), [(1, "cab"), (2, "acb"), (3, "abc"), (0, "cab"), (99, "abc"), (-5, "cab")])
def test_a_field_is_put_at_a_place(scope, make_field, place, order):
    for name in "abc":
        make_field(name, "text")

    placed = field_order.put_at(scope, "C", place)

    assert "".join(field.field_id for field in custom_fields.list_fields(scope)) == order
    assert (placed.place, placed.count) == (order.index("c") + 1, 3)


def test_an_archived_field_has_no_place(scope, make_field):
    make_field("a", "text")
    custom_fields.archive(scope, "a")

    with pytest.raises(NotInAccount):
        field_order.put_at(scope, "a", 1)
    with pytest.raises(NotInAccount):
        field_edits.edit(scope, "a", FieldChanges(label="Not half saved"), place=1)
    assert custom_fields.get(scope, "a").label != "Not half saved"


def test_a_long_list_is_moved_in_chunks(scope, people, monkeypatch):
    monkeypatch.setattr(field_options, "CHUNK", 1)

    field_edits.edit(scope, "site", FieldChanges(choices=["Lyon"]), {"Oslo": "Lyon", "Rome": "Lyon"})

    assert values(scope, people, "site") == ["Lyon", "Lyon", "Lyon", "Lyon", None]
    assert search.count_states(scope).people == 6


def test_a_draft_says_what_it_does_not_know(scope):
    with pytest.raises(InvalidValue, match="Choose one of"):
        custom_fields.define(scope, FieldDraft("Badge", "colour"))
