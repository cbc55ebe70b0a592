"""Custom fields: defining, editing, ordering, archiving, and what each type accepts."""

from types import SimpleNamespace

import pytest
from sqlalchemy import text

from scimapp import decimals
from scimapp.database import db
from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import FieldIdInvalid, FieldIdTaken, FieldTypeFixed, InvalidValue, NotAllowed
from scimapp.directory.fields import custom_fields, field_edits, field_order
from scimapp.directory.fields.custom_fields import FieldDraft
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.fields.field_rules import FIELD_ID, suggest_field_id
from scimapp.directory.fields.field_types import accept, okta_data_type
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.unit_of_work import unit_of_work
from tests.support.databases import only_sqlite


def field(kind, **rest):
    values = {"field_id": "x", "type": kind, "choices": [], "multi_valued": False} | rest
    return SimpleNamespace(**values)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("text", "Zoë", "Zoë"),
        ("text", 42, "42"),
        ("number", "4.20", 4.2),
        ("number", 4.0, 4),
        ("integer", "42", 42),
        ("integer", 4.0, 4),
        ("integer", 0, 0),
        ("integer", 2**53 - 1, 2**53 - 1),
        ("number", "-0.1", -0.1),
        ("number", "1234567890123.25", 1234567890123.25),
        ("number", 2**53 - 1, 2**53 - 1),
        ("number", 1e15, 10**15),
        ("boolean", "False", False),
        ("boolean", True, True),
        ("date", "2026-11-23", "2026-11-23"),
        ("date", "2026-11-23T23:30:00+02:00", "2026-11-23"),
        ("date", "2026-11-23T23:30:00", "2026-11-23"),
        ("date", "9999-12-31", "9999-12-31"),
        ("datetime", "2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"),
        ("datetime", "2026-11-23t09:00z", "2026-11-23T09:00:00Z"),
        ("datetime", "2026-01-01T00:00:00.0000000Z", "2026-01-01T00:00:00Z"),
        ("datetime", "1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ("datetime", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("email", "a@corp.local", "a@corp.local"),
        ("url", "https://example.com/a", "https://example.com/a"),
        ("phone", "+49 30 1234567", "+49 30 1234567"),
        ("text", "", None),
        ("text", " ", None),
        ("text", [""], None),
        ("text", [None], None),
        ("number", "1e3", 1000),
        ("number", "1e00003", 1000),
        ("number", "5.E-0001", 0.5),
        ("integer", None, None),
        ("text", ["one"], "one"),
    ],
)
def test_a_type_stores(kind, value, stored):
    accepted = accept(field(kind), value)

    assert accepted == stored
    assert type(accepted) is type(stored)


@pytest.mark.parametrize(
    ("kind", "value", "complaint"),
    [
        ("integer", "4.2", "not an integer"),
        ("integer", 4.2, "not an integer"),
        ("integer", True, "not an integer"),
        ("integer", 2**53, "out of range: whole numbers from -9007199254740991 to 9007199254740991 are kept"),
        ("integer", f"-{2**53}", "out of range"),
        ("integer", "9" * 20, "out of range"),
        ("integer", float(2**64), "out of range"),
        ("integer", "9" * 41, "not an integer"),
        ("integer", {"a": 1}, "not an integer"),
        ("number", "abc", "not a number"),
        ("number", "NaN", "not a number"),
        ("number", "1_000", "not a number"),
        ("number", "١٢", "not a number"),
        ("number", "1e9999999", "not a number"),
        ("number", 2**53, "out of range: whole numbers from -9007199254740991 to 9007199254740991 are kept"),
        ("number", 2**53 + 1, "out of range"),
        ("number", float(2**64), "out of range"),
        ("number", str(-(2**64) - 1), "out of range"),
        ("number", "1e300", "out of range"),
        ("number", "12345678901234567.89", "out of range"),
        ("number", "0.12345678901234567", "more digits"),
        ("number", "1" * 41, "more digits"),
        ("boolean", "maybe", "not a boolean"),
        ("boolean", 1, "not a boolean"),
        ("date", "23.11.2026", "2026-11-23"),
        ("date", "2026-02-30", "not a date"),
        ("datetime", "2026-11-23", "date and time"),
        ("datetime", "2026-11-23T09:30:00", "with its zone"),
        ("datetime", "1899-12-31T23:59:59Z", "date and time"),
        ("datetime", "1900-01-01T00:00:00+01:00", "date and time"),
        ("datetime", "9999-12-31T23:59:59-01:00", "date and time"),
        ("datetime", "2026-W01-1T00:00:00Z", "date and time"),
        ("date", "2026-W01-1", "not a date"),
        ("date", "2026-11-23T99:00:00", "not a date"),
        ("email", "nobody", "e-mail address"),
        ("url", "javascript:alert(1)", "https://"),
        ("url", "http://[", "starts with https://"),
        ("text", "x" * 501, "at most 500"),
        ("text", {"a": 1}, "text is expected"),
        ("text", ["one", "two"], "not a list"),
    ],
)
def test_a_type_refuses_and_says_what_it_accepts(kind, value, complaint):
    with pytest.raises(InvalidValue, match=complaint) as refusal:
        accept(field(kind), value)

    assert refusal.value.attribute == "x"


