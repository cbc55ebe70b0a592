"""Rows of an imported file: what each comes to, that the preview is what happens, and who may do what by a file."""

import orjson
import pytest
from sqlalchemy import select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.batches import batches
from scimapp.directory.changes import UserChanges
from scimapp.directory.groups import groups, role_rules
from scimapp.directory.imports import csv_table, import_preview, import_start
from scimapp.directory.imports.import_plans import INACTIVE, NOT_INVITED
from scimapp.directory.links import invitations
from scimapp.directory.model import UserDocument
from scimapp.directory.people import named_people, users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list import search
from tests.support.csv_files import carried_out, csv_file, previewed, rows_of


def one(scope, content, **options):
    """The only row of a preview."""
    (row,) = rows_of(scope, previewed(scope, content, **options))
    return row


def found(scope, email):
    return named_people.named_by(scope, [email]).get(email)


def told(row):
    """``[(label, before, after)]`` as texts."""
    return [tuple(map(str, change)) for change in row.changes]


def test_a_new_person_comes_with_everything_the_row_says(scope, make_user, make_group, make_field):
    boss = make_user(given_name="Bea", family_name="Boss", email="bea@acme.example")
    sales, berlin = make_group("Sales"), make_group("Berlin, office")
    make_field("badge", "integer", label="Badge number")
    make_field("skills", "multiselect", label="Skills", choices=["First aid", "Forklift"])
    headings = (
        "First name,Family name,E-mail,Job title,Phone,Department,Manager,Role,Groups,External ID,Badge number,Skills"
    )
    row = ("Ana", "Ruiz", "ana@acme.example", "Lead", "'+49 30 1", "Field", "bea@acme.example", "user admin",
           "sales; Berlin, office", "7", "1180", "first aid, Forklift")  # fmt: skip

    carried_out(scope, previewed(scope, csv_file(headings, row)))

    ana = found(scope, "ana@acme.example")
    assert (ana.display_name, ana.state, ana.role, ana.source, ana.external_id) == (
        "Ana Ruiz", "invited", "user_admin", "import", "7",
    )  # fmt: skip
    assert users.document(scope, ana).core == {
        "userName": "ana@acme.example",
        "name": {"givenName": "Ana", "familyName": "Ruiz"},
        "emails": [{"value": "ana@acme.example", "type": "work", "primary": True}],
        "title": "Lead",
        "phoneNumbers": [{"type": "work", "primary": True, "value": "+49 30 1"}],
    }
    assert users.document(scope, ana).enterprise == {"department": "Field", "manager": {"value": boss.scim_id}}
    assert users.document(scope, ana).custom == {"badge": 1180, "skills": ["First aid", "Forklift"]}
    assert {group.group_id for group in groups.groups_of(scope, ana)} == {sales.id, berlin.id}
    assert invitations.latest(scope, ana).invited_by == "Olive Owner"


@pytest.mark.parametrize(("starts_as", "state"), [(NOT_INVITED, "invited"), (INACTIVE, "inactive")])
def test_new_people_may_start_without_an_invitation(scope, starts_as, state):
    content = csv_file("First name,E-mail", ("Ana", "ana@acme.example"))

    carried_out(scope, previewed(scope, content), starts_as)

    ana = found(scope, "ana@acme.example")
    assert ana.state == state
    assert invitations.latest(scope, ana) is None


def test_an_update_shows_what_was_and_what_comes_and_empty_cells_change_nothing(scope, make_user, make_field):
    make_field("cost", "text", label="Cost centre")
    tobias = make_user(given_name="Tobias", family_name="Okonkwo", email="tobias@acme.example",
                       core={"title": "Cook", "nickName": "Tobi"}, custom={"cost": "4410"})  # fmt: skip
    content = csv_file("E-mail,Title,Nickname,Cost centre", ("TOBIAS@acme.example", "Chef", "", "4415"))
    batch = previewed(scope, content)
    (row,) = rows_of(scope, batch)

    assert (row.outcome, row.label, row.user_id) == ("update", "Tobias Okonkwo", tobias.id)
    assert told(row) == [("Title", "Cook", "Chef"), ("Cost centre", "4410", "4415")]
    assert users.document(scope, tobias).core["title"] == "Cook"

    result = carried_out(scope, batch)

    profile = users.document(scope, found(scope, "tobias@acme.example"))
    assert (profile.core["title"], profile.core["nickName"], profile.custom) == ("Chef", "Tobi", {"cost": "4415"})
    assert (result.done, result.skipped) == (1, 0)


