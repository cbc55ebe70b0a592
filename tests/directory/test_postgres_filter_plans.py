"""What Postgres reads for the filters and orders of SCIM clients when it plans once for all values."""

import pytest

from scimapp.database import run
from scimapp.resource_types.queries import first_tries, questions
from tests.scim_api.bodies import create, person
from tests.support.postgres_plans import below, plan, planned_without

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)
ADDRESS = {"value": "ann@x.example", "type": "work"}


def test_an_element_that_is_found_by_one_of_its_parts_is_looked_up_by_the_others(scim, statements):
    """Joined with all elements of the same type, a search by address and type read everybody: 130 ms of 100,000 people."""
    made = create(scim, person(emails=[ADDRESS]))

    with statements() as log:
        found = scim.get("/Users", filter='emails[type eq "work" and value eq "ann@x.example"]').json

    assert [one["id"] for one in found["Resources"]] == [made["id"]]
    [search] = [statement for statement in log if "indexed_values" in statement]
    asked_of_each = [line for line in plan(search) if "Filter: (SubPlan" in line]
    assert len(asked_of_each) == 1


def test_a_page_of_everybody_begins_at_its_first_person(scim, statements, make_user):
    """Postgres merges people and documents, and walked past all documents before: 30 ms at the 90,000th person, now 0.2."""
    make_user(), make_user()
    first = create(scim, person())
    scim.get("/Users", count="2")

    with statements() as log:
        page = scim.get("/Users", startIndex="3", count="2").json

    assert [one["id"] for one in page["Resources"]][-1] == first["id"]
    [read] = [statement for statement in log if "user_documents" in statement]
    with planned_without("seqscan", "nestloop", "hashjoin"):
        begins = [line for line in plan(read) if "Index Cond" in line]
    assert len(begins) == 2 and all("seq > $" in line for line in begins)


@pytest.mark.parametrize("kind, is_looked_up", [("work", True), ("home", False)])
def test_an_element_that_is_found_by_what_it_contains_is_looked_up_by_what_most_have(
    scim, statements, kind, is_looked_up
):
    """Of 100,000 people eleven had the text, and all the type: 130 ms, not 45. With a type that few have Postgres begins there."""
    made = create(scim, person(emails=[ADDRESS | {"type": kind}]))

    with statements() as log:
        found = scim.get("/Users", filter=f'emails[type eq "{kind}" and value co "ann@x"]').json

    assert [one["id"] for one in found["Resources"]] == [made["id"]]
    [search] = [statement for statement in log if "indexed_values" in statement]
    assert ("OFFSET 0" in search) == is_looked_up


@pytest.mark.parametrize(
    "path, filter, table", [("/Users", "groups pr", "nested_groups"), ("/Groups", "members pr", "memberships")]
)
def test_whether_there_are_links_at_all_is_not_asked_of_each(
    scim, statements, make_group, make_user, path, filter, table
):
    """Who is in a group through others is in one; a group knows how many people are in it. 95 and 65 ms, now 35 and 1."""
    ann, _alone = make_user(), make_user()
    group = make_group(members=[ann])
    make_group()

    with statements() as log:
        found = scim.get(path, filter=filter, excludedAttributes="members,groups").json

    assert [one["id"] for one in found["Resources"]] == [ann.scim_id if path == "/Users" else group.id]
    assert [statement for statement in log if table in statement] == []


@pytest.mark.parametrize("order, names", [("ascending", "Ann Bea Dan Cem"), ("descending", "Cem Dan Bea Ann")])
def test_an_order_by_values_reads_them_as_one_list(scim, statements, order, names):
    """Each of 100,000 people had the value looked up: 0.2 s, e-mail addresses 0.5; now 0.05 and 0.1."""
    emails = [{"value": "x@x.example"}, {"value": "b@x.example", "type": "other", "primary": True}]
    for name, own in (
        ("Bea", emails),
        ("Dan", [{"value": "y@x.example"}]),
        ("Cem", None),
        ("Ann", [{"value": "a@x.example"}]),
    ):
        create(scim, person(title="Baker", name={"givenName": name}, emails=own))
    given = {"sortBy": "emails.value", "sortOrder": order, "filter": 'title eq "baker"', "attributes": "name"}

    with statements() as log:
        first = scim.get("/Users", cursor="", count=2, **given).json
        rest = scim.get("/Users", cursor=first["nextCursor"], count=2, **given).json

    found = [one["name"]["givenName"] for one in first["Resources"] + rest["Resources"]]
    assert " ".join(found) == names
    pages = [statement for statement in log if "DISTINCT ON" in statement]
    assert len(pages) == 2 and all("LEFT OUTER JOIN" in page for page in pages)