def test_a_text_longer_than_numbers_is_refused_unread(monkeypatch):
    monkeypatch.setattr(decimals, "_FORM", None)

    with pytest.raises(InvalidValue, match="not a number"):
        accept(field("number"), "1" * 41 + "x")


def test_options_keep_the_spelling_they_were_given():
    sites = field("dropdown", choices=["Lyon", "Oslo"])

    assert accept(sites, "lyon") == "Lyon"
    with pytest.raises(InvalidValue, match="Lyon, Oslo"):
        accept(sites, "Rome")


def test_a_multi_valued_field_is_a_set_and_okta_calls_it_an_array():
    numbers = field("integer", multi_valued=True)

    assert accept(numbers, ["1", 2, 1]) == [1, 2]
    assert accept(numbers, 3) == [3]
    assert accept(field("text", multi_valued=True), ["Ice", "ICE", "Cafe\u0301", "caf\xe9"]) == ["Ice", "Cafe\u0301"]
    assert okta_data_type(numbers) == "integer array"
    assert okta_data_type(field("multiselect", choices=["a"])) == "string array"


@pytest.mark.parametrize(
    ("label", "field_id"),
    [
        ("Cost centre (old)", "cost_centre_old"),
        ("Ländercode", "landercode"),
        ("2nd phone", "field_2nd_phone"),
        ("部署", "field"),
        ("x" * 80, "x" * 64),
    ],
)
def test_a_field_id_is_suggested_from_the_label(label, field_id):
    assert suggest_field_id(label) == field_id
    assert FIELD_ID.fullmatch(suggest_field_id(label))


@only_sqlite
@pytest.mark.parametrize("field_id", ["1st", "a-b", "a b", "ä", "x" * 65, "_a"])
def test_a_field_id_that_no_path_could_name_is_refused(scope, field_id):
    with pytest.raises(FieldIdInvalid, match="Start with a letter"):
        custom_fields.define(scope, FieldDraft("Label", "text", field_id=field_id))


@only_sqlite
@pytest.mark.parametrize("field_id", ["userName", "ID", "schemas", "Department", "bulkId"])
def test_a_field_id_of_the_standard_is_refused(scope, field_id):
    with pytest.raises(FieldIdInvalid, match="standard SCIM attribute"):
        custom_fields.define(scope, FieldDraft("Label", "text", field_id=field_id))


def test_an_archived_field_keeps_its_id_and_its_values(scope, make_field, make_user):
    make_field("badge", "integer")
    person = make_user()
    users.update(scope, person.id, UserChanges(custom={"BADGE": 7}))
    custom_fields.archive(scope, "badge")

    with pytest.raises(FieldIdTaken, match="archived"):
        make_field("Badge", "text")
    custom_fields.restore(scope, "badge")

    assert users.document(scope, person).custom == {"badge": 7}
    assert custom_fields.filled_counts(scope) == {"badge": 1}


