"""Rows of one file together: the same person twice, managers who come with their people, many looked up at once."""

from scimapp.directory.imports import csv_table, import_preview
from scimapp.directory.people import users
from tests.support.csv_files import carried_out, csv_file, found, previewed, rows_of, told


def test_two_rows_never_mean_one_person(scope, make_user):
    make_user(given_name="Ana", family_name="", email="ana@acme.example")
    content = csv_file(
        "E-mail,First name,Title",
        ("ana@acme.example", "Ana", "Lead"),
        ("Bo@acme.example", "Bo", "Cook"),
        ("bo@ACME.example", "Bob", "Cook"),
        ("ana@acme.example", "Ana", "Chef"),
    )

    assert [(row.outcome, row.reason and str(row.reason)) for row in rows_of(scope, previewed(scope, content))] == [
        ("update", None),
        ("new", None),
        ("error", "This is the same person as in row 3."),
        ("error", "This is the same person as in row 2."),
    ]


def test_a_row_that_is_refused_stands_in_no_other_rows_way(scope):
    content = csv_file("E-mail,First name,Role", ("bo@acme.example", "Bo", "King"), ("bo@acme.example", "Bo", "Member"))

    assert [row.outcome for row in rows_of(scope, previewed(scope, content))] == ["error", "new"]


def test_managers_may_come_in_the_same_file_in_any_order(scope):
    content = csv_file(
        "E-mail,First name,Manager",
        ("ana@acme.example", "Ana", "BO@acme.example"),
        ("bo@acme.example", "Bo", "cem@acme.example"),
        ("cem@acme.example", "Cem", ""),
        ("dora@acme.example", "Dora", "bo@acme.example"),
    )
    batch = previewed(scope, content)
    assert [row.outcome for row in rows_of(scope, batch)] == ["new"] * 4

    result = carried_out(scope, batch)

    assert (result.done, result.skipped) == (4, 0)
    ids = {name: found(scope, f"{name}@acme.example").scim_id for name in ("ana", "bo", "cem", "dora")}
    managers = {name: users.document(scope, found(scope, f"{name}@acme.example")).enterprise for name in ids}
    assert managers == {
        "ana": {"manager": {"value": ids["bo"]}},
        "bo": {"manager": {"value": ids["cem"]}},
        "cem": {},
        "dora": {"manager": {"value": ids["bo"]}},
    }


def test_a_row_whose_manager_cannot_come_cannot_come_either(scope):
    content = csv_file(
        "E-mail,First name,Manager",
        ("ana@acme.example", "Ana", "bo@acme.example"),
        ("bo@acme.example", "Bo", "cem@acme.example"),
        ("cem@acme.example", "", ""),
        ("one@acme.example", "One", "two@acme.example"),
        ("two@acme.example", "Two", "one@acme.example"),
        ("three@acme.example", "Three", "three@acme.example"),
    )

    assert [str(row.reason) for row in rows_of(scope, previewed(scope, content))] == [
        "Manager: the manager's own row 3 has an error.",
        "Manager: the manager's own row 4 has an error.",
        "First name: Enter a first name.",
        "Manager: this row and others name each other as managers in a circle.",
        "Manager: this row and others name each other as managers in a circle.",
        "Manager: Nobody is their own manager. Choose somebody else.",
    ]


def test_somebody_here_may_get_a_manager_who_is_new(scope, make_user):
    make_user(given_name="Ana", family_name="", email="ana@acme.example")
    content = csv_file(
        "E-mail,First name,Manager",
        ("ana@acme.example", "", "bo@acme.example"),
        ("bo@acme.example", "Bo", "ana@acme.example"),
    )
    batch = previewed(scope, content)

    assert [(row.outcome, told(row)) for row in rows_of(scope, batch)] == [
        ("update", [("Manager", "", "bo@acme.example")]),
        ("new", []),
    ]

    carried_out(scope, batch)

    bo = found(scope, "bo@acme.example")
    assert users.document(scope, found(scope, "ana@acme.example")).enterprise == {"manager": {"value": bo.scim_id}}
    assert users.document(scope, bo).enterprise["manager"]["value"] == found(scope, "ana@acme.example").scim_id


def test_looking_up_takes_the_same_statements_for_many_rows(scope, make_group, statements):
    make_group("Sales")

    def count(rows):
        people = [(f"p{n}@acme.example", "P", "Sales", "boss@acme.example") for n in range(rows)]
        content = csv_file("E-mail,First name,Groups,Manager", *people)
        batch = import_preview.start(scope, "f.csv", csv_table.read(content), "email")
        with statements() as log:
            import_preview.check(scope, batch.id)
        return len(log)

    assert count(400) == count(3) <= 20
