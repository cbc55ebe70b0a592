"""Of a large group whose members are remembered a PUT looks up those alone who come and go, and means what it would mean else."""

import pytest
from sqlalchemy import select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.client_reads.kept_members import KeptMembers
from scimapp.directory.groups import groups, memberships, named_members
from scimapp.directory.model import User
from scimapp.directory.people import user_links
from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import create, group, members_of, person
from tests.support.dice import thrown
from tests.support.tries import tries

PEOPLE = 40


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch):
    monkeypatch.setattr(members_of_groups, "MANY", 5)
    monkeypatch.setattr(members_of_groups, "_kept", KeptMembers())


@pytest.fixture
def ids(make_user):
    return [make_user().scim_id for _ in range(PEOPLE)]


@pytest.fixture
def looked_up(monkeypatch):
    """The ids that are looked up from now on."""
    listed, named = [], named_members.named

    def noting(scope, scim_ids):
        listed.extend(scim_ids)
        return named(scope, scim_ids)

    monkeypatch.setattr(named_members, "named", noting)
    return listed


def known(scim, name, *members):
    """The id of a group whose members are remembered."""
    made = create(scim, group(name, *members), "/Groups")["id"]
    scim.get(f"/Groups/{made}")
    return made


def test_who_stays_is_not_looked_up(scim, ids, looked_up):
    team = known(scim, "Team", *ids[:30])
    looked_up.clear()

    answer = scim.put(f"/Groups/{team}", group("Team", *reversed(ids[2:33]), "nobody"))

    assert sorted(looked_up) == sorted([*ids[:2], *ids[30:33], "nobody"])
    assert [each["value"] for each in answer.json["members"]] == members_of(scim, team) == ids[2:33]


def test_any_put_means_the_same_whether_members_are_known_or_not(scim, account, ids, monkeypatch):
    random = thrown()
    inner = create(scim, group("Inner"), "/Groups")["id"]
    teams = [create(scim, group("Team"), "/Groups")["id"] for _ in range(2)]
    for round_ in range(tries(12)):
        named = random.sample(ids, random.choice((0, 6, 15, 30, 40)))
        named += random.sample([*ids, "nobody", "x" * 500, 'no"body', "Ünbekannt"], random.choice((0, 0, 1, 3)))
        named += [inner] if random.random() < 0.2 else []
        body = group(f"Team {random.randint(1, 2)}", *named)

        told = []
        for team, is_known in zip(teams, (True, False), strict=True):
            if is_known:
                scim.get(f"/Groups/{team}")
            else:
                monkeypatch.setattr(members_of_groups, "_kept", KeptMembers())
            told.append(all_of(account.scope, team, scim.put(f"/Groups/{team}", body)))

        assert told[0] == told[1], f"round {round_}"


def all_of(scope, team, answer):
    """Everything that a PUT has left behind."""
    db.session.rollback()
    row = groups.get(scope, team)
    skipped = [each.value for each in groups.skipped_members(scope, row)]
    entries = scope.select(AuditEntry).where(AuditEntry.target_id == team).order_by(AuditEntry.seq)
    counted = row.version, row.member_count, row.last_push_sent, row.last_push_skipped
    shown = [answer.json[name] for name in ("displayName", "members")]
    recorded = [(entry.event, entry.changes) for entry in db.session.scalars(entries)]
    return answer.status_code, shown, counted, sorted(skipped), recorded


def test_ids_that_change_inside_a_bulk_request_are_no_longer_known(scim, ids):
    one = create(scim, person())
    team = known(scim, "Team", *ids[:8], one["id"])
    operations = [
        {"method": "DELETE", "path": f"/Users/{one['id']}"},
        {"method": "POST", "path": "/Users", "bulkId": "back", "data": person(userName=one["userName"])},
        {"method": "PUT", "path": f"/Groups/{team}", "data": group("Team", *ids[:8], one["id"], "bulkId:back")},
        {"method": "PUT", "path": f"/Groups/{team}", "data": group("Team", *ids[:8], one["id"])},
        {"method": "PUT", "path": f"/Groups/{team}", "data": group("Team", *ids[1:8], "bulkId:back")},
    ]

    answer = scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": operations})

    back = answer.json["Operations"][1]["location"].rpartition("/")[2]
    assert [each["status"] for each in answer.json["Operations"]] == ["204", "201", "200", "200", "200"]
    assert back != one["id"]
    assert members_of(scim, team) == [*ids[1:8], back]


def test_a_member_who_got_another_id_is_known_by_that_alone(scim, scope, ids):
    one = create(scim, person())["id"]
    team = known(scim, "Team", *ids[:8], one)
    row = db.session.scalars(select(User).where(User.scim_id == one)).one()

    ours = user_links.unlink(scope, row.id).scim_id

    assert scim.put(f"/Groups/{team}", group("Team", *ids[:8], ours)).status_code == 200
    assert members_of(scim, team) == [*ids[:8], ours]
    scim.put(f"/Groups/{team}", group("Team", *ids[:8], one))
    assert members_of(scim, team) == ids[:8]


def test_a_member_who_gets_another_id_at_this_moment_leaves_like_everybody_else(scim, ids, monkeypatch):
    team = known(scim, "Team", *ids[:9])

    def with_the_old_id(*arguments):
        come, gone = members_of_groups.ids_that_differ(*arguments)
        return come, [*(one for one in gone if one != ids[8]), "the id before"]

    monkeypatch.setattr(memberships, "ids_that_differ", with_the_old_id)

    scim.put(f"/Groups/{team}", group("Team", *ids[:8]))

    assert members_of(scim, team) == ids[:8]
