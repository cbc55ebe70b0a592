"""What the people list finds, counts and puts in order is what the same question gives when asked without a database."""

import itertools

import pytest
from msgspec.structs import replace

from scimapp.database import db
from scimapp.directory.changes import UserDraft
from scimapp.directory.errors import InvalidValue, NotAllowed
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.text_keys import index_key
from scimapp.directory.user_list import filter_choices, list_attributes, people_found, search, user_filters, user_order
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch
from tests.support.tries import tries

from . import crowds

SEARCHES = tries(12)  # others in each run


def test_any_search_finds_counts_and_sorts_as_the_same_question_without_a_database(scope, crowd, monkeypatch):
    monkeypatch.setattr(user_order, "_LEAST_STEP", 1)  # of the many more people of a large account
    chance, known, bodies, group_seqs = crowd

    for _ in range(SEARCHES):
        wanted = UserSearch(**crowds.some_search(chance, known, bodies, group_seqs), per_page=500)
        without_state = replace(wanted, state=None)
        among = [body for body in bodies if crowds.meets(body, without_state, bodies)]
        expected = [body for body in among if not wanted.state or body.state == wanted.state]

        page, counts, *in_vain = search.find_and_count(scope, wanted)

        found = [row.user.id for row in page.items]
        assert sorted(found) == sorted(body.id for body in expected), wanted
        assert page.total == len(expected), wanted
        states = tuple(sum(body.state == state for body in among) for state in ("active", "invited", "inactive"))
        assert (counts.people, counts.active, counts.invited, counts.inactive) == (len(among), *states), wanted
        if wanted.sort.key != "source":  # whose order among directories is that of the database
            assert found == crowds.in_order(expected, wanted.sort, wanted.descending), wanted
        seqs = [row.user.seq for row in page.items]
        assert search.all_seqs(scope, wanted) == seqs, wanted
        asked = scope.select(User, User.seq).where(*search.conditions_of(scope, wanted))
        assert sorted(db.session.scalars(asked)) == sorted(seqs), wanted
        for dearer in (0, 10**9):  # people walked past, and few looked up
            monkeypatch.setattr(user_order, "_DEARER", dearer)
            part = chance.randrange(-(-len(seqs) // 7) or 1)
            shown = search.find_users(scope, replace(wanted, page=part + 1, per_page=7)).items
            assert [row.user.seq for row in shown] == seqs[part * 7 :][:7], f"{wanted}, part {part}, {dearer}"


def test_pages_of_any_order_put_together_are_the_whole_list(scope, crowd):
    chance, known, bodies, _ = crowd

    for attribute, descending in itertools.product(known.values(), (False, True)):
        if attribute.is_sortable:
            wanted = UserSearch(sort=attribute, descending=descending, per_page=chance.choice((14, 25)))
            pages = range(1, -(-len(bodies) // wanted.per_page) + 1)
            walked = [
                row.user.seq for page in pages for row in search.find_users(scope, replace(wanted, page=page)).items
            ]

            assert walked == search.all_seqs(scope, wanted), wanted
            assert sorted(walked) == sorted(body.seq for body in bodies), wanted


@pytest.mark.parametrize("field, having", [("note", 12), ("hours", 12), ("note", 2), ("languages", 12), ("note", 40)])
def test_people_without_a_value_stand_behind_the_others_on_any_page(
    scope, make_field, make_user, monkeypatch, field, having
):
    """Each is looked up near the ends of their part of the list, and else compared with everybody who has a value."""
    monkeypatch.setattr(user_order, "_LEAST_STEP", 1)  # of the many more people of a large account
    make_field("note", "text")
    make_field("hours", "number")
    make_field("languages", "multiselect", choices=["de", "en"])
    values = {"note": "n", "hours": 4, "languages": ["en", "de"]}
    owner = scope.actor.id
    with_one = [
        make_user(state="invited", given_name=f"A{number:02}", custom={field: values[field]}).id
        for number in range(having)
    ]
    without = [make_user(state="invited", given_name=f"B{number:02}").id for number in range(max(8, having // 2 - 1))]
    wanted = UserSearch(sort=list_attributes.attributes(scope)[f"custom.{field}"], per_page=1)

    for descending in (False, True):
        asked = replace(wanted, descending=descending)
        pages = [
            search.find_users(scope, replace(asked, page=page)).items for page in range(1, len(with_one + without) + 2)
        ]

        listed = [row.user.id for (row,) in pages]
        assert listed == [*(reversed(with_one) if descending else with_one), *without, owner]


@pytest.mark.parametrize("operator, people, invited, inactive", [("filled", 5, 2, 1), ("empty", 4, 1, 1)])
def test_who_has_a_value_of_a_field_is_told_by_what_is_kept(
    scope, make_field, make_user, other_account, operator, people, invited, inactive
):
    make_field("note", "text")
    other_account.make_field("note", "text")
    other_account.make_user(custom={"note": "n"})
    for state in ("active", "active", "invited", "invited", "inactive"):
        make_user(state=state, custom={"note": "n"})
    for state in ("active", "invited", "inactive"):
        make_user(state=state)
    condition = user_filters.read(list_attributes.attributes(scope)["custom.note"], operator, ())

    _, counts, expired, bounced = search.find_and_count(scope, UserSearch(conditions=(condition,)))

    assert (counts.people, counts.invited, counts.inactive) == (people, invited, inactive)
    assert counts.active == people - invited - inactive
    assert (expired, bounced) == (0, 0)


def test_what_a_long_text_holds_is_found_and_what_its_digest_holds_is_not(scope, make_user):
    """The index keeps 200 characters and a digest behind them; that the digest holds a text says nothing."""
    title = attributes(scope)["title"]
    digest = index_key("z" * 300).rpartition("\x01")[2]
    held = make_user(core={"title": "z" * 300})
    own = make_user(core={"title": f"No {digest[:12]}"})

    found = [
        search.find_users(scope, UserSearch(conditions=(user_filters.read(title, "contains", [text]),))).items
        for text in ("zz", digest[:12])
    ]

    assert [[row.user.seq for row in page] for page in found] == [[held.seq], [own.seq]]


@pytest.mark.parametrize(
    "key, operator, typed, complaint",
    [
        ("title", "after", ("x",), "a condition that fits this field"),
        ("title", "is", ("  ",), "give a value"),
        ("title", "is", ("x" * 201,), "at most 200 characters"),
        ("title", "is", ("\0",), "at most 200 characters"),
        ("created", "is", ("23.11.2026",), "is not a date"),
        ("created", "is", ("2026-02-30",), "is not a date"),
        ("created", "between", ("2026-02-01",), "needs two values"),
        ("created", "between", ("2026-02-01", "2026-01-01"), "greater than the second"),
        ("custom.hours", "is", ("many",), "is not a number"),
        ("custom.hours", "is", ("nan",), "is not a number"),
        ("custom.hours", "is", ("inf",), "is not a number"),
        ("custom.hours", "is", ("1_000",), "is not a number"),
        ("custom.aider", "is", ("perhaps",), "choose yes or no"),
        ("custom.site", "any", tuple(map(str, range(51))), "at most 50 options"),
    ],
)
def test_a_condition_that_cannot_be_read_says_what_fits(scope, make_field, key, operator, typed, complaint):
    for field_id, type_ in (("hours", "number"), ("aider", "boolean")):
        make_field(field_id, type_)
    make_field("site", "dropdown", choices=("Hull",))

    with pytest.raises(InvalidValue, match=complaint) as refused:
        user_filters.read(list_attributes.attributes(scope)[key], operator, typed)

    assert refused.value.attribute == key


def test_a_person_who_is_named_must_be_here(scope, account, other_account):
    manager = list_attributes.attributes(scope)["manager"]

    user_filters.check_people(scope, user_filters.read(manager, "is", (account.owner.email,)))
    with pytest.raises(InvalidValue, match="nobody here is called"):
        user_filters.check_people(scope, user_filters.read(manager, "is", (other_account.owner.email,)))


def test_nobody_of_another_account_is_ever_found(scope, make_user, other_account):
    mine, theirs = make_user(given_name="Ada"), other_account.make_user(given_name="Ada")

    found = search.find_users(scope, UserSearch(q="ada"))

    assert [row.user.id for row in found.items] == [mine.id]
    assert search.find_users(scope, UserSearch(q=theirs.id)).total == 0
    assert search.find_users(scope, UserSearch(ids=(theirs.id,))).total == 0


def test_who_comes_once_everybody_was_counted_makes_no_count_negative(scope, make_user):
    for state in ("invited", "inactive", "active"):
        make_user(state=state)
    all_of_them = scope.select(User, User.seq)

    without_them = people_found.find(scope, 1, [], [all_of_them]).counts
    with_them = people_found.find(scope, 1, [], []).counts

    assert (without_them.people, without_them.active) == (0, 0)
    assert (with_them.people, with_them.active) == (1, 0)


def test_members_may_not_look(make_user):
    member = person_scope(make_user())

    for look in (search.find_users, search.all_seqs, search.count_states, search.find_and_count):
        with pytest.raises(NotAllowed):
            look(member, UserSearch())


def test_the_directories_that_manage_somebody_are_named_once(scope, okta_scope, token_scope_for, make_user):
    make_user()
    assert filter_choices.connections(scope) == []
    for number in range(3):
        users.provision(okta_scope, UserDraft({"userName": f"a{number}@x.example"}))
    users.provision(token_scope_for("entra"), UserDraft({"userName": "e@x.example"}))

    assert filter_choices.connections(scope) == ["entra", "okta"]