def test_a_name_that_older_rules_accepted_is_no_error_of_a_row(scope, make_user):
    tobias = make_user(email="tobias@acme.example")
    core = users.document(scope, tobias).core | {"userName": "tobias "}
    db.session.scalars(select(UserDocument).filter_by(user_seq=tobias.seq)).one().core = orjson.dumps(core).decode()
    db.session.commit()

    assert one(scope, csv_file("E-mail,Title", ("tobias@acme.example", "Chef"))).outcome == "update"


def test_a_row_that_says_what_is_stored_is_unchanged(scope, make_user, make_group, make_field):
    make_field("site", "dropdown", label="Site", choices=["Kiel"])
    make_field("tags", "text", label="Tags", multi_valued=True)
    make_field("vip", "boolean", label="VIP")
    boss = make_user(given_name="Bea", family_name="Boss", email="bea@acme.example")
    ana = make_user("user_admin", given_name="Ana", family_name="Ruiz", email="ana@acme.example",
                    enterprise={"manager": {"value": boss.scim_id}},
                    custom={"site": "Kiel", "tags": ["a, b", "c"], "vip": True})  # fmt: skip
    make_group("Sales", [ana])
    headings = "Name,E-mail,Role,Manager,Groups,Site,Tags,VIP,State,Last sign-in"

    for manager in ("Bea Boss", "bea@acme.example", boss.id):
        row = ("Ana Ruiz", "ana@acme.example", "User Admin", manager, "Sales", "kiel", "a, b, c", "Yes", "Active", "x")

        assert one(scope, csv_file(headings, row)).outcome == "same"


def test_rows_are_matched_by_external_id_where_that_is_chosen(scope, make_user):
    ana = make_user(given_name="Ana", family_name="", email="ana@acme.example", external_id="E-7")
    content = csv_file("External ID,E-mail,First name", ("E-7", "ana.ruiz@acme.example", "Ana"), ("E-8", "bo@acme.example", "Bo"))  # fmt: skip
    batch = previewed(scope, content, match="external_id")

    assert [(row.outcome, told(row)) for row in rows_of(scope, batch)] == [
        ("update", [("E-mail", "ana@acme.example", "ana.ruiz@acme.example")]),
        ("new", []),
    ]

    carried_out(scope, batch)

    assert found(scope, "ana.ruiz@acme.example").id == ana.id
    assert found(scope, "bo@acme.example").external_id == "E-8"


def test_values_of_a_directory_are_left_as_they_are(scope, okta_scope, make_user, make_group):
    make_user(by=okta_scope, given_name="Tobias", family_name="Okonkwo", email="tobias@acme.example",
              core={"title": "Cook"}, external_id="00u1")  # fmt: skip
    pushed = make_group("Field Sales", by=okta_scope)
    content = csv_file(
        "E-mail,First name,Title,Nickname,External ID,Groups",
        ("tobias@acme.example", "Toby", "Chef", "Tobi", "7", "Field Sales"),
    )
    batch = previewed(scope, content)
    (row,) = rows_of(scope, batch)

    assert told(row) == [("Nickname", "", "Tobi")]
    assert list(map(str, row.notes)) == [
        "First name is left as it is: managed by Okta.",
        "Title is left as it is: managed by Okta.",
        "External ID is left as it is: managed by Okta.",
        "Group \u201cField Sales\u201d is left as it is: managed by Okta.",
    ]

    result = carried_out(scope, batch)

    tobias = found(scope, "tobias@acme.example")
    assert (result.done, result.skipped) == (1, 0)
    assert (tobias.given_name, tobias.title, tobias.external_id) == ("Tobias", "Cook", "00u1")
    assert users.document(scope, tobias).core["nickName"] == "Tobi"
    assert groups.get(scope, pushed.id).member_count == 0


