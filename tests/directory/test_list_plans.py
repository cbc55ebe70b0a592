"""What SQLite reads for a list at the screens: people, mails, who has a role (see ``tests/support/sqlite_plans``)."""

from dataclasses import replace

import pytest

from scimapp.directory.accounts import role_holders
from scimapp.directory.model import User
from scimapp.directory.outbox import outbox_list
from scimapp.directory.outbox.outbox_list import MailSearch
from scimapp.directory.people import named_people
from scimapp.directory.user_list import search, user_filters, ways
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


def test_people_counted_by_their_numbers_are_looked_up_nowhere(scope, statements, make_field, make_user):
    """Lists of numbers are read from the narrow indexes, who has a value and who is not active, and laid together."""
    make_field("site", "text")
    made = [make_user(state=state, custom={"site": "b"}) for state in ("active", "invited", "inactive")]
    make_user(state="invited")
    known = attributes(scope)
    conditions = [user_filters.read(known["custom.site"], "is", ["b"]), user_filters.read(known["title"], "not", ["x"])]

    with statements() as log:
        counts, *in_vain = search.count_with_invites(scope, UserSearch(conditions=tuple(conditions)))

    assert (counts.people, counts.active, counts.invited, counts.inactive) == (len(made), 1, 1, 1)
    assert in_vain == [0, 0]
    (read,) = log
    assert set(lines([read], "users")) == {
        "SEARCH users USING COVERING INDEX ix_users_state (account_id=? AND state=?)"
    }
    assert all("COVERING INDEX ix_indexed_values_text" in line for line in lines([read], "indexed_values"))


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


@pytest.mark.parametrize("operator, title", [("is", "Baker"), ("not", "Nurse")])
def test_a_page_in_the_middle_of_many_who_meet_a_condition_looks_nobody_up(
    scope, statements, make_user, monkeypatch, operator, title
):
    """Each of 47,000 people was looked up in the index of values: 130 ms, not 60."""
    monkeypatch.setattr(ways, "FAR", 0)
    monkeypatch.setattr(ways, "EVERYBODY", 4)
    bakers = [make_user(given_name=name, core={"title": "Baker"}) for name in ("Ann", "Bea", "Cem")]
    make_user(given_name="Dan", core={"title": "Nurse"})
    asked = ((operator, [title]), ("filled", []))
    conditions = tuple(user_filters.read(attributes(scope)["title"], *condition) for condition in asked)

    with statements() as log:
        found = search.find_users(scope, UserSearch(conditions=conditions, page=2, per_page=1))

    assert ([row.user.seq for row in found.items], found.total) == ([bakers[1].seq], 3)
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert "indexed_values" not in page
