"""What Postgres reads for a search when it plans once for all values, as it does for statements that come again and again."""

import pytest

from scimapp.database import db, run
from scimapp.directory.groups import group_search, nesting
from scimapp.directory.model import User
from scimapp.directory.user_list import search, user_filters, ways
from scimapp.directory.user_list.list_attributes import attributes
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


@pytest.mark.parametrize(
    "setting, value", [("jit", "off"), ("max_parallel_workers_per_gather", "0"), ("hash_mem_multiplier", "16")]
)
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
    monkeypatch.setattr(ways, "EVERYBODY", large)
    ann = make_user()
    group = make_group(members=[ann])
    make_user()

    with statements() as log:
        found = search.find_users(scope, UserSearch(group=group.seq))

    assert [row.user.seq for row in found.items] == [ann.seq]
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert ("OFFSET 0" in page) == is_listed


@pytest.mark.parametrize("operators, people, invited", [(("is",), 2, 1), (("not",), 2, 0), (("is", "not"), 1, 0)])
def test_people_who_meet_conditions_are_counted_from_the_lists_of_them(
    scope, statements, make_user, operators, people, invited
):
    """Expecting 3,900 who started before a day, Postgres looked each of 28,000 up for the state: 60 ms, not 12."""
    for state, city in (("active", "Hull"), ("invited", "Bonn")):
        make_user(state=state, core={"title": "Baker", "addresses": [{"locality": city}, {"locality": f"near {city}"}]})
    make_user(state="inactive")
    known = attributes(scope)
    typed = zip(("title", "city"), operators, (["Baker"], ["Bonn"]), strict=False)
    conditions = tuple(user_filters.read(known[key], operator, texts) for key, operator, texts in typed)

    with statements() as log:
        counts, *_ = search.count_with_invites(scope, UserSearch(conditions=conditions))

    assert (counts.people, counts.invited) == (people, invited)
    [counted] = [statement for statement in log if "count(" in statement]
    assert "FULL OUTER JOIN" in counted


def test_somebody_with_several_values_that_are_sought_counts_once(scope, make_user):
    make_user(core={"addresses": [{"locality": "Hull"}, {"locality": "Hull North"}]})
    city = user_filters.read(attributes(scope)["city"], "starts", ["hull"])

    counts, *_ = search.count_with_invites(scope, UserSearch(conditions=(city,)))

    assert (counts.people, counts.active) == (1, 1)


@pytest.mark.parametrize("conditions", [(), ("is",)])
def test_the_people_of_a_group_are_counted_from_its_list(scope, statements, make_group, make_user, conditions):
    """Whatever group it was, Postgres expected 1,764 people in it, and looked each of 70,000 up: 0.2 s, with a title 0.6."""
    baker = make_user(state="invited", core={"title": "Baker"})
    inner, outer = make_group(members=[baker]), make_group(members=[baker])
    nesting.nest(scope, outer.id, inner.id)
    make_user()
    known = attributes(scope)
    wanted = UserSearch(
        group=outer.seq, conditions=tuple(user_filters.read(known["title"], c, ["Baker"]) for c in conditions)
    )

    with statements() as log:
        counts, *_ = search.count_with_invites(scope, wanted)

    assert (counts.people, counts.invited) == (1, 1)
    [counted] = [statement for statement in log if "count(" in statement]
    assert "FULL OUTER JOIN" in counted and "RECURSIVE" not in counted


def test_a_condition_beside_everyone_leaves_out_who_is_inactive(scope, make_user):
    for state in ("active", "inactive"):
        make_user(state=state, core={"title": "Baker"})
    title = user_filters.read(attributes(scope)["title"], "is", ["Baker"])

    counts, *_ = search.count_with_invites(scope, UserSearch(group=search.EVERYONE, conditions=(title,)))

    assert (counts.people, counts.inactive) == (1, 0)


