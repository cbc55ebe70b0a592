"""The audit log on screens: sentences, before and after, filters, files."""

import csv
import io
import json

from msgspec.structs import replace

from scimapp.directory import events
from scimapp.directory.accounts import accounts
from scimapp.directory.calls import call_log
from scimapp.directory.changes import UserChanges
from scimapp.directory.fields import field_edits
from scimapp.directory.people import users
from scimapp.web.view_models.audit import WORDS
from scimapp.web.view_models.recorded_words import NAMES, words_of
from tests.scim_api.bodies import ENTERPRISE
from tests.support.databases import on_both


def test_every_event_has_its_sentence():
    kinds = {kind.name for kind in vars(events).values() if isinstance(kind, type) and hasattr(kind, "name")}

    assert kinds - {"name"} - set(WORDS) == set()


def test_a_change_is_told_with_what_it_was_before(page, scope, make_user):
    person = make_user(given_name="Ann", family_name="Berg", core={"title": "Buyer"})
    users.update(scope, person.id, UserChanges(core={"title": "Head buyer"}))

    log = page("/audit?what=person")
    entry = log.follow("Olive Owner changed Title of Ann Berg")

    assert "was Buyer" in log.text
    assert "now Head buyer" in log.text
    assert [cell.text for cell in entry.tree.find("table").find_all("td")] == ["was Buyer", "now Head buyer"]
    assert "Program" in entry.text or "Entry" in entry.text


def test_options_and_fields_are_called_as_in_their_forms(page, scope, make_field):
    make_field("site", "dropdown", label="Site", choices=["Oslo"])
    field_edits.edit(scope, "site", field_edits.FieldChanges(unknown_choice="add", admins_only=True))
    accounts.change_options(scope, strict_members=True, yielded_values=["title", "custom.site"])

    log = page("/audit")

    assert "Type: was Empty → now Dropdown" in log.text
    field = log.follow("Olive Owner changed “An option the directory sends and nobody listed”, “Only administrators see "
                       "it” of the custom field Site")  # fmt: skip
    assert [cell.text for cell in field.tree.find("table").find_all("td")] == [
        "was Is refused",
        "now Is added to the options",
        "was No",
        "now Yes",
    ]
    options = log.follow("Olive Owner changed options of Acme: “Refuse a group push that names an unknown person”, “Leave "
                         "these fields to us”")  # fmt: skip
    assert "now Title, Site" in options.text
    assert words_of("language", "de", {}) == "Deutsch"
    assert {*accounts._OPTIONS, "yielded_values", *field_edits.FieldChanges.__struct_fields__} - set(NAMES) == set()


@on_both
def test_filters_stand_as_chips_and_an_empty_result_offers_the_way_back(page, make_user):
    make_user(given_name="Ann")
    filtered = page("/audit").form("/audit").fill(target="ann", what="People", days="Last 7 days").submit()
    nothing = page("/audit?who=nobody+at+all")

    assert [chip.text for chip in filtered.tree.find_all("span", class_="chosen")] == [
        "People",
        "About: ann",
        "Last 7 days",
    ]
    assert "Nothing in the log matches these filters" in nothing.text
    assert page("/audit?before=zzz&days=77&what=nonsense").status_code == 200


def test_the_log_walks_from_newest_to_oldest(page, make_user):
    for _ in range(30):
        make_user(state="invited")

    first = page("/audit")
    older = first.follow("Older")

    assert len(first.tree.find_all("th", scope="row")) == 50
    assert "Newest" in older.text
    assert older.follow("Newest").url == "/audit"


@on_both
def test_the_log_takes_the_same_number_of_statements_at_any_length(page, make_user, statements):
    page("/audit")
    with statements() as few:
        page("/audit")
    for _ in range(40):
        make_user(state="invited")
    with statements() as many:
        page("/audit")

    assert len(many) == len(few) == 5


def test_the_files_hold_what_the_filter_leaves(page, scope, make_user):
    person = make_user(given_name="=cmd|' /C calc'!A0", family_name="", email="eve@acme.example")
    users.update(scope, person.id, UserChanges(core={"title": "Buyer"}))

    table = list(
        csv.DictReader(io.StringIO(page(f"/audit/export?format=csv&target={person.id}").html.lstrip("\ufeff")))
    )
    records = json.loads(page(f"/audit/export?format=json&target={person.id}").html)

    assert [row["event"] for row in table] == [record["event"] for record in records]
    assert table[0]["target_label"].startswith("'=cmd")
    assert table[0]["changes"] == 'title: null -> "Buyer"'
    assert records[0]["changes"] == [{"field": "title", "before": None, "after": "Buyer"}]
    assert json.loads(page("/audit/export?format=json&who=nobody+at+all").html) == []


