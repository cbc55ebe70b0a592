"""The first try of a search: on Postgres a part of the filter finds few people at once, and more are read as ever."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from scimapp.database import writing
from scimapp.directory.client_reads.reading import FEW
from scimapp.directory.model import User
from scimapp.resource_types.queries.asking import Asking
from scimapp.resource_types.queries.filter_sql import condition
from scimapp.resource_types.queries.first_tries import MOST_PARTS, MOST_WAYS, PAUSE, FirstTries
from scimapp.scim.filter import parse_filter
from scimapp.scim.values import format_datetime
from tests.scim_api.bodies import CORE, create, extension, group, ids, person

from .known_people import ADDRESSES

DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def days(scim, make_user):
    """The ids of FEW + 3 people in the order of creation, each changed on a day of its own: the first one last."""
    people = [make_user() for _ in range(FEW + 3)]
    with writing() as session:
        for number, person in enumerate(people):
            at = DAY + timedelta(days=len(people) - 1 - number)
            session.execute(update(User).where(User.id == person.id).values(updated_at=at))
    return [person.scim_id for person in people]


def since(number):
    return f'meta.lastModified ge "{format_datetime(DAY + timedelta(days=number))}"'


def until(number):
    return f'meta.lastModified lt "{format_datetime(DAY + timedelta(days=number))}"'


@pytest.mark.parametrize("first", [0, 2, 3, FEW + 2, FEW + 3])
def test_a_page_is_in_the_order_of_creation_and_tells_how_many(scim, days, first):
    wanted = days[: FEW + 3 - first]
    owner = [scim.get("/Users", count=1).json["Resources"][0]["id"]]  # changed today
    for start, count in ((1, 100), (2, 2), (FEW, 5), (50, 5), (1, 0)):
        answer = scim.get("/Users", filter=since(first), startIndex=start, count=count)

        assert ids(answer) == (owner + wanted)[start - 1 :][:count]
        assert answer.json["totalResults"] == len(wanted) + 1


def test_between_two_moments(scim, days):
    answers = [scim.get("/Users", filter=f"{since(4)} and {until(4 + many)}") for many in (3, FEW + 2, 2)]

    last = FEW + 3 - 4
    assert [ids(answer) for answer in answers] == [days[max(0, last - many) : last] for many in (3, FEW + 2, 2)]


def test_who_is_not_seen_is_not_found(scim, days):
    assert scim.delete(f"/Users/{days[0]}").status_code == 204

    assert ids(scim.get("/Users", filter=f"{since(FEW + 1)} and {until(FEW + 3)}")) == [days[1]]


@pytest.mark.parametrize(
    "text, ways",
    [
        ('meta.lastModified gt "2026-01-01T00:00:00Z"', 1),
        ('meta.created ge "2026-01-01T00:00:00Z" and meta.created lt "2026-02-01T00:00:00Z"', 1),
        ('meta.created ge "2026-01-01T00:00:00Z" and meta.lastModified lt "2026-02-01T00:00:00Z"', 2),
        ('meta.created ge "2026-01-01T00:00:00Z" and title pr', 2),
        ('meta.created ge "2026-01-01T00:00:00Z" or meta.created lt "2025-01-01T00:00:00Z"', 0),
        ('meta.created ne "2026-01-01T00:00:00Z"', 0),
        ('not (meta.created ge "2026-01-01T00:00:00Z")', 1),
        ('userName sw "ada"', 1),
        ('externalId sw "ada" and active eq true', 1),
        ('userName co "ada"', 0),
        ("active eq true", 0),
        ('title eq "Nurse" or userName eq "ada"', 1),
        ('title eq "Nurse" and name.familyName sw "a" and not (groups.display eq "x")', 2),
        ('emails[type eq "work" and value co "a"] and groups.display eq "x"', 2),
        (" and ".join(['title sw "n"'] * MOST_PARTS), MOST_WAYS),
        (" and ".join(['title sw "n"'] * (MOST_PARTS + 1)), 0),
    ],
)
def test_lists_and_bounds_begin_a_search(directory, text, ways):
    found, owner = asked(directory, text)

    assert len(FirstTries(owner, found)._ways) == ways


def test_a_number_is_compared_as_a_number(scim, account, make_field):
    """Postgres took a number in a SELECT of its own for a text."""
    make_field("level", "integer")
    urn = extension(account)
    made = [create(scim, person(schemas=[CORE, urn], **{urn: {"level": level}}))["id"] for level in (5, 10, 50)]

    assert ids(scim.get("/Users", filter=f"{urn}:level gt 9")) == made[1:]
    assert ids(scim.get("/Users", filter=f"{urn}:level eq 5 or {urn}:level ge 50")) == [made[0], made[2]]


def test_parts_of_a_filter_take_turns_and_tell_the_same(scim, make_field):
    """The title finds more than a few, the user name one, and later it is the other way round."""
    make_field("code")
    names = [f"nurse{number:02}" for number in range(FEW + 3)]
    titled = {name: create(scim, person(userName=name, title="Nurse"))["id"] for name in names}
    cook = create(scim, person(userName="nurse-cook", title="Cook"))["id"]

    for _ in range(PAUSE + 4):
        for text, wanted in (
            ('title eq "nurse" and userName sw "nurse0"', [titled[name] for name in names[:10]]),
            ('title eq "cook" and userName sw "nurse"', [cook]),
            ('title eq "nurse" and userName sw "nurse"', [*titled.values()]),
        ):
            answer = scim.get("/Users", filter=text)
            assert (ids(answer), answer.json["totalResults"]) == (wanted, len(wanted)), text


def test_whoever_is_in_a_list_twice_is_found_once(scim):
    made = [
        create(
            scim, person(emails=[{"value": f"{kind}{number}@two.example", "type": kind} for kind in ("home", "work")])
        )
        for number in range(FEW - 6)
    ]
    wanted = [one["id"] for one in made]

    assert ids(scim.get("/Users", filter='emails.value ew "@two.example"')) == wanted
    assert ids(scim.get("/Users", filter='emails.value sw "home1"')) == [wanted[1], *wanted[10:]]
    assert ids(scim.get("/Users", filter='emails.value ew "3@two.example"')) == [wanted[3], wanted[13]]


def test_two_lists_and_a_column_are_held_against_each_other(scim):
    people = [
        create(scim, person(title=title, active=active))["id"]
        for title in ("Baker", "Cook")
        for active in (True, False)
    ]
    among = create(scim, group("Kitchen", *people[1:]), "/Groups")["id"]

    within = f'groups.value eq "{among}" and title sw'
    for text, wanted in (
        (f'{within} "b"', people[1:2]),
        (f'{within} "c"', people[2:]),
        (f'{within} "c" and active eq true', people[2:3]),
        (f'{within} "c" and active eq false', people[3:]),
        (f'{within} "c" and not (active eq false)', people[2:3]),
        (f'active eq false and ({within} "b" or title eq "cook")', [people[1], people[3]]),
    ):
        assert ids(scim.get("/Users", filter=text)) == wanted, text


def asked(directory, text):
    """``(condition, owner)`` of a filter."""
    _, types, _ = directory
    places = types.user.places_at(ADDRESSES)
    return condition(parse_filter(text, types.user.description), Asking(is_open=False), places), places.owner
