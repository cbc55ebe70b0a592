"""What SQLite reads for a change or a page, by its own account (EXPLAIN QUERY PLAN).

SQLite keeps no statistics here, so a plan follows from the form of a statement alone and is the same with a hundred
thousand people. Four had gone wrong: bringing somebody back read all removed people, ending a link all mails that wait,
erasing somebody all mails, logging calls everybody.
"""

import re
from dataclasses import replace

import pytest

from scimapp.database import db
from scimapp.directory.accounts import role_holders, seats
from scimapp.directory.batches import batch_people, batches
from scimapp.directory.calls import call_log
from scimapp.directory.changes import GroupDraft
from scimapp.directory.groups import groups, role_rules
from scimapp.directory.model import User
from scimapp.directory.outbox import outbox_list
from scimapp.directory.outbox.outbox_list import MailSearch
from scimapp.directory.people import erasure, named_people, users
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import NAME, attributes
from scimapp.directory.user_list.search import UserSearch
from scimapp.scim.urns import ENTERPRISE_USER
from tests.scim_api.bodies import create, person

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
# A search that begins in a large table and is narrowed by the account alone, or by what may be true of all its rows.
_MANY = re.compile(
    r"(SEARCH|SCAN) ((users|outbox_mails|memberships)\b(?!.*\(rowid)(?!.*account_id=\? AND (?!state))"
    r"|indexed_values\b(?!.*\((user_seq=|path_number=\? AND )))"
)


