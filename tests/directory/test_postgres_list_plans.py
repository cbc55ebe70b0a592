"""What Postgres reads for the lists of the screens when it plans once for all values."""

import pytest

from scimapp.database import db, run
from scimapp.directory.groups import group_search, nesting
from scimapp.directory.model import User
from scimapp.directory.user_list import search, user_filters, ways
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


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
