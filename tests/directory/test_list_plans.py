"""What SQLite reads for a list at the screens: people, mails, who has a role (see ``tests/support/sqlite_plans``)."""

import pytest
from msgspec.structs import replace

from scimapp.directory.accounts import account_owner, role_holders
from scimapp.directory.groups import group_search
from scimapp.directory.model import User
from scimapp.directory.outbox import outbox_list
from scimapp.directory.outbox.outbox_list import MailSearch
from scimapp.directory.people import named_people
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import NAME, attributes
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.bodies import create, person
from tests.support.sqlite_plans import lines, plans

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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


def test_people_named_by_ids_names_and_addresses_are_looked_up(scope, scim, statements, make_user):
    ann, bea = make_user(), make_user()
    gone = create(scim, person(emails=[{"value": "gone@acme.example"}]))
    assert scim.delete(f"/Users/{gone['id']}").status_code == 204
    texts = [ann.id, bea.scim_id, ann.user_name, bea.email, gone["userName"], "gone@acme.example", "nobody"]

    with statements() as log:
        found = named_people.named_by(scope, texts)

    assert [found[text].seq for text in texts[:4]] == [ann.seq, bea.seq, ann.seq, bea.seq]
    assert found[texts[4]].removed_at is not None
    assert found[texts[5]].seq == found[texts[4]].seq
    assert len(found) == 6
    assert [line for line in lines(log, "users") if line.endswith("(account_id=?)")] == []


@pytest.mark.parametrize("key, column, index", [
    ("name", None, "ix_users_order"),
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

    pages = [statement for statement in log if "group_concat" in statement and "ORDER BY" in statement]
    assert index in lines(pages, "users")[0]
    assert all("COVERING INDEX ix_users_order" in lines([rest], "users")[0] for rest in pages[1:])
    assert [line for _, line in plans(pages) if "TEMP B-TREE" in line or line.startswith("SCAN users")] == []


@pytest.mark.parametrize("key, read", [
    ("state", "ix_users_state (account_id=? AND state=?)"),
    ("role", "ix_users_role (account_id=? AND role=?)"),
    ("source", "ix_users_source (account_id=? AND connection_id=? AND source=?)"),
])  # fmt: skip
def test_people_of_each_value_are_listed_but_for_the_usual_one_and_walked_by_name(
    scope, statements, make_user, key, read
):
    make_user()

    with statements() as log:
        search.find_users(scope, UserSearch(sort=replace(NAME, key=key)))

    walked, few = "COVERING INDEX ix_users_order (account_id=?)", "INTEGER PRIMARY KEY (rowid=?)"
    found = {
        line.removeprefix("SEARCH users USING ")
        for line in lines([each for each in log if "group_concat" in each], "users")
    }
    assert f"COVERING INDEX {read}" in found
    greatest = {line for line in found if "sqlite_autoindex_users" in line}  # the number that ends these keys
    assert found - greatest - {f"COVERING INDEX {read}"} <= {walked, few}


def test_who_may_become_owner_is_found_by_the_role(scope, statements):
    with statements() as log:
        account_owner.heirs(scope)

    assert lines(log, "users") == ["SEARCH users USING INDEX ix_users_role (account_id=? AND role=?)"]


def test_people_counted_by_their_numbers_are_looked_up_nowhere(scope, statements, make_field, make_user):
    """Lists of numbers are read from the narrow indexes, who has a value and who is not active, and laid together."""
    make_field("site", "text")
    made = [make_user(state=state, custom={"site": "b"}) for state in ("active", "invited", "inactive")]
    make_user(state="invited")
    known = attributes(scope)
    conditions = [user_filters.read(known["custom.site"], "is", ["b"]), user_filters.read(known["title"], "not", ["x"])]

    with statements() as log:
        _, counts, *in_vain = search.find_and_count(scope, UserSearch(conditions=tuple(conditions)))

    assert (counts.people, counts.active, counts.invited, counts.inactive) == (len(made), 1, 1, 1)
    assert in_vain == [0, 0]
    (read, expired, page) = [statement for statement in log if "group_concat" in statement]
    greatest, *listed = lines([read], "users")
    assert "COVERING INDEX sqlite_autoindex_users" in greatest  # unique by account and number: one step from its end
    assert set(listed) == {"SEARCH users USING COVERING INDEX ix_users_state (account_id=? AND state=?)"}
    values = lines([read], "indexed_values")
    assert len(values) == 2 and all("COVERING INDEX ix_indexed_values_text" in line for line in values)


def test_few_people_who_lack_a_value_are_looked_up_by_their_numbers(scope, statements, make_field, make_user):
    make_field("site", "text")
    for _ in range(5):
        make_user(custom={"site": "b"})
    made = make_user()
    condition = user_filters.read(attributes(scope)["custom.site"], "empty", [])

    with statements() as log:
        page = search.find_users(scope, UserSearch(conditions=(condition,)))

    assert made.seq in [row.user.seq for row in page.items]
    (looked_up,) = [statement for statement in log if "json_each" in statement]
    assert lines([looked_up], "users") == ["SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"]


@pytest.mark.parametrize("descending", [False, True])
def test_a_condition_on_the_value_of_the_order_is_read_in_that_order(
    scope, statements, make_field, make_user, descending
):
    make_field("site", "text")
    by_site = [make_user(custom={"site": site}).seq for site in ("bb", "ba", "c", "ab")]
    site = attributes(scope)["custom.site"]
    condition = user_filters.read(site, "contains", ["b"])

    with statements() as log:
        asked = UserSearch(conditions=(condition,), sort=site, descending=descending)
        page = search.find_users(scope, asked)

    found = [by_site[3], by_site[1], by_site[0]]
    assert [row.user.seq for row in page.items] == (found[::-1] if descending else found)
    (read, expired) = [statement for statement in log if "group_concat" in statement]
    assert [line for _, line in plans([read]) if "TEMP B-TREE" in line] == []


def test_words_that_few_have_are_sought_once(scope, statements, make_user):
    made = make_user(given_name="Ann", state="invited")

    with statements() as log:
        page, counts, *in_vain = search.find_and_count(scope, UserSearch(q="ann", sort=attributes(scope)["title"]))

    assert ([row.user.seq for row in page.items], counts.invited, in_vain) == ([made.seq], 1, [0, 0])
    assert len([statement for statement in log if "search_key LIKE" in statement]) == 1


def test_people_to_add_to_a_group_are_sought_in_an_index_alone(scope, scim, statements, make_group, make_user):
    ann, inside = make_user(given_name="Ann"), make_user(given_name="Anna")
    group = make_group(display_name="Crew", members=[inside])
    gone = create(scim, person(displayName="Annabel Gone"))
    assert scim.delete(f"/Users/{gone['id']}").status_code == 204

    with statements() as log:
        found = group_search.find_people_to_add(scope, group, "ann")

    assert [user.seq for user in found] == [ann.seq]
    (sought,) = [statement for statement in log if "search_key LIKE" in statement]
    assert lines([sought], "users")[0] == "SEARCH users USING COVERING INDEX ix_users_list (account_id=?)"


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