def plans(log):
    """``[(statement, line)]`` of every plan of the statements that ran."""
    driver = db.session.connection().connection.driver_connection
    found = []
    for statement in dict.fromkeys(log):
        values = tuple("x" for _ in range(statement.count("?")))
        found += [(statement, row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    return found


def lines(log, table):
    return [line for _, line in plans(log) if f" {table} " in line]


def test_changing_one_person_reads_nobody_else(account, scim, scope, statements, make_user):
    invited, member, erased = make_user(state="invited"), make_user(), make_user()
    theirs, gone = create(scim, person()), create(scim, person())
    db.session.close()

    with statements() as log:
        for each in (invited, member):
            users.deactivate(scope, each.id)
            users.activate(scope, each.id)
        moved = {"userName": "new@x.example", "emails": [{"value": "new@x.example", "primary": True}]}
        assert scim.patch(f"/Users/{theirs['id']}", replace=moved).status_code == 200
        assert scim.delete(f"/Users/{gone['id']}").status_code == 204
        back = create(scim, person(userName=gone["userName"]))
        users.deactivate(scope, erased.id)
        erasure.erase(scope, erased.id)

    assert back["id"] != gone["id"]
    assert [found for found in plans(log) if _MANY.search(found[1])] == []
    assert any("ix_users_removed" in line for line in lines(log, "users"))
    assert any("ix_outbox_mails_user" in line for line in lines(log, "outbox_mails"))


def test_logging_calls_reads_whom_they_were_about(scim, statements):
    here, gone = create(scim, person()), create(scim, person())
    assert scim.get(f"/Users/{here['id']}").status_code == 200
    assert scim.delete(f"/Users/{gone['id']}").status_code == 204

    with statements() as log:
        assert call_log.flush() == 4

    assert [found for found in plans(log) if _MANY.search(found[1])] == []
    by = [line.partition("(")[2] for line in lines(log, "users")]
    assert by == ["account_id=? AND scim_id=?)", "account_id=? AND id=?)"]
    assert all("ix_audit_entries_request" in line for line in lines(log, "audit_entries"))


def test_a_group_that_goes_reads_no_members_of_others(scope, statements, make_group, make_user):
    made, _other = make_group(members=[make_user()]), make_group(members=[make_user()])

    with statements() as log:
        groups.remove(scope, made.id)

    assert [line for line in lines(log, "memberships") if line.endswith("(account_id=?)")] == []


def test_people_whose_roles_follow_a_group_are_looked_up(scope, statements, make_group, make_user):
    people = [make_user() for _ in range(25)]
    made = make_group(members=people)

    with statements() as log:
        role_rules.set_rule(scope, made.id, "user_admin")

    assert [line for line in lines(log, "users") if "ix_users_list" in line] == []
    assert {users.get(scope, each.id).role for each in people} == {"user_admin"}


def test_a_directory_that_finds_no_seat_reads_no_record_of_others(scope, statements, make_user):
    person = make_user()

    with statements() as log, unit_of_work(scope) as work:
        seats.miss(work, person.id, "Ann")

    assert lines(log, "audit_entries") == [
        "SEARCH audit_entries USING INDEX ix_audit_entries_target (account_id=? AND target_id=?)"
    ]


def test_who_gave_a_role_is_read_from_the_entries_about_its_holders(scope, statements, make_user):
    make_user(role="user_admin")

    with statements() as log:
        role_holders.find(scope)

    assert lines(log, "audit_entries") == [
        "SEARCH audit_entries USING INDEX ix_audit_entries_target (account_id=? AND target_id=?)"
    ]


def test_a_page_of_people_reads_their_groups_alone(scope, statements, make_group, make_user):
    ann = make_user()
    make_group(display_name="Sales", members=[ann])
    make_group(display_name="Crew", members=[ann])

    with statements() as log:
        (found,) = search.rows(scope, [ann.seq])

    assert found.groups == ["Crew", "Sales"]
    assert lines(log, "groups") == ["SEARCH groups USING INTEGER PRIMARY KEY (rowid=?)"]


def test_groups_are_read_with_whether_they_are_in_others_by_an_index(scope, scim, statements, make_group, make_user):
    ann = make_user()
    make_group(members=[ann])

    with statements() as log:
        assert scim.get(f"/Users/{ann.scim_id}").status_code == 200

    assert all("(account_id=? AND member_seq=?)" in line for line in lines(log, "nested_groups"))
    assert lines(log, "nested_groups")


def test_people_named_by_ids_names_and_addresses_are_looked_up(scope, scim, statements, make_user):
    ann, bea = make_user(), make_user()
    gone = create(scim, person())
    assert scim.delete(f"/Users/{gone['id']}").status_code == 204
    texts = [ann.id, bea.scim_id, ann.user_name, bea.email, gone["userName"], "nobody"]

    with statements() as log:
        found = named_people.named_by(scope, texts)

    assert [found[text].seq for text in texts[:4]] == [ann.seq, bea.seq, ann.seq, bea.seq]
    assert found[gone["userName"]].removed_at is not None
    assert len(found) == 5
    narrow = [line for line in lines(log, "users") if "ix_users_removed" not in line]
    assert [line for line in narrow if line.endswith("(account_id=?)")] == []


@pytest.mark.parametrize("key, column, index", [
    ("name", None, "ix_users_list"),
    ("state", None, "ix_users_state"),
    ("role", None, "ix_users_role"),
    ("source", None, "ix_users_source"),
    ("created", None, "ix_users_created"),
    ("updated", None, "ix_users_updated"),
    ("last_sign_in", User.last_sign_in_at, "ix_users_signed_in"),
    ("email", User.email_key, "uq_users_email"),
    ("user_name", User.user_name_key, "uq_users_user_name"),
])  # fmt: skip
def test_a_page_of_people_is_walked_in_an_index_that_sorts_nothing(scope, statements, key, column, index):
    """Removed people stand in every order: behind the others in those of what only visible ones have."""
    with statements() as log:
        search.find_users(scope, UserSearch(sort=replace(NAME, key=key, column=column)))

    pages = [statement for statement in log if "users.seq \nFROM users" in statement]
    assert index in lines(pages, "users")[0]
    assert all("COVERING INDEX ix_users_list" in lines([rest], "users")[0] for rest in pages[1:])
    assert [line for _, line in plans(pages) if "TEMP B-TREE" in line or line.startswith("SCAN users")] == []


def test_a_list_sorted_by_what_it_is_filtered_by_reads_the_values_asked_for_alone(
    scope, statements, make_field, make_user
):
    make_field("site", "text")
    ann, bea, _other, _none = (make_user(custom=custom) for custom in ({"site": "b"}, {"site": "a"}, {"site": "c"}, {}))
    site = attributes(scope)["custom.site"]
    wanted = [
        user_filters.read(site, operator, [text]) for operator, text in (("not", "x"), ("starts", "a"), ("is", "b"))
    ]

    with statements() as log:
        found = [search.find_users(scope, UserSearch(conditions=(each,), sort=site)) for each in wanted]

    assert [[row.user.seq for row in page.items] for page in found][1:] == [[bea.seq], [ann.seq]]
    walked = [statement for statement in log if "ORDER BY indexed_values.text_key" in statement]
    walks = [lines([statement], "indexed_values")[0] for statement in walked]
    assert walks[0].endswith("(path_number=?)")
    assert walks[1].endswith("(path_number=? AND text_key>? AND text_key<?)")
    assert "(path_number=? AND text_key=?" in walks[2]
    assert [line for _, line in plans(walked) if "TEMP B-TREE" in line] == []


@pytest.mark.parametrize("narrowed", [{"role": "member"}, {"connection": "okta"}, {"connection": "hand"}, {}])
def test_people_who_meet_conditions_are_counted_from_the_list_of_them(scope, statements, make_field, narrowed):
    make_field("site", "text")
    known = attributes(scope)
    conditions = [user_filters.read(known[key], "is", ["b"]) for key in ("custom.site", "title")]

    with statements() as log:
        search.count_states(scope, UserSearch(conditions=tuple(conditions), **narrowed))

    (counted,) = [statement for statement in log if "count(*)" in statement]
    assert lines([counted], "users")[0].endswith("COVERING INDEX ix_users_found (account_id=? AND seq=?)")


@pytest.mark.parametrize("operator", ["filled", "empty"])
def test_who_has_a_value_of_a_field_is_looked_up_in_the_order_of_rows(scope, statements, make_field, operator):
    """By name or by state, each would be read from another page of the index."""
    make_field("site", "text")
    condition = user_filters.read(attributes(scope)["custom.site"], operator, [])

    with statements() as log:
        search.count_states(scope, UserSearch(conditions=(condition,)))

    (counted,) = [statement for statement in log if "count(*)" in statement]
    assert lines([counted], "users")[0].endswith("COVERING INDEX ix_users_found (account_id=?)")
    assert lines([counted], "indexed_values_1")[0].endswith("USING PRIMARY KEY (user_seq=? AND path_number=?)")


def test_words_that_few_have_are_sought_once(scope, statements, make_user):
    made = make_user(given_name="Ann", state="invited")

    with statements() as log:
        page, counts, *in_vain = search.find_and_count(scope, UserSearch(q="ann", sort=attributes(scope)["title"]))

    assert ([row.user.seq for row in page.items], counts.invited, in_vain) == ([made.seq], 1, [0, 0])
    assert len([statement for statement in log if "search_key LIKE" in statement]) == 1


@pytest.mark.parametrize("wanted, index", [
    (MailSearch(), "ix_outbox_mails_list (account_id=?)"),
    (MailSearch(before=10**9), "ix_outbox_mails_list (account_id=? AND seq<?)"),
    (MailSearch(kind="invitation"), "ix_outbox_mails_list (account_id=?)"),
    (MailSearch(q="ann"), "ix_outbox_mails_list (account_id=?)"),
    (MailSearch(state="retrying"), "ix_outbox_mails_retrying (account_id=? AND state=?)"),
    (MailSearch(state="failed"), "ix_outbox_mails_state (account_id=? AND state=?)"),
    (MailSearch(state="sent", kind="invitation"), "ix_outbox_mails_list (account_id=?)"),
])  # fmt: skip
def test_a_page_of_mails_is_walked_in_an_index_that_sorts_nothing(scope, statements, wanted, index):
    with statements() as log:
        outbox_list.find(scope, wanted)

    whole, page = lines(log, "outbox_mails")
    assert whole.endswith("ix_outbox_mails_list (account_id=? AND seq=?)")  # rows are read for what is shown alone
    assert page.endswith(index)
    assert [line for _, line in plans(log) if "TEMP B-TREE" in line] == []


def test_counting_mails_that_are_retried_reads_no_other_that_waits(scope, statements):
    with statements() as log:
        outbox_list.counts(scope)

    assert any("ix_outbox_mails_retrying" in line for line in lines(log, "outbox_mails"))


@pytest.mark.parametrize("query, index", [
    ({}, "ix_users_visible (account_id=? AND seq>?)"),
    ({"cursor": ""}, "ix_users_visible (account_id=? AND seq>?)"),
    ({"sortBy": "userName"}, "uq_users_user_name (account_id=?)"),
    ({"sortBy": "meta.created"}, "ix_users_created (account_id=?)"),
])  # fmt: skip
def test_a_page_of_a_directory_is_walked_in_an_index(scim, statements, query, index):
    """At most the rows of the page are sorted once more."""
    with statements() as log:
        assert scim.get("/Users", **query).status_code == 200

    (page,) = [statement for statement in log if "user_documents.core" in statement]
    assert lines([page], "users")[0].endswith(index)
    assert all("(rowid=?)" in line for line in lines([page], "users")[1:])
    sorts = [line for _, line in plans([page]) if "TEMP B-TREE" in line]
    assert sorts == (["USE TEMP B-TREE FOR ORDER BY"] if "sortBy" in query else [])


@pytest.mark.parametrize("text", [
    'groups.display eq "{group}"',
    'groups.display sw "{group}"',
    'groups.value eq "{group_id}"',
    'groups[display eq "{group}" and type eq "direct"]',
    'groups[value eq "{group_id}" and type eq "indirect"]',
    'groups.display eq "{group}" or groups.display eq "other"',
    'groups.display eq "{group}" or userName eq "x" or externalId eq "x" or emails.value sw "x"',
    'groups.display eq "{group}" and not (groups.display eq "other")',
    f'{ENTERPRISE_USER}:manager.displayName eq "{{boss}}"',
    f'{ENTERPRISE_USER}:manager.displayName sw "{{boss}}"',
    f'{ENTERPRISE_USER}:manager.value eq "{{boss_id}}"',
    f'{ENTERPRISE_USER}:manager.$ref eq "{{boss_address}}"',
    f'{ENTERPRISE_USER}:manager.$ref sw "{{boss_address}}"',
    "active eq false",
    'meta.location sw "{boss_address}"',
    'meta.location gt "{boss_address}"',
])  # fmt: skip
def test_whom_a_filter_leads_to_is_looked_up(scim, scope, statements, make_group, make_user, text):
    """A group walked everybody and all memberships, a manager's name all who have a manager: 24 to 620 ms of 100,000 people."""
    boss = create(scim, person(displayName="The Boss"))
    led = [person(**{ENTERPRISE_USER: {"manager": {"value": boss["id"]}}}, active=False) for _ in range(25)]
    ids = [create(scim, each)["id"] for each in led]
    inner = groups.create(scope, GroupDraft("inner", member_ids=tuple(ids)))
    group = groups.create(scope, GroupDraft("outer", member_ids=(inner.id, *ids[:22])))
    sent = text.format(
        group="outer", group_id=group.id, boss="the boss", boss_id=boss["id"], boss_address=boss["meta"]["location"]
    )

    with statements() as log:
        found = scim.get("/Users", filter=sent, count=2).json

    assert found["totalResults"] > 0
    asked = [statement for statement in log if "FROM users" in statement]
    narrow = [line for _, line in plans(asked) if re.match("(SEARCH|SCAN) (users|memberships|indexed_values)", line)]
    assert [
        line for line in narrow if re.search(r"\((account_id|path_number)=\?\)|seq>\?\)", line) or "SCAN" in line
    ] == []


@pytest.mark.parametrize(
    "text", ['members.value eq "{id}"', 'members.display eq "{name}"', 'members.display sw "{name}"']
)
def test_the_groups_of_a_member_are_looked_up(scim, statements, make_group, make_user, text):
    ann = make_user()
    make_group(members=[ann])

    with statements() as log:
        found = scim.get("/Groups", filter=text.format(id=ann.scim_id, name=ann.display_name)).json

    assert found["totalResults"] == 1
    [page, *_] = [statement for statement in log if "FROM groups" in statement]
    narrow = [line for table in ("groups", "memberships", "users") for line in lines([page], table)]
    assert [line for line in narrow if line.endswith("(account_id=?)") or "SCAN" in line] == []


def test_people_ticked_for_a_batch_are_looked_up_by_their_ids(scope, statements, make_user):
    """In the order of names everybody was walked for them: 150 ms of 100,000 people."""
    ticked = UserSearch(ids=tuple(make_user().id for _ in range(30)))

    with statements() as log:
        forecast = batch_people.foresee(scope, "deactivate", {}, ticked)
        batch = batches.begin(scope, "deactivate", {}, ticked)

    assert (forecast.total, batch.total) == (30, 30)
    named = [statement for statement in log if "users.id IN" in statement]
    assert len(named) == 3
    assert all(line.endswith("(account_id=? AND id=?)") for line in lines(named, "users"))


def test_no_statistics_change_what_is_planned_here(app):
    assert (
        db.session.connection().exec_driver_sql("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").first()
        is None
    )