def test_a_value_of_an_archived_field_is_refused(scope, make_field, make_user):
    make_field("badge", "integer")
    custom_fields.archive(scope, "badge")

    with pytest.raises(InvalidValue, match="no such custom field"):
        users.update(scope, make_user().id, UserChanges(custom={"badge": 7}))


def test_the_type_is_fixed_once_a_value_is_saved(scope, make_field, make_user):
    make_field("badge", "integer")
    field_edits.edit(scope, "badge", FieldChanges(type="text"))
    users.update(scope, make_user().id, UserChanges(custom={"badge": "A7"}))

    with pytest.raises(FieldTypeFixed):
        field_edits.edit(scope, "badge", FieldChanges(type="integer"))


def test_fields_move_and_stop_at_the_ends(scope, make_field):
    for name in ("a", "b", "c"):
        make_field(name, "text")

    field_order.move(scope, "c", "up")
    field_order.move(scope, "a", "up")

    assert [known.field_id for known in custom_fields.list_fields(scope)] == ["a", "c", "b"]


def test_every_change_moves_the_version_that_schemas_are_kept_by(scope, account, make_field):
    def version():
        return accounts.get(account.account.id).fields_version

    start = version()
    make_field("badge", "integer")
    field_edits.edit(scope, "badge", FieldChanges(label="Badge number"))
    make_field("site", "text")
    field_order.move(scope, "badge", "down")
    custom_fields.archive(scope, "badge")
    custom_fields.restore(scope, "badge")

    assert version() == start + 6


def test_a_dropdown_may_learn_options_from_the_directory(okta_scope, scope, make_field, make_user):
    make_field("site", "dropdown", choices=("Lyon",), unknown_choice="add")

    users.update(okta_scope, make_user().id, UserChanges(custom={"site": "Oslo"}))

    assert custom_fields.get(scope, "site").choices == ["Lyon", "Oslo"]


def test_an_option_is_learnt_in_one_spelling_that_the_definition_may_have(okta_scope, scope, make_field, make_user):
    make_field("sites", "multiselect", choices=("Lyon",), unknown_choice="add")

    sent = [" Oslo", "OSLO", "lyon ", "Orl\u00e9ans", "Orle\u0301ans"]  # one letter, and two that look like it
    row = users.update(okta_scope, make_user().id, UserChanges(custom={"sites": sent}))

    assert custom_fields.get(scope, "sites").choices == ["Lyon", "Oslo", "Orl\u00e9ans"]
    assert users.document(scope, row).custom == {"sites": ["Oslo", "Lyon", "Orl\u00e9ans"]}


def test_options_that_were_learnt_and_undone_are_not_known(okta_scope, scope, make_field, make_user):
    make_field("site", "dropdown", choices=("Lyon",), unknown_choice="add")
    make_field("level", "integer")
    person, other = make_user(), make_user()

    with pytest.raises(InvalidValue), unit_of_work(okta_scope):
        users.update(okta_scope, person.id, UserChanges(custom={"site": "Oslo"}))
        users.update(okta_scope, person.id, UserChanges(custom={"site": "oslo", "level": "none"}))
    field_edits.edit(scope, "site", FieldChanges(unknown_choice="refuse"))

    with pytest.raises(InvalidValue, match="not one of the options: Lyon"):
        users.update(okta_scope, other.id, UserChanges(custom={"site": "Oslo"}))


def test_members_cannot_define_fields(make_user):
    with pytest.raises(NotAllowed):
        custom_fields.define(person_scope(make_user(role="member")), FieldDraft("Badge", "text"))


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_whether_anybody_has_a_value_is_looked_up(scope, make_field, make_user):
    empty = make_field("empty", "text")
    for _ in range(60):
        make_user()
    db.session.execute(text("ANALYZE indexed_values"))
    walks = text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'indexed_values'")
    before = db.session.scalar(walks)

    assert not custom_fields.has_values(scope, empty)

    assert db.session.scalar(walks) == before
    db.session.rollback()
