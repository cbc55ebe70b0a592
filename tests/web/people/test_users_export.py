"""The people of the list as a file: its filters, its order, its columns; a record of who took it."""

import csv
import io
import json

import pytest

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.changes import UserDraft
from scimapp.directory.fields import custom_fields
from scimapp.directory.people import users
from scimapp.directory.user_list import list_attributes, user_export
from scimapp.directory.user_list.search import UserSearch
from scimapp.web.view_models.connection.directories import DirectoryNames
from scimapp.web.view_models.user_list.user_file import FileCells
from tests.support.databases import on_both


def lines(screen):
    """A CSV answer as lists of cells."""
    assert screen.html.startswith("\ufeff")
    return list(csv.reader(io.StringIO(screen.html.removeprefix("\ufeff"))))


@pytest.fixture
def two(make_user, make_group, make_field):
    make_field("site", label="Site", show_in_list=True)
    ada = make_user(given_name="Ada", family_name="A", email="ada@acme.example", custom={"site": "=1+1"})
    bo = make_user(state="invited", given_name="Bo", family_name="B", email="bo@acme.example", core={"title": "@SUM"})
    make_group("Field Sales", [ada])
    make_group("Finance", [ada])
    return ada, bo


@on_both
def test_the_file_has_the_filters_the_order_and_the_columns_of_the_list(page, two):
    screen = page("/users?q=acme.example&sort=-name&role=member&col=state&col=groups&col=custom.site&col=title")

    csv_file = page(screen.link("Export these 2 as CSV"))

    assert csv_file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert csv_file.headers["Content-Disposition"].startswith('attachment; filename="people-')
    assert lines(csv_file) == [
        ["Name", "E-mail", "State", "Groups", "Site", "Title"],
        ["Bo B", "bo@acme.example", "Invited", "", "", "'@SUM"],
        ["Ada A", "ada@acme.example", "Active", "Field Sales; Finance", "'=1+1", ""],
    ]


def test_a_program_gets_values_and_ids(page, two, make_user, scope, scim):
    ada, _ = two
    scim.post("/Users", {"userName": "oki@acme.example", "name": {"givenName": "Oki"}})
    make_user(given_name="Cy", family_name="C", enterprise={"manager": {"value": ada.email}})

    found = json.loads(
        page("/users/export?format=json&col=source&col=state&col=role&col=manager&col=last_sign_in").html
    )

    assert [person["name"] for person in found] == ["Ada A", "Bo B", "Cy C", "Oki", "Olive Owner"]
    assert found[0] == {
        "id": ada.id, "name": "Ada A", "email": "ada@acme.example", "state": "active", "role": "member",
        "source": "hand", "manager": None, "last_sign_in": None,
    }  # fmt: skip
    assert found[2]["manager"] == ada.id
    assert found[3]["source"] == "okta"
    assert found[4]["last_sign_in"].endswith("+00:00")


def test_the_usual_columns_go_into_the_file_where_none_were_chosen(page, two):
    assert lines(page("/users/export"))[0] == [
        "Name", "E-mail", "State", "Role", "Source", "Groups", "Site", "Last sign-in",
    ]  # fmt: skip


def test_more_people_than_a_slice_come_whole_and_once(account, scope):
    for number in range(7):
        users.provision(
            scope, UserDraft.from_form(given_name=f"P{number}", email=f"p{number}@acme.example", invite=False)
        )

    count, slices = user_export.begin(scope, UserSearch(), "csv", (), rows_a_slice=3)
    found = [[row.user.display_name for row in rows] for rows in slices]

    assert count == 8
    assert found == [["Olive Owner", "P0", "P1"], ["P2", "P3", "P4"], ["P5", "P6"]]


def test_what_rows_name_is_known_before_they_are_sent_and_keeps_no_transaction_open(scope, account, make_user):
    account.scim("generic").post("/Users", {"userName": "oki@acme.example"})
    make_user(enterprise={"manager": {"value": "oki@acme.example"}})
    columns = [attribute for attribute in list_attributes.CORE if attribute.key in ("manager", "source")]
    cells = FileCells(scope, columns, DirectoryNames(scope))
    _, slices = user_export.begin(scope, UserSearch(), "csv", ())

    for row in cells.of(next(slices)):
        cells.texts(row)
        assert not db.session().in_transaction()


def test_an_empty_file_still_is_one(page):
    assert lines(page("/users/export?q=nobody+here")) == [
        ["Name", "E-mail", "State", "Role", "Source", "Groups", "Last sign-in"]
    ]
    assert json.loads(page("/users/export?q=nobody+here&format=json").html) == []


@on_both
def test_the_record_tells_who_took_how_many_and_names_nobody(page, scope, two):
    page("/users/export?q=ada&state=active&f=title:empty&col=title")

    entry = audit_log.find(scope, AuditSearch(what="people exported")).items[0]

    assert {change["field"]: change["after"] for change in entry.changes} == {
        "people": 1, "format": "csv", "columns": ["title"], "filters": ["state active", "title empty", "search"],
    }  # fmt: skip
    assert entry.actor_label == "Olive Owner"
    assert "ada" not in str(entry.changes)
    assert "Olive Owner exported people: 1 " in page("/audit").text


def test_the_audit_log_tells_of_an_export_in_the_words_of_the_list(page, make_field, make_user, scope):
    make_field("site", label="Work site")
    make_field("age", "number", label="Age of laptop")
    make_user(given_name="Ada", custom={"site": "Hull", "age": 3})
    conditions = "f=title:empty&f=custom.age:before:5&f=custom.site:starts:H"
    page(
        f"/users/export?q=ada&state=active&role=member&source=hand&{conditions}&col=title&col=custom.site&col=cost_center"
    )
    custom_fields.archive(scope, "site")

    entry = audit_log.find(scope, AuditSearch(what="people exported")).items[0]
    told = page(f"/audit/{entry.seq}").text

    assert "Work site, Title, Cost center" in told
    assert (
        "Active, Role is Member, Source is By hand, Title is empty, Age of laptop is less than, Work site starts with, Search"
        in told
    )


def test_a_filter_that_cannot_be_read_gives_no_file(page, two):
    screen = page("/users/export?f=custom.gone:is:1")

    assert screen.url == "/users?f=custom.gone:is:1"
    assert screen.status_code == 422


def test_other_formats_are_not_there(page):
    assert page("/users/export?format=xlsx").status_code == 400


def test_nobody_of_another_account_is_in_the_file(page, two, other_account):
    other_account.make_user(given_name="Theirs")

    file = page("/users/export")

    assert file.status_code == 200
    assert "Theirs" not in file.html


def test_a_file_takes_as_many_statements_as_it_has_slices(page, scope, statements, make_user):
    make_user()
    with statements() as few:
        page("/users/export")
    for _ in range(20):
        make_user()

    with statements() as many:
        page("/users/export")

    assert len(many) == len(few)
