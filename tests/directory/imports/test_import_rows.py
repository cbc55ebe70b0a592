"""Rows of an imported file: what each comes to, and that the preview is what happens."""

import orjson
import pytest
from sqlalchemy import select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.batches import batches
from scimapp.directory.changes import UserChanges
from scimapp.directory.groups import groups
from scimapp.directory.imports import import_start
from scimapp.directory.imports.import_plans import INACTIVE, NOT_INVITED
from scimapp.directory.links import invitations
from scimapp.directory.model import UserDocument
from scimapp.directory.people import users
from tests.support.csv_files import carried_out, csv_file, found, only_row, previewed, rows_of, told


def test_a_new_person_comes_with_everything_the_row_says(scope, make_user, make_group, make_field):
    boss = make_user(given_name="Bea", family_name="Boss", email="bea@acme.example")
    sales, berlin = make_group("Sales"), make_group("Berlin, office")
    make_field("badge", "integer", label="Badge number")
    make_field("skills", "multiselect", label="Skills", choices=["First aid", "Forklift"])
    headings = (
        "First name,Family name,E-mail,Job title,Phone,Department,Manager,Role,Groups,External ID,Badge number,Skills"
    )
    row = ("Ana", "Ruiz", "ana@acme.example", "Lead", "'+49 30 1", "Field", "bea@acme.example", "user admin",
           "sales;; Berlin, office;", "7", "1180", "first aid, Forklift")  # fmt: skip

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

    assert only_row(scope, csv_file("E-mail,Title", ("tobias@acme.example", "Chef"))).outcome == "update"


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

        assert only_row(scope, csv_file(headings, row)).outcome == "same"


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


def test_a_file_may_come_without_addresses(scope, make_user):
    make_user(external_id="7")
    batch = previewed(scope, csv_file("External ID,Job title", ("7", "Lead")), match="external_id")

    (row,) = rows_of(scope, batch)
    assert (row.email, told(row)) == ("", [("Title", "", "Lead")])


@pytest.mark.parametrize("sent", ["ana@corp", "ana.@corp.example"])
def test_whoever_is_here_is_matched_by_an_address_that_nobody_could_type(scope, okta_scope, make_user, sent):
    make_user(by=okta_scope, given_name="Ana", family_name="", email=sent)

    assert only_row(scope, csv_file("E-mail,First name", (sent, "Ana"))).outcome == "same"


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
    assert skipped == {5: f"Row 5, {before[5].reason}"}
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
