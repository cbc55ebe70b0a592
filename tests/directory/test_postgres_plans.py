"""What Postgres reads for a search when it plans once for all values, as it does for statements that come again and again."""

import pytest

from scimapp.database import run
from scimapp.directory.groups import group_search
from scimapp.directory.user_list import search
from scimapp.directory.user_list.search import UserSearch
from scimapp.resource_types import questions
from tests.scim_api.bodies import create, person

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)
ADDRESS = {"value": "ann@x.example", "type": "work"}


def plan(statement):
    """The lines of the plan that knows no values."""
    run("SET plan_cache_mode = force_generic_plan")
    try:
        run(f"PREPARE looked_at AS {statement}")
        values = ", ".join(["NULL"] * (max(number for number in range(1, 99) if f"${number}" in statement)))
        return [line for (line,) in run(f"EXPLAIN EXECUTE looked_at({values})").fetchall()]
    finally:
        run("DEALLOCATE looked_at")
        run("RESET plan_cache_mode")


def test_an_element_that_is_found_by_one_of_its_parts_is_looked_up_by_the_others(scim, statements):
    """Joined with all elements of the same type, a search by address and type read everybody: 130 ms of 100,000 people."""
    made = create(scim, person(emails=[ADDRESS]))

    with statements() as log:
        found = scim.get("/Users", filter='emails[type eq "work" and value eq "ann@x.example"]').json

    assert [one["id"] for one in found["Resources"]] == [made["id"]]
    [search] = [statement for statement in log if "indexed_values" in statement]
    asked_of_each = [line for line in plan(search) if "Filter: (SubPlan" in line]
    assert len(asked_of_each) == 1


def test_people_in_two_lists_are_those_in_both(scim, statements, make_group, make_user):
    """Expecting few in each, Postgres compared 12,528 people of a title with each of 70,000 members of a group: 30 s, then 503."""
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
    group = make_group(members=[make_user(), make_user(), make_user()])

    counts = []
    for _ in range(2):  # the second time it is known that many are found
        with statements() as log:
            found = scim.get("/Users", filter=f'groups.value eq "{group.id}"', count=1, **paging).json
        assert (found["totalResults"], len(found["Resources"])) == (3, 1)
        counts += [statement for statement in log if "count(" in statement]

    assert ["count(*)" in count for count in counts] == [True, False]
    assert "count(DISTINCT" in counts[1]


@pytest.mark.parametrize("setting, value", [("jit", "off"), ("max_parallel_workers_per_gather", "0")])
def test_plans_that_read_everybody_are_neither_compiled_nor_shared(app, setting, value):
    """Compiling one takes a tenth of a second and more, each time; three processes made each list of a statement three times."""
    assert run(f"SHOW {setting}").fetchone() == (value,)


def test_a_page_in_the_middle_of_a_large_group_is_walked_by_name(scope, statements, make_group, make_user, monkeypatch):
    """Joined with 70,000 members, it was sorted on disk: 0.3 s."""
    monkeypatch.setattr(group_search, "MANY", 1)
    monkeypatch.setattr(group_search, "FEW", 0)
    make_user(given_name="Bea")
    members = [make_user(given_name=name) for name in ("Ann", "Cem", "Dora")]
    group = make_group(members=members)

    with statements() as log:
        found = group_search.find_members(scope, group, page=2, per_page=1)

    assert ([one.seq for one in found.items], found.total) == ([members[1].seq], 3)
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert "IS true" in page


@pytest.mark.parametrize("large, is_listed", [(100_000, True), (0, False)])
def test_the_people_of_a_small_group_are_listed_first(
    scope, statements, make_group, make_user, monkeypatch, large, is_listed
):
    """Expecting 1,764 in a group of 111, Postgres walked 19,000 of 100,000 by name and looked each up in it: 235 ms, not 0.4."""
    monkeypatch.setattr(search, "_LARGE", large)
    ann = make_user()
    group = make_group(members=[ann])
    make_user()

    with statements() as log:
        found = search.find_users(scope, UserSearch(group=group.seq))

    assert [row.user.seq for row in found.items] == [ann.seq]
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert ("OFFSET 0" in page) == is_listed
