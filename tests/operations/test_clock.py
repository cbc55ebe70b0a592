"""A clock that is set forward and back again revives nobody and turns no order of changes round."""

import pytest

from tests.scim_api.bodies import create, group, person

DAY = {"days": 1}


def modified(scim, path):
    return scim.get(path).json["meta"]["lastModified"]


def test_nothing_was_changed_before_it_was_changed(scim, clock):
    ann, bo = (create(scim, person(userName=f"{name}@corp.example")) for name in ("ann", "bo"))
    sales = create(scim, group("Sales", members=[{"value": ann["id"]}, {"value": bo["id"]}]), "/Groups")
    paths = f"/Users/{ann['id']}", f"/Groups/{sales['id']}"
    before = [modified(scim, path) for path in paths]

    clock.advance(days=-1)
    scim.patch(paths[0], replace={"title": "Clerk"})
    scim.patch(paths[1], replace={"displayName": "Sellers"})
    scim.patch(paths[1], {"op": "remove", "path": f'members[value eq "{ann["id"]}"]'})
    scim.delete(f"/Users/{bo['id']}")

    assert [modified(scim, path) for path in paths] == before
    assert scim.get(paths[1]).json["displayName"] == "Sellers"


@pytest.mark.parametrize("over", [{"minutes": 61}, {"hours": 13}])
def test_a_session_that_was_over_stays_over(page, clock, over):
    clock.advance(**over)
    assert page("/users").url.startswith("/sign-in")

    clock.advance(**{unit: -number for unit, number in over.items()})

    assert page("/users").url.startswith("/sign-in")


def test_a_session_of_tomorrow_is_none_today(account, clock):
    clock.advance(**DAY)
    page = account.screens()
    assert page("/users").url == "/users"

    clock.advance(days=-1)

    assert page("/users").url.startswith("/sign-in")


def test_a_token_that_had_ended_stays_ended(scim, page, clock):
    clock.advance(days=366)
    assert scim.get("/Users").status_code == 401

    clock.advance(days=-366)

    assert scim.get("/Users").status_code == 401
    assert "Ended" in page("/provisioning").text
