"""Rows of an imported file that are refused: what the error says, and who may do what by a file."""

import pytest

from scimapp.directory.groups import role_rules
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list import search
from tests.support.csv_files import csv_file, only_row, previewed, rows_of
from tests.support.databases import only_sqlite


def of_somebody_new(heading, cell, complaint):
    """A row of ERRORS: somebody new with one cell more, which is what is wrong."""
    return f"E-mail,First name,{heading}", ("bo@acme.example", "Bo", cell), f"{heading}: {complaint}"


ERRORS = [
    ("E-mail,First name", ("", "Bo"), "E-mail: Enter an e-mail address."),
    (
        "E-mail,First name",
        ("bo@corp", "Bo"),
        "E-mail: \u201cbo@corp\u201d has no domain ending. Write it as name@example.com.",
    ),
    (
        "E-mail,Title",
        ("bo@acme.example", "Cook"),
        "First name: Enter a first name. Site: A value is needed.",
    ),
    ("E-mail,First name", ("bo@acme.example", "x" * 201), "First name: at most 200 characters."),
    ("E-mail,First name", ("bo@acme.example", "B\no"), "First name: one line of text is expected."),
    of_somebody_new("Role", "King", "\u201cKing\u201d is no role. Write Member, User Admin or Super Admin."),
    of_somebody_new("Role", "Account Owner", "Only Super Admins and the Account Owner can change a Super Admin."),
    of_somebody_new(
        "Manager", "nobody@acme.example", "\u201cnobody@acme.example\u201d is nobody here. Write the e-mail address."
    ),
    (
        "E-mail,Manager",
        ("ana@acme.example", "ana@acme.example"),
        "Manager: Nobody is their own manager. Choose somebody else.",
    ),
    of_somebody_new("Groups", "Nowhere", "there is no group \u201cNowhere\u201d here."),
    of_somebody_new("User name", "ana@acme.example", "\u201cana@acme.example\u201d belongs to Ana Ruiz already."),
    of_somebody_new("External ID", "A-1", "\u201cA-1\u201d belongs to Ana Ruiz already."),
    (
        "E-mail,Badge number",
        ("ana@acme.example", "A-11"),
        "Badge number: “A-11” is not an integer; write a whole number without a fraction.",
    ),
    (
        "E-mail,First name,Site,Badge number",
        ("bo@acme.example", "Bo", "", "=1"),
        "Badge number: “=1” is not an integer; write a whole number without a fraction.",
    ),
    ("E-mail,First name,Badge number", ("bo@acme.example", "Bo", "7"), "Site: A value is needed."),
    of_somebody_new("Site", "Hull", "“Hull” is not one of the options: Kiel."),
    (
        "E-mail,Badge number,Starts",
        ("ana@acme.example", "9007199254740992", "2026-11-23T09:30"),
        "Badge number: “9007199254740992” is out of range: whole numbers from -9007199254740991 to 9007199254740991 are kept. "
        "Use a text field for longer ones. "
        "Starts: “2026-11-23T09:30” is not a date and time with its zone; write it as 2026-11-23T09:30:00Z.",
    ),
    ("E-mail,First name", ("bo@acme.example",), "Only one cell, but line 1 names 2 columns."),
    (
        "E-mail,Role",
        ("owner", "Member"),
        "The Account Owner cannot be given another role here: an account keeps at least one active owner. "
        "Transfer ownership first.",
    ),
    (
        "E-mail,Role,Manager",
        ("ana@acme.example", "King", "nobody@acme.example"),
        "Role: \u201cKing\u201d is no role. Write Member, User Admin or Super Admin. "
        "Manager: \u201cnobody@acme.example\u201d is nobody here. Write the e-mail address.",
    ),
]


@only_sqlite
@pytest.mark.parametrize(("headings", "row", "complaint"), ERRORS)
def test_an_error_names_row_field_value_and_what_is_accepted(account, make_user, make_field, headings, row, complaint):
    scope = account.scope
    make_user(given_name="Ana", family_name="Ruiz", email="ana@acme.example", external_id="A-1")
    make_field("badge", "integer", label="Badge number")
    make_field("starts", "datetime", label="Starts")
    make_field("site", "dropdown", label="Site", choices=["Kiel"], required=True)
    row = tuple(account.owner.email if cell == "owner" else cell for cell in row)

    planned = only_row(scope, csv_file(headings, row))

    assert (planned.outcome, str(planned.reason)) == ("error", complaint)
    assert search.count_states(scope).people == 2


def test_an_address_of_somebody_else_is_refused_whatever_their_user_name(scope, make_user):
    make_user(email="ana@acme.example", external_id="A-1")
    make_user(given_name="Zoe", family_name="", email="zoe@acme.example", core={"userName": "zoe"})
    batch = previewed(scope, csv_file("External ID,E-mail", ("A-1", "zoe@acme.example")), match="external_id")

    assert [str(row.reason) for row in rows_of(scope, batch)] == ["E-mail: This address belongs to Zoe already."]


def test_a_user_admin_reaches_nobody_by_a_file_whom_they_do_not_reach_by_hand(account, make_user, make_group):
    admin = person_scope(make_user("user_admin", given_name="Uma", family_name="", email="uma@acme.example"))
    make_user("super_admin", given_name="Sue", family_name="", email="sue@acme.example")
    make_user(given_name="Mo", family_name="", email="mo@acme.example")
    content = csv_file(
        "E-mail,First name,Role,Title",
        ("new@acme.example", "New", "Super Admin", ""),
        ("mo@acme.example", "Mo", "Super Admin", ""),
        ("sue@acme.example", "Sue", "", "Boss"),
        ("uma@acme.example", "Uma", "Member", ""),
        (account.owner.email, "", "", "Owner of it all"),
    )
    batch = previewed(admin, content)
    above = "Only Super Admins and the Account Owner can change a Super Admin."

    assert [str(row.reason) for row in rows_of(admin, batch)] == [
        f"Role: {above}",
        f"{above}",
        f"{above}",
        "You cannot deactivate yourself or change your own role.",
        "Only the Account Owner can change the Account Owner.",
    ]


def test_a_group_that_gives_a_role_is_closed_to_who_may_not_give_it(scope, make_user, make_group):
    group = make_group("Chiefs")
    role_rules.set_rule(scope, group.id, Role.SUPER_ADMIN)
    admin = person_scope(make_user("user_admin"))
    content = csv_file("E-mail,First name,Groups", ("bo@acme.example", "Bo", "Chiefs"))

    assert only_row(admin, content).outcome == "error"
    assert "Only somebody who may give that role" in str(only_row(admin, content).reason)
    assert only_row(scope, content).outcome == "new"
