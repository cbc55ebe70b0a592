"""A change of a small group that is known is answered from what it was, and the answer is what a GET would say."""

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.client_reads.kept_members import KeptMembers
from scimapp.directory.groups import named_members
from scimapp.directory.model import User
from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import create, group
from tests.support.dice import thrown
from tests.support.tries import tries

from .remembering import beside_tokens
from .test_remembered_members import past_all_rules

NAMES = (
    "Ada",
    'Q"uote',
    "back\\slash",
    "Zoë",
    "李",
    "😀",
    '{"value":"no',
    '"},{"value":"',
    "a\u007fb",
    "tab\there",
    "  ",
)


@pytest.fixture
def kept(monkeypatch):
    """Begins to remember anew each time it is called."""

    def anew():
        monkeypatch.setattr(members_of_groups, "_kept", KeptMembers())

    anew()
    return anew


def add(*ids):
    return {"op": "add", "path": "members", "value": [{"value": each} for each in ids]}


def remove(scim_id):
    return {"op": "remove", "path": f'members[value eq "{scim_id}"]'}


def test_who_stays_in_a_known_group_is_not_read_again(scim, make_user, make_group, kept, statements):
    one, two, other = (make_user() for _ in range(3))
    team = make_group("Team", [one, two]).id

    def asked(method, *body):
        with statements() as log:
            assert method(f"/Groups/{team}", *body).status_code == 200
        return beside_tokens(log)

    asked(scim.patch, add(one.scim_id))  # whatever is asked for the first time
    for method, there, back in (
        (scim.patch, add(other.scim_id), remove(other.scim_id)),
        (scim.put, group("Team", two.scim_id, other.scim_id), group("Team", one.scim_id, two.scim_id)),
    ):
        for change, undo in ((there, back), (back, there)):
            kept()
            unknown = asked(method, change)
            asked(method, undo)
            assert asked(method, change) == unknown - 1


@pytest.mark.parametrize("provider", ["okta", "generic"])
def test_any_change_is_answered_with_what_is_there(account, make_user, kept, provider):
    scim, random = account.scim(provider), thrown()
    ids = [make_user(core={"displayName": name}).scim_id for name in NAMES]
    inner = create(scim, group("Inner"), "/Groups")["id"]
    team = create(scim, group("Team"), "/Groups")["id"]
    for round_ in range(tries(24)):
        some = random.sample([*ids, "nobody"], random.choice((0, 1, 1, 1, 2, 4)))
        some += [inner] if random.random() < 0.1 else []
        how = random.choice(("add", "remove", "both", "put"))
        if how == "put" or not some:
            answer = scim.put(f"/Groups/{team}", group(random.choice(("Team", "Crew")), *some))
        else:
            gone = [
                remove(one) for one in (some if how == "remove" else random.sample(ids, 2) if how == "both" else ())
            ]
            answer = scim.patch(f"/Groups/{team}", *gone, *([] if how == "remove" else [add(*some)]))

        told = answer.json, answer.headers["ETag"]
        known = scim.get(f"/Groups/{team}")
        assert (known.json, known.headers["ETag"]) == told, f"round {round_}: {how} {some}"
        if random.random() < 0.5:
            kept()
            anew = scim.get(f"/Groups/{team}")
            assert (anew.json, anew.headers["ETag"]) == told, f"round {round_}: {how} {some}"


def test_a_name_that_changed_elsewhere_is_in_the_answer(scope, scim, make_user, make_group, kept):
    one, other = make_user(given_name="Ada", family_name="King"), make_user(given_name="Bo", family_name="Lind")
    team = make_group("Team", [one]).id
    scim.get(f"/Groups/{team}")
    past_all_rules(scim, scope, one)

    answer = scim.patch(f"/Groups/{team}", add(other.scim_id))

    assert [each["display"] for each in answer.json["members"]] == ["Zoë", "Bo Lind"]


def test_a_name_that_changes_at_this_moment_is_shown_from_then_on(
    scope, scim, make_user, make_group, kept, monkeypatch
):
    one, other = make_user(), make_user()
    team = make_group("Team", [one]).id
    scim.get(f"/Groups/{team}")
    turn_over = members_of_groups.turned_over

    def renaming(*arguments):
        past_all_rules(scim, scope, other)
        return turn_over(*arguments)

    monkeypatch.setattr(members_of_groups, "turned_over", renaming)

    scim.patch(f"/Groups/{team}", add(other.scim_id))

    assert [each["display"] for each in scim.get(f"/Groups/{team}").json["members"]] == [one.display_name, "Zoë"]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_whoever_shifts_while_a_change_looks_around_is_read_anew(scim, make_user, make_group, kept, monkeypatch):
    """On Postgres, somebody else may commit between two statements."""
    one, other = make_user(), make_user()
    team = make_group("Team", [one]).id
    scim.get(f"/Groups/{team}")
    look = named_members.named

    def after_a_shift(*arguments):
        with db.engine.begin() as elsewhere:
            elsewhere.execute(update(User).where(User.id == one.id).values(display_name="Zoë"))
        return look(*arguments)

    monkeypatch.setattr(named_members, "named", after_a_shift)

    answer = scim.put(f"/Groups/{team}", group("Team", one.scim_id, other.scim_id))

    assert [each["display"] for each in answer.json["members"]] == ["Zoë", other.display_name]


def test_a_group_that_changed_in_a_bulk_request_is_known_as_it_is_then(scim, make_user, make_group, kept):
    people = [make_user() for _ in range(3)]
    team = make_group("Team", people[:1]).id
    scim.get(f"/Groups/{team}")
    data = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [add(people[1].scim_id)]}
    operation = {"method": "PATCH", "path": f"/Groups/{team}", "data": data}
    renamed = {"method": "PATCH", "path": f"/Users/{people[0].scim_id}"}
    renamed["data"] = data | {"Operations": [{"op": "replace", "path": "displayName", "value": "Zoë"}]}

    scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": [renamed, operation]})
    answer = scim.patch(f"/Groups/{team}", add(people[2].scim_id))

    assert [each["display"] for each in answer.json["members"]] == ["Zoë", *(one.display_name for one in people[1:])]
