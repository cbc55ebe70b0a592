"""SCIM calls at the same moment in several processes: one winner where there can be one, nothing lost where all may win."""

from collections import Counter
from functools import partial

from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import PATCH_OP, create, group, person

WRITERS = 16


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


def add(ids):
    return {"op": "add", "path": "members", "value": [{"value": each} for each in ids]}


def remove(ids):
    return [{"op": "remove", "path": f'members[value eq "{each}"]'} for each in ids]


def members_of(scim, path):
    return {member["value"] for member in scim.get(path).json["members"]}


def test_one_of_many_creates_of_a_user_name_wins_in_every_spelling(scim, at_once):
    for attempt in range(3):
        name = f"Straße.{attempt}@corp.example"
        bodies = [person(userName=text) for text in (name, name.lower(), name.replace("S", "Ｓ"), name.title())]

        answers = at_once(partial(create_one_of, bodies), WRITERS)

        assert statuses(answers) == {201: 1, 409: WRITERS - 1}, [answer.text for answer in answers]
        assert {answer.json["scimType"] for answer in answers if answer.status_code == 409} == {"uniqueness"}
        assert scim.get("/Users", filter=f'userName eq "{name}"').json["totalResults"] == 1


def create_one_of(bodies, client, number):
    return client.post("/Users", bodies[number % len(bodies)] | {"externalId": str(number)})


def test_a_create_and_a_rename_to_the_same_name_have_one_winner(scim, at_once):
    made = [create(scim, person())["id"] for _ in range(WRITERS // 2)]

    def take(client, number):
        if number % 2:
            return client.post("/Users", person(userName="taken@corp.example"))
        return client.patch(f"/Users/{made[number // 2]}", replace={"userName": "taken@corp.example"})

    answers = at_once(take, WRITERS)

    assert sorted(statuses(answers)) in ([200, 409], [201, 409])
    assert statuses(answers)[409] == WRITERS - 1
    assert scim.get("/Users", filter='userName eq "taken@corp.example"').json["totalResults"] == 1


def test_200_members_come_from_16_writers_and_others_leave_meanwhile(scim, at_once, account):
    operations = [{"method": "POST", "path": "/Users", "bulkId": str(each), "data": person()} for each in range(240)]
    results = scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": operations}).json["Operations"]
    ids = [result["location"].rpartition("/")[2] for result in results]
    newcomers, leavers = ids[:200], ids[200:]
    path = f"/Groups/{create(scim, group('Everybody', *leavers), '/Groups')['id']}"

    def change(client, number):
        mine, gone = newcomers[number::WRITERS], leavers[number::WRITERS]
        return [client.patch(path, add(mine[:5])), client.patch(path, add(mine[5:]), *remove(gone))]

    for answer in at_once(change, WRITERS):
        assert {each.status_code for each in answer} <= {200, 204}

    assert members_of(scim, path) == set(newcomers)
    assert account_count(scim, path) == 200


def account_count(scim, path):
    return len(scim.get(path).json["members"])


def test_patches_of_different_attributes_lose_nothing(scim, at_once):
    names = ("title", "nickName", "locale", "timezone", "userType", "preferredLanguage", "profileUrl", "displayName")
    path = f"/Users/{create(scim, person())['id']}"

    answers = at_once(lambda client, number: client.patch(path, replace={names[number]: f"v{number}"}), len(names))

    assert statuses(answers) == {200: len(names)}
    shown = scim.get(path).json
    assert [shown[name] for name in names] == [f"v{number}" for number in range(len(names))]


def test_of_writers_that_saw_the_same_version_one_wins(scim, at_once):
    made = create(scim, person())
    path, seen = f"/Users/{made['id']}", {"If-Match": made["meta"]["version"]}

    answers = at_once(lambda client, number: client.patch(path, headers=seen, replace={"title": f"v{number}"}), WRITERS)

    assert statuses(answers) == {200: 1, 412: WRITERS - 1}
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert scim.get(path).json["title"] == winner.json["title"]


def test_two_attributes_of_one_patch_are_never_seen_apart(scim, at_once):
    path = f"/Users/{create(scim, person(title='v', nickName='v', phoneNumbers=[{'value': '1'}]))['id']}"
    seen = []

    def work(client, number):
        answers = []
        for round_ in range(12):
            value = f"{number}-{round_}"
            if number < 4:
                changes = {
                    "title": value,
                    "nickName": value,
                    "phoneNumbers": [{"value": value}, {"value": value + "b"}],
                }
                answers.append(client.patch(path, replace=changes))
            else:
                answers.append(client.get(path))
                seen.append(answers[-1].json)
        return answers

    at_once(work, 10)

    assert len(seen) == 72
    for shown in seen[:]:
        assert shown["title"] == shown["nickName"]
        numbers = [phone["value"] for phone in shown["phoneNumbers"]]
        assert numbers in (["1"], [shown["title"], shown["title"] + "b"])


def test_a_bulk_request_and_single_writes_keep_each_others_changes(scim, at_once):
    made = [create(scim, person())["id"] for _ in range(10)]
    patch = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Bulk"}]}
    operations = [{"method": "PATCH", "path": f"/Users/{each}", "data": patch} for each in made]

    def change(client, number):
        if number < 3:  # one of them names the same people in the opposite order
            mine = operations[::-1] if number == 1 else operations
            return client.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": mine})
        return [client.patch(f"/Users/{each}", replace={"nickName": f"n{number}"}) for each in made]

    answers = at_once(change, 8)

    for answer in answers[:3]:
        assert {result["status"] for result in answer.json["Operations"]} == {"200"}
    for each in made:
        shown = scim.get(f"/Users/{each}").json
        assert shown["title"] == "Bulk"
        assert shown["nickName"].startswith("n")


def test_a_deleted_person_stays_deleted_whoever_writes_meanwhile(scim, at_once):
    made = create(scim, person())
    path = f"/Users/{made['id']}"
    team = create(scim, group("Team", made["id"]), "/Groups")

    def work(client, number):
        if number % 4 == 0:
            return client.delete(path)
        if number % 4 == 1:
            return client.patch(f"/Groups/{team['id']}", add([made["id"]]))
        return client.patch(path, replace={"active": True, "title": f"v{number}"})

    answers = at_once(work, WRITERS)

    assert statuses(answers[::4]) == {204: 1, 404: 3}
    assert scim.get(path).status_code == 404
    assert members_of(scim, f"/Groups/{team['id']}") == set()


def test_a_group_shows_each_new_name_at_once_in_every_process(scim, at_once):
    ids = [create(scim, person())["id"] for _ in range(WRITERS)]
    team = create(scim, group("Team", *ids), "/Groups")["id"]

    def rename(client, number):
        answers = []
        for attempt in range(4):
            name = f"Name {number} {attempt}"
            answers.append(client.patch(f"/Users/{ids[number]}", replace={"displayName": name}))
            for _ in range(2):
                answers.append(client.get(f"/Groups/{team}"))
                shown = {member["value"]: member["display"] for member in answers[-1].json["members"]}
                assert shown[ids[number]] == name
        return answers

    at_once(rename, WRITERS)

    shown = {member["value"]: member["display"] for member in scim.get(f"/Groups/{team}").json["members"]}
    assert shown == {one: f"Name {number} 3" for number, one in enumerate(ids)}
