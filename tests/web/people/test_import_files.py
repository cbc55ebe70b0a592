"""Files that the import cannot read, and columns of which it cannot tell what they fill."""

import pytest

from scimapp.database import db
from scimapp.directory.model import Batch
from scimapp.directory.people import users
from tests.support.csv_files import csv_file, found, upload
from tests.support.databases import on_both


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "Choose a file."),
        (b"  ", "The file is empty."),
        (
            "E-mail,Name\nana@acme.example,Jos\u00e9\n".encode("latin-1"),
            "Line 2 is not in UTF-8: \u201cJos\u00e9\u201d",
        ),
        (b"E-mail|Name\na|b\n", "Line 1 is not separated by comma, semicolon or tab: \u201cE-mail|Name\u201d."),
        (b"E-mail,Title,E-mail\na,b,c\n", "Line 1: \u201cE-mail\u201d stands in columns 1, 3."),
        (b'E-mail\n"ana@acme.example\n', "Line 2: a quote is opened and never closed."),
        (b"E-mail\n" + b"a@b.example\n" * 150_000, "line 10,002 is one more than the 10,000 that can be imported"),
        (b"x" * (2 * 1024 * 1024 + 100), "A file may have 2 MiB at most."),
    ],
)
def test_a_file_that_cannot_be_read_says_why_beside_its_field(page, scope, content, complaint):
    form = page("/users/import").form("upload")
    screen = (form.attach("file", content) if content else form).submit("Check the file")

    assert screen.status_code == 422
    assert screen.title.startswith("Error: ")
    field = screen.tree.find("input", id="file")
    described = " ".join(screen.tree.find(id=ref).text for ref in field.get("aria-describedby").split())
    assert complaint in described
    assert field.get("aria-invalid") == "true"
    assert complaint in screen.tree.find(id="problems").text
    assert db.session.scalars(scope.select(Batch)).all() == []


def test_200_000_rows_are_refused_with_the_limit(page):
    content = b"E-mail,First name\n" + b"ana.ruiz@acme.example,Ana\n" * 200_000
    screen = page.go("/users/import", method="POST", data=content, content_type="multipart/form-data; boundary=-")

    assert screen.status_code == 413
    assert "10,000 rows and 2 MiB" in screen.text


def test_other_forms_stay_at_one_mebibyte(page):
    screen = page("/users/new").form("/users/new").fill(given_name="x" * 1_100_000, email="a@b.example").submit("Add")

    assert screen.status_code == 413
    assert "1 MiB" in screen.text


def test_a_missing_column_is_named_and_can_be_chosen(page, scope):
    screen = upload(page, csv_file("Vorname,Adresse", ("Ana", "ana@acme.example")))

    assert screen.url.endswith("/columns")
    assert (
        "Line 1 has no column for E-mail, by which rows are matched: \u201cVorname\u201d, \u201cAdresse\u201d."
        in screen.text
    )

    still_missing = screen.form("columns").fill({"column-1": "First name"}).submit("Check the rows")
    assert still_missing.status_code == 422
    assert still_missing.form("columns").values["column-1"] == ["given_name"]

    preview = still_missing.form("columns").fill({"column-2": "E-mail"}).submit("Check the rows")
    preview.form("start").submit()

    assert found(scope, "ana@acme.example").given_name == "Ana"


def test_an_unknown_column_may_be_ignored_or_fill_a_custom_field(page, scope, make_field):
    make_field("shoe", "integer", label="Shoes")
    screen = upload(page, csv_file("First name,E-mail,Shoe size,State", ("Ana", "ana@acme.example", "39", "Active")))

    assert "Column \u201cShoe size\u201d matches no field. Ignore it, or add a custom field." in screen.text
    assert screen.tree.find("select", id="column-4").get("aria-describedby") is None

    ignored = screen.form("columns").submit("Check the rows")
    assert "Column \u201cShoe size\u201d matches no field. Ignore it, or add a custom field." in ignored.text
    assert "Left out, because nobody sets it by a file: State." in ignored.text

    filled = ignored.follow("Change the columns").form("columns").fill({"column-3": "Shoes"}).submit("Check the rows")
    filled.form("start").submit()

    assert users.document(scope, found(scope, "ana@acme.example")).custom == {"shoe": 39}


@on_both
def test_two_columns_cannot_fill_one_field(page):
    screen = upload(page, csv_file("First name,E-mail,Shoe size", ("Ana", "ana@acme.example", "39")))

    refused = screen.form("columns").fill({"column-3": "First name"}).submit("Check the rows")

    assert refused.status_code == 422
    assert "Column 1 fills First name already." in refused.text


def test_a_required_field_without_a_column_is_named_before_the_rows(page, make_field):
    """Each row said it, and nothing said what to do."""
    make_field("aider", "boolean", label="First aider", required=True)
    make_field("site", "dropdown", label="Site", choices=["Kiel"], required=True)
    make_field("shift", "dropdown", label="Shift", choices=["Day"], required=True, default_value="Day")

    columns = upload(page, csv_file("First name,E-mail,Aider,Standort", ("Ana", "ana@acme.example", "Yes", "Kiel")))
    assert columns.url.endswith("/columns")
    assert "New people need this field, but no column fills it: Site." in columns.text

    preview = columns.form("columns").fill({"column-3": "", "column-4": "custom.site"}).submit("Check the rows")
    assert "New people need this field, but no column fills it: First aider." in preview.text
    assert "Error First aider: A value is needed." in preview.text

    again = preview.follow("Change the columns").form("columns").fill({"column-3": "custom.aider"}).submit()
    assert "New people need" not in again.text