def test_people_in_two_lists_are_those_in_both(scim, statements, make_group, make_user, monkeypatch):
    """Expecting few in each, Postgres compared 12,528 people of a title with each of 70,000 members of a group: 30 s, then 503."""
    monkeypatch.setattr(questions, "answers_quickly", lambda: False)  # both lists are long
    baker = create(scim, person(title="Baker"))
    group = make_group(members=[make_user(), make_user()])

    with statements() as log:
        found = scim.get("/Users", filter=f'groups.value eq "{group.id}" and title eq "baker"').json

    assert (baker["title"], found["totalResults"]) == ("Baker", 0)
    [search] = [statement for statement in log if "indexed_values" in statement]
    assert [line for line in plan(search) if "SetOp Intersect" in line]


@pytest.mark.parametrize("paging", [{}, {"cursor": ""}])
def test_many_people_in_a_list_are_not_looked_up_one_by_one(
    scim, statements, make_group, make_user, monkeypatch, paging
):
    """70,000 members of a group took 0.8 s, 12,528 people of a title 0.27: a third of a second to see that each is visible."""
    monkeypatch.setattr(questions, "FEW", 1)
    monkeypatch.setattr(first_tries, "FEW", 1)
    group = make_group(members=[make_user(), make_user(), make_user()])

    counts = []
    for _ in range(2):  # the second time it is known that many are found
        with statements() as log:
            found = scim.get("/Users", filter=f'groups.value eq "{group.id}"', count=1, **paging).json
        assert (found["totalResults"], len(found["Resources"])) == (3, 1)
        counts += [statement for statement in log if "count(" in statement]

    assert ["count(*)" in count for count in counts] == [True, False]
    assert "count(DISTINCT" in counts[1]


@pytest.mark.parametrize(
    "asked, index",
    [
        ('meta.lastModified gt "2026-01-{}T00:00:00Z"', "ix_users_updated"),
        ('meta.created gt "2026-01-{}T00:00:00Z"', "ix_users_created"),
        ('userName sw "ann{}"', "uq_users_user_name"),
        ('externalId sw "ann{}" and active eq true', "ix_users_external_id"),
        ('title sw "ann{}"', "ix_indexed_values_text"),
        ('title co "ann{}"', "ix_indexed_values_text"),
        ('title ew "ann{}"', "ix_indexed_values_text"),
        ('title sw "ann{}" and userName sw "ann"', "ix_indexed_values_text"),
        ('title sw "ann{}" or userName eq "ann"', "ix_indexed_values_text"),
        ('emails[type eq "work" and value eq "ann{}@x.example"]', "ix_indexed_values_text"),
        ('emails[type eq "work" and value co "ann{}"]', "ix_indexed_values_text"),
        ('groups.display sw "ann{}" and title pr', "pk_memberships"),
    ],
)
def test_a_search_for_few_begins_at_what_it_names_with_a_plan_that_is_kept(scim, statements, make_user, asked, index):
    """A plan for each value took Postgres ten times as long as the search: 1.1 ms of 1.2."""
    make_user()
    run("DEALLOCATE ALL")
    for day in range(10, 20):
        with statements() as log:
            scim.get("/Users", filter=asked.format(day))

    [search] = [statement for statement in log if "user_documents" in statement]
    with planned_without("seqscan", "bitmapscan", "sort"):
        tried = below("Limit", plan(search))
    assert [line for line in tried if f" using {index} on " in line]
    kept = run("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1::text", (search,))
    generic, custom = kept.fetchone()
    assert generic and custom <= 5