@pytest.mark.parametrize("operator", ["is", "not"])
def test_who_is_asked_one_by_one_is_joined_with_nobody(scope, statements, make_user, operator):
    """For 25 bakers of a site Postgres joined all who have one of both: 130 ms, not 6."""
    make_user(core={"title": "Baker"})
    title = user_filters.read(attributes(scope)["title"], operator, ["Baker"])

    with statements() as log:
        conditions = user_filters.clauses(scope, (title,), user_filters.ONE_BY_ONE)
        db.session.scalars(scope.select(User, User.seq).where(*conditions)).all()

    [page] = [statement for statement in log if "FROM users" in statement]
    assert "OFFSET 0" in page


def test_a_page_in_the_middle_of_a_large_group_of_the_list_has_its_people_at_hand(
    scope, statements, make_group, make_user, monkeypatch
):
    """It was joined with 70,000 members and sorted: 0.35 s."""
    monkeypatch.setattr(ways, "FAR", 0)
    monkeypatch.setattr(ways, "EVERYBODY", 0)
    members = [make_user(given_name=name) for name in ("Ann", "Bea", "Cem")]
    group = make_group(members=members)

    with statements() as log:
        found = search.find_users(scope, UserSearch(group=group.seq, page=2, per_page=1))

    assert ([row.user.seq for row in found.items], found.total) == ([members[1].seq], 3)
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert "IS true" in page


def test_words_are_sought_in_an_index_unless_somebody_has_a_text_too_long_for_it(scope, statements, make_user):
    """In the rows of 100,000 people it took 40 ms of its time, in the index 15."""
    ann = make_user(given_name="Ann", core={"nickName": "Nan"})

    with statements() as short:
        found = search.find_users(scope, UserSearch(q="nan"))
    bea = make_user(given_name="字" * 60, core={"nickName": "名" * 320})
    with statements() as long:
        both = [search.find_users(scope, UserSearch(q=q)).items for q in ("nan", "名")]

    assert [row.user.seq for row in found.items] == [ann.seq]
    assert [[row.user.seq for row in rows] for rows in both] == [[ann.seq], [bea.seq]]
    sought = [[statement for statement in log if "LIKE" in statement] for log in (short, long)]
    assert sought[0] and sought[1]
    assert [statement for statement in sought[0] if "octet_length(users.search_key) <= 1000" not in statement] == []
    assert [statement for statement in sought[1] if "octet_length" in statement] == []


@pytest.mark.parametrize("operator, title", [("is", "Baker"), ("not", "Nurse")])
def test_a_page_in_the_middle_of_many_who_meet_a_condition_has_them_at_hand(
    scope, statements, make_user, monkeypatch, operator, title
):
    """Each of 50,000 people was looked up in the index of values: 140 ms, not 50."""
    monkeypatch.setattr(ways, "EVERYBODY", 4)
    bakers = [make_user(given_name=name, core={"title": "Baker"}) for name in ("Ann", "Bea", "Cem")]
    make_user(given_name="Dan", core={"title": "Nurse"})
    asked = ((operator, [title]), ("filled", []))
    conditions = tuple(user_filters.read(attributes(scope)["title"], *condition) for condition in asked)

    with statements() as log:
        found = search.find_users(scope, UserSearch(conditions=conditions, page=2, per_page=1))

    assert ([row.user.seq for row in found.items], found.total) == ([bakers[1].seq], 3)
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert "IS true" in page
    assert "EXISTS" not in page


def test_of_several_conditions_that_few_meet_these_are_read_first(scope, statements, make_user):
    """Expecting 12,000 bakers of a site Postgres read all people to find 1,900: 85 ms, not 35."""
    known = attributes(scope)
    baker = make_user(core={"title": "Baker", "nickName": "Bo"})
    make_user(core={"title": "Baker"})
    conditions = tuple(user_filters.read(known[key], "filled", []) for key in ("title", "nickname"))

    with statements() as log:
        found = search.find_users(scope, UserSearch(conditions=conditions))

    assert [row.user.seq for row in found.items] == [baker.seq]
    [page] = [statement for statement in log if "ORDER BY users.order_key" in statement]
    assert "INTERSECT" not in page
