"""Calls at the same moment: one winner where there can be one, nothing lost where all may win, never a 5xx."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.doors import ScimClient

from .bodies import create, group, person

WRITERS = 8


@pytest.fixture
def at_once(account):
    """``at_once(call)`` runs ``call(client, number)`` for all writers together and gives the answers."""
    token = account.make_token("onelogin")

    def run(call):
        clients = [ScimClient(account.app, account.id, token) for _ in range(WRITERS)]
        with ThreadPoolExecutor(WRITERS) as pool:
            return list(pool.map(call, clients, range(WRITERS)))

    return run


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


def test_the_same_person_is_created_once(at_once):
    body = person(externalId="one")

    assert statuses(at_once(lambda scim, _: scim.post("/Users", body))) == {201: 1, 409: WRITERS - 1}


def test_members_added_at_once_are_all_kept(scim, at_once, make_user):
    ids = [make_user().scim_id for _ in range(WRITERS)]
    made = create(scim, group("G"), "/Groups")
    path = f"/Groups/{made['id']}"

    answers = at_once(
        lambda client, number: client.patch(path, {"op": "add", "path": "members", "value": [{"value": ids[number]}]})
    )

    assert statuses(answers) == {200: WRITERS}
    assert {member["value"] for member in scim.get(path).json["members"]} == set(ids)


def test_patches_of_different_attributes_are_all_kept(scim, at_once):
    names = ("title", "nickName", "locale", "timezone", "userType", "preferredLanguage", "profileUrl", "displayName")
    path = f"/Users/{create(scim, person())['id']}"

    answers = at_once(lambda client, number: client.patch(path, replace={names[number]: f"v{number}"}))

    assert statuses(answers) == {200: WRITERS}
    shown = scim.get(path).json
    assert [shown[name] for name in names] == [f"v{number}" for number in range(WRITERS)]


def test_of_writers_that_saw_the_same_version_one_wins(scim, at_once):
    made = create(scim, person())
    path, seen = f"/Users/{made['id']}", {"If-Match": made["meta"]["version"]}

    answers = at_once(lambda client, number: client.patch(path, headers=seen, replace={"title": f"v{number}"}))

    assert statuses(answers) == {200: 1, 412: WRITERS - 1}
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert scim.get(path).json["title"] == winner.json["title"]