ERRORS = [
    ("E-mail,First name", ("", "Bo"), "Row 2, E-mail: Enter an e-mail address."),
    (
        "E-mail,First name",
        ("bo@corp", "Bo"),
        "Row 2, E-mail: \u201cbo@corp\u201d has no domain ending. Write it as name@example.com.",
    ),
    (
        "E-mail,Title",
        ("bo@acme.example", "Cook"),
        "Row 2, First name: Enter a first name. Row 2, Site: Site is needed here.",
    ),
    ("E-mail,First name", ("bo@acme.example", "x" * 201), "Row 2, First name: at most 200 characters."),
    ("E-mail,First name", ("bo@acme.example", "B\no"), "Row 2, First name: one line of text is expected."),
    (
        "E-mail,First name,Role",
        ("bo@acme.example", "Bo", "King"),
        "Row 2, Role: \u201cKing\u201d is no role. Write Member, User Admin or Super Admin.",
    ),
    (
        "E-mail,First name,Role",
        ("bo@acme.example", "Bo", "Account Owner"),
        "Row 2, Role: Only Super Admins and the Account Owner can change a Super Admin.",
    ),
    (
        "E-mail,First name,Manager",
        ("bo@acme.example", "Bo", "nobody@acme.example"),
        "Row 2, Manager: \u201cnobody@acme.example\u201d is nobody here. Write the e-mail address.",
    ),
    (
        "E-mail,Manager",
        ("ana@acme.example", "ana@acme.example"),
        "Row 2, Manager: Nobody is their own manager. Choose somebody else.",
    ),
    (
        "E-mail,First name,Groups",
        ("bo@acme.example", "Bo", "Nowhere"),
        "Row 2, Groups: there is no group \u201cNowhere\u201d here.",
    ),
    (
        "E-mail,First name,User name",
        ("bo@acme.example", "Bo", "ana@acme.example"),
        "Row 2, User name: \u201cana@acme.example\u201d belongs to Ana Ruiz already.",
    ),
    (
        "E-mail,First name,External ID",
        ("bo@acme.example", "Bo", "A-1"),
        "Row 2, External ID: \u201cA-1\u201d belongs to Ana Ruiz already.",
    ),
    (
        "E-mail,Badge number",
        ("ana@acme.example", "A-11"),
        "Row 2, Badge number: 'A-11' is not an integer; write a whole number without a fraction.",
    ),
    (
        "E-mail,First name,Site,Badge number",
        ("bo@acme.example", "Bo", "", "=1"),
        "Row 2, Badge number: '=1' is not an integer; write a whole number without a fraction.",
    ),
    ("E-mail,First name,Badge number", ("bo@acme.example", "Bo", "7"), "Row 2, Site: Site is needed here."),
    (
        "E-mail,First name,Site",
        ("bo@acme.example", "Bo", "Hull"),
        "Row 2, Site: 'Hull' is not one of the options: Kiel.",
    ),
    (
        "E-mail,Badge number,Starts",
        ("ana@acme.example", "9007199254740992", "2026-11-23T09:30"),
        "Row 2, Badge number: '9007199254740992' has more digits than a number keeps; use a text field. "
        "Row 2, Starts: '2026-11-23T09:30' is not a date and time with its zone; write it as 2026-11-23T09:30:00Z.",
    ),
    ("E-mail,First name", ("bo@acme.example",), "Row 2: Only one cell, but line 1 names 2 columns."),
    (
        "E-mail,Role",
        ("owner", "Member"),
        "Row 2: The Account Owner cannot be given another role here: an account keeps at least one active owner. "
        "Transfer ownership first.",
    ),
    (
        "E-mail,Role,Manager",
        ("ana@acme.example", "King", "nobody@acme.example"),
        "Row 2, Role: \u201cKing\u201d is no role. Write Member, User Admin or Super Admin. "
        "Row 2, Manager: \u201cnobody@acme.example\u201d is nobody here. Write the e-mail address.",
    ),
]


@pytest.mark.parametrize(("headings", "row", "complaint"), ERRORS)
def test_an_error_names_row_field_value_and_what_is_accepted(account, make_user, make_field, headings, row, complaint):
    scope = account.scope
    make_user(given_name="Ana", family_name="Ruiz", email="ana@acme.example", external_id="A-1")
    make_field("badge", "integer", label="Badge number")
    make_field("starts", "datetime", label="Starts")
    make_field("site", "dropdown", label="Site", choices=["Kiel"], required=True)
    row = tuple(account.owner.email if cell == "owner" else cell for cell in row)

    planned = one(scope, csv_file(headings, row))

    assert (planned.outcome, str(planned.reason)) == ("error", complaint)
    assert search.count_states(scope).people == 2


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
        ("error", "Row 4: This is the same person as in row 3."),
        ("error", "Row 5: This is the same person as in row 2."),
    ]


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
        f"Row 2, Role: {above}",
        f"Row 3: {above}",
        f"Row 4: {above}",
        "Row 5: You cannot deactivate yourself or change your own role.",
        "Row 6: Only the Account Owner can change the Account Owner.",
    ]


