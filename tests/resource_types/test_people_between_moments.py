"""Who was changed between moments: on Postgres a few are read at once, and more as ever."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from scimapp.database import writing
from scimapp.directory.client_reads import people_between_moments
from scimapp.directory.client_reads.reading import FEW
from scimapp.directory.model import User
from scimapp.resource_types.asking import Asking
from scimapp.resource_types.filter_sql import condition
from scimapp.scim.filter import parse_filter
from scimapp.scim.values import format_datetime
from tests.scim_api.bodies import ids

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
    "text, is_made",
    [
        ('meta.lastModified gt "2026-01-01T00:00:00Z"', True),
        ('meta.created le "2026-01-01T00:00:00Z"', True),
        ('meta.created ge "2026-01-01T00:00:00Z" and meta.created lt "2026-02-01T00:00:00Z"', True),
        ('meta.created ge "2026-01-01T00:00:00Z" and meta.lastModified lt "2026-02-01T00:00:00Z"', False),
        ('meta.created ge "2026-01-01T00:00:00Z" and title pr', False),
        ('meta.created ge "2026-01-01T00:00:00Z" or meta.created lt "2025-01-01T00:00:00Z"', False),
        ('meta.created ne "2026-01-01T00:00:00Z"', False),
        ('not (meta.created ge "2026-01-01T00:00:00Z")', True),
        ("active eq true", False),
    ],
)
def test_only_bounds_of_one_moment_end_a_walk(directory, text, is_made):
    _, types, _ = directory
    found = condition(
        parse_filter(text, types.user.description), Asking(is_open=False), types.user.places_at(ADDRESSES)
    )

    assert (people_between_moments.statement(found) is not None) == is_made