def test_members_do_not_read_the_log(sign_in_as, make_user):
    member = sign_in_as(make_user())

    assert member("/audit").status_code == 403
    assert member("/audit/export").status_code == 403


def test_a_number_that_no_entry_has_or_can_have_is_not_found(page):
    numbers = (0, 2**63 - 1, 2**63, 10**30)

    assert [page(f"/audit/{number}").status_code for number in numbers] == [404] * 4


def test_a_user_admin_sees_that_a_super_admin_acted_but_not_what_was_changed(sign_in_as, scope, make_user):
    person = make_user()
    users.update(scope, person.id, UserChanges(core={"title": "Secret title"}))
    admin = sign_in_as(make_user(role="user_admin"))

    log = admin(f"/audit?target={person.id}")

    assert "Olive Owner changed Title" in log.text
    assert "Secret title" not in log.text
    entry = log.follow(f"Olive Owner changed Title of {person.display_name}")
    assert "is shown to them alone" in entry.text
    assert (
        "Secret title"
        not in admin(f"/users/{person.id}").form("profile").screen.tree.find("section", id="activity").text
    )


def test_who_did_it_stands_in_a_column_of_its_own(page, account, scim, make_user):
    make_user(given_name="Ann", family_name="Berg")
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bo@corp.example"}
    scim.post("/Users", body | {"emails": [{"value": "bo@corp.example"}]})

    rows = [[cell.text for cell in row.find_all("th", "td")] for row in page("/audit").tree.find_all("tr")]

    assert rows[0] == ["Time (UTC)", "Who", "What", "Where from"]
    assert any(who == "Olive Owner" and "added Ann Berg" in what for _, who, what, _ in rows)
    assert any(who == "Test okta" and "added bo@corp.example" in what for _, who, what, _ in rows)


def test_what_a_directory_did_leads_to_its_call(page, scim):
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bo@corp.example"}
    scim.post("/Users", body | {"emails": [{"value": "bo@corp.example"}]})
    call_log.flush()

    entry = page("/audit?who=okta").follow("Test okta added bo@corp.example")
    links = [link.text for link in entry.tree.find_all("a") if "/provisioning/log/" in (link.get("href") or "")]

    assert entry.follow(links[0]).status_code == 200


def test_entries_are_filtered_by_their_batch(page, scope, make_user):
    make_user(given_name="Ann")
    batch = replace(scope, batch_id="b-2041")
    person = make_user(given_name="Bo")
    users.update(batch, person.id, UserChanges(core={"title": "Buyer"}))

    found = page("/audit").form("/audit").fill(batch="b-2041").submit()

    assert len(found.tree.find_all("th", scope="row")) == 1
    assert "Batch b-2041" in found.text


def test_those_who_came_into_a_group_are_named_without_what_was_before(page, scim, make_user):
    ann = make_user(given_name="Ann", family_name="Berg")

    scim.post("/Groups", {"displayName": "Crew", "members": [{"value": ann.scim_id}]})

    assert "changed the members of Crew Added: Ann Berg" in page("/audit").text


@on_both
def test_a_manager_is_told_by_name_however_the_directory_named_them(page, scim, make_user, statements):
    ann, bo = make_user(given_name="Ann", family_name="Lee"), make_user(given_name="Bo", family_name="Ng")
    taken = []
    for manager in (ann.scim_id, "boss-17", bo.email):
        scim.patch(f"/Users/{bo.scim_id}", replace={ENTERPRISE: {"manager": {"value": manager}}})
        with statements() as log:
            screen = page("/audit")
        taken.append(len(log))

    told = [row.text for row in screen.tree.find("tbody").find_all("tr")[:3]]
    assert "Manager: was boss-17 → now Bo Ng" in told[0]
    assert "Manager: was Ann Lee → now boss-17" in told[1]
    assert "Manager: was Empty → now Ann Lee" in told[2]
    assert taken == [6, 6, 6]
    assert "boss-17 → now Bo Ng" in page(f"/users/{bo.id}").text
