"""What Postgres reads for the lists of the screens when it plans once for all values."""

import pytest

from scimapp.database import run
from scimapp.directory.groups import nesting
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.mark.parametrize(
    "setting, value", [("jit", "off"), ("max_parallel_workers_per_gather", "0"), ("hash_mem_multiplier", "16")]
)
def test_plans_that_read_everybody_are_neither_compiled_nor_shared(app, setting, value):
    """Compiling one takes a tenth of a second and more, each time; three processes made each list of a statement three times."""
    assert run(f"SHOW {setting}").fetchone() == (value,)


@pytest.mark.parametrize("q", ["", "a"])
def test_what_people_are_found_by_is_read_as_lists_that_are_joined_with_nothing(
    scope, statements, make_group, make_user, q
):
    """Whatever it was, Postgres expected 3,900 to meet a condition and 1,764 to be in a group, and looked each up: 70,000 in 0.2 s, 0.6
    with a title; in the middle of the list it sorted them, 0.35 s."""
    for state, city in (("active", "Hull"), ("invited", "Bonn"), ("inactive", "Bonn")):
        ann = make_user(given_name="Ann", state=state, core={"title": "Baker", "addresses": [{"locality": city}]})
    inner, outer = make_group(members=[ann]), make_group(members=[ann])
    nesting.nest(scope, outer.id, inner.id)
    known = attributes(scope)
    asked = (user_filters.read(known["title"], "is", ["Baker"]), user_filters.read(known["city"], "not", ["Hull"]))

    with statements() as log:
        page, counts, *_ = search.find_and_count(scope, UserSearch(q=q, group=outer.seq, conditions=asked))

    assert ([row.user.seq for row in page.items], counts.people, counts.inactive) == ([ann.seq], 1, 1)
    [read] = [statement for statement in log if "indexed_values" in statement]
    assert "memberships" in read and "JOIN" not in read and "RECURSIVE" not in read


def test_somebody_with_several_values_that_are_sought_counts_once(scope, make_user):
    make_user(core={"addresses": [{"locality": "Hull"}, {"locality": "Hull North"}]})
    city = user_filters.read(attributes(scope)["city"], "starts", ["hull"])

    _, counts, *_ = search.find_and_count(scope, UserSearch(conditions=(city,)))

    assert (counts.people, counts.active) == (1, 1)


def test_a_condition_beside_everyone_leaves_out_who_is_inactive(scope, make_user):
    for state in ("active", "inactive"):
        make_user(state=state, core={"title": "Baker"})
    title = user_filters.read(attributes(scope)["title"], "is", ["Baker"])

    _, counts, *_ = search.find_and_count(scope, UserSearch(group=search.EVERYONE, conditions=(title,)))

    assert (counts.people, counts.inactive) == (1, 0)


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