def test_a_group_that_gives_a_role_is_closed_to_who_may_not_give_it(scope, make_user, make_group):
    group = make_group("Chiefs")
    role_rules.set_rule(scope, group.id, Role.SUPER_ADMIN)
    admin = person_scope(make_user("user_admin"))
    content = csv_file("E-mail,First name,Groups", ("bo@acme.example", "Bo", "Chiefs"))

    assert one(admin, content).outcome == "error"
    assert "Only somebody who may give that role" in str(one(admin, content).reason)
    assert one(scope, content).outcome == "new"


def test_required_fields_take_their_default(scope, make_field):
    make_field("site", "dropdown", label="Site", choices=["Kiel", "Hull"], required=True, default_value="Kiel")

    carried_out(scope, previewed(scope, csv_file("E-mail,First name", ("bo@acme.example", "Bo"))))

    assert users.document(scope, found(scope, "bo@acme.example")).custom == {"site": "Kiel"}


def test_what_happens_is_what_the_preview_said(account, scope, okta_scope, make_user, make_group, make_field):
    """Every kind of row at once: those planned to be written are, those with errors are not, for the same reasons."""
    make_field("site", "dropdown", label="Site", choices=["Kiel"], unknown_choice="add")
    make_field("since", "date", label="Since")
    make_group("Sales")
    make_user(given_name="Ana", family_name="Ruiz", email="ana@acme.example")
    make_user("super_admin", given_name="Sue", family_name="", email="sue@acme.example")
    make_user(by=okta_scope, given_name="Tobias", family_name="", email="tobias@acme.example", core={"title": "Cook"})
    rows = [
        ("ana@acme.example", "", "Lead", "Hull", "2026-11-23", "Sales", "Super Admin"),
        ("sue@acme.example", "Susan", "", "", "", "", "Member"),
        ("tobias@acme.example", "Toby", "Chef", "kiel", "", "Sales", ""),
        ("bo@acme.example", "Bo", "", "", "23.11.2026", "", ""),
        ("cem@acme.example", "Cem", "", "Oslo", "2026-11-23T10:00:00Z", "Sales", "User Admin"),
        (account.owner.email, "Olivia", "", "", "", "", ""),
        ("d\u00f6rte@b\u00fccher.example", "D\u00f6rte", "'=1+1", "", "", "", ""),
    ]
    batch = previewed(scope, csv_file("E-mail,First name,Title,Site,Since,Groups,Role", *rows))
    before = {row.line: row for row in rows_of(scope, batch)}
    assert {line: row.outcome for line, row in before.items()} == {
        2: "update", 3: "update", 4: "update", 5: "error", 6: "new", 7: "update", 8: "new",
    }  # fmt: skip

    result = carried_out(scope, batch)

    done = {row.item.line for row in batches.find_items(scope, result, "done", per_page=100).items}
    assert done == {line for line, row in before.items() if row.outcome != "error"}
    skipped = {row.item.line: str(row.reason) for row in batches.find_items(scope, result, "skipped").items}
    assert skipped == {5: str(before[5].reason)}
    again = previewed(scope, csv_file("E-mail,First name,Title,Site,Since,Groups,Role", *rows))
    assert {row.outcome for row in rows_of(scope, again) if row.line != 5} == {"same"}


def test_somebody_changed_after_the_preview_is_skipped(scope, make_user):
    ana = make_user(given_name="Ana", family_name="", email="ana@acme.example")
    batch = previewed(scope, csv_file("E-mail,Title", ("ana@acme.example", "Lead")))
    import_start.begin(scope, batch.id, NOT_INVITED, skips_errors=True)
    users.update(scope, ana.id, UserChanges(core={"nickName": "An"}))
    batches.finish_small(scope, batches.get(scope, batch.id))

    (row,) = batches.find_items(scope, batch, "skipped").items
    assert str(row.reason) == "Somebody changed this person after the preview."
    assert found(scope, "ana@acme.example").title == ""


def test_the_entries_of_an_import_name_its_batch(scope):
    batch = previewed(scope, csv_file("E-mail,First name", ("bo@acme.example", "Bo")))
    carried_out(scope, batch)

    entries = db.session.scalars(scope.select(AuditEntry).where(AuditEntry.batch_id == batch.id)).all()
    assert {"person added", "invitation issued"} <= {entry.event for entry in entries}


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
        "Row 2, Manager: the manager's own row 3 has an error.",
        "Row 3, Manager: the manager's own row 4 has an error.",
        "Row 4, First name: Enter a first name.",
        "Row 5, Manager: this row and others name each other as managers in a circle.",
        "Row 6, Manager: this row and others name each other as managers in a circle.",
        "Row 7, Manager: Nobody is their own manager. Choose somebody else.",
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
