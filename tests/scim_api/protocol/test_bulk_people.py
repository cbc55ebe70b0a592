"""Many people created by one /Bulk: looked up and written together, each as if alone."""

import pytest

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.database.postgres.silence import PatientConnection
from scimapp.directory.accounts import account_settings
from scimapp.directory.model import Invitation, OutboxMail, User
from tests.scim_api.bodies import ENTERPRISE, PATCH_OP, create, id_in, person
from tests.support.databases import on_both

from .test_bulk import post, send, statuses


def crowd(first, last, **more):
    return [post(f"n{at}", person(f"Nia{at}", "New", externalId=f"00n{at}") | more) for at in range(first, last)]


def test_more_people_take_no_more_statements(scim, statements):
    def new(first, last):
        with statements() as log:
            assert set(statuses(send(scim, *crowd(first, last)))) == {"201"}
        return len(log)

    new(0, 5)  # gives the paths of values their numbers

    assert new(10, 15) == new(20, 60)


@on_both
def test_more_people_wait_for_postgres_no_more_often(scim, waits):
    def new(first, last):
        waits.clear()
        send(scim, *crowd(first, last))
        return len(waits)

    new(0, 5)  # prepares the statements
    new(5, 10)

    assert new(10, 15) == new(20, 60)


@pytest.fixture
def waits(monkeypatch):
    """Grows by one with each wait for Postgres."""
    waited, wait = [], PatientConnection.wait

    def counted(connection, *arguments, **options):
        waited.append(connection)
        return wait(connection, *arguments, **options)

    monkeypatch.setattr(PatientConnection, "wait", counted)
    return waited


@on_both
def test_each_is_as_if_created_alone(scim, account):
    alone = create(scim, person("Ann", "Alone", externalId="00a", title="Nurse") | {ENTERPRISE: {"department": "Care"}})
    bodies = [
        person(f"Ben{at}", "Beside", externalId=f"00b{at}", title="Nurse") | {ENTERPRISE: {"department": "Care"}}
        for at in range(4)
    ]

    answer = send(scim, *[post(f"b{at}", body) for at, body in enumerate(bodies)])

    assert set(statuses(answer)) == {"201"}
    for created, body in zip(answer.json["Operations"], bodies, strict=True):
        shown = scim.get(f"/Users/{id_in(created)}")
        assert shown.headers["ETag"] == created["version"]
        assert shown.json.keys() == alone.keys()
        assert shown.json | {name: value for name, value in body.items() if name != "schemas"} == shown.json
    assert scim.get('/Users?filter=title eq "nurse" and externalId sw "00"').json["totalResults"] == 5
    rows = db.session.scalars(
        account.scope.select(User).where(User.external_id.startswith("00")).order_by(User.seq)
    ).all()
    assert [row.external_id for row in rows] == ["00a", "00b0", "00b1", "00b2", "00b3"]
    assert len({(row.state, row.source, row.role, row.version, row.connection_id) for row in rows}) == 1
    mails = account.scope.select(OutboxMail, OutboxMail.user_seq).order_by(OutboxMail.seq)
    links = account.scope.select(Invitation, Invitation.user_seq).order_by(Invitation.seq)
    assert db.session.scalars(mails).all() == db.session.scalars(links).all() == [row.seq for row in rows]
    told = account.scope.select(AuditEntry, AuditEntry.target_id, AuditEntry.event).order_by(AuditEntry.seq)
    told = [(target, event) for target, event in db.session.execute(told) if target in {row.id for row in rows}]
    alike = [event for target, event in told if target == rows[0].id]
    assert len(alike) > 1
    assert told == [(row.id, event) for row in rows for event in alike]


@on_both
@pytest.mark.parametrize(
    "sent", [{"externalId": "00gone"}, {"userName": "GUY.GONE@corp.example"}], ids=["by id", "by name"]
)
def test_who_was_here_comes_back_among_new_people(scim, sent):
    was = create(scim, person("Guy", "Gone", externalId="00gone", userName="guy.gone@corp.example"))
    scim.delete(f"/Users/{was['id']}")
    back = person("Guido", "Gone", externalId="00other", userName="guido@corp.example") | sent

    answer = send(scim, *crowd(0, 3), post("back", back), *crowd(3, 6))

    assert set(statuses(answer)) == {"201"}
    again = scim.get(f"/Users/{id_in(answer.json['Operations'][3])}").json
    assert again["meta"]["created"] == was["meta"]["created"], "it is a new person"
    assert again["name"]["givenName"] == "Guido"


@on_both
def test_somebody_inactive_with_the_same_external_id_is_revived_among_new_people(scim):
    kim = create(scim, person("Kim", "Known", externalId="00kim", active=False))

    answer = send(scim, *crowd(0, 3), post("kim", person("Kim", "Known", externalId="00kim")))

    assert id_in(answer.json["Operations"][3]) == kim["id"]
    assert scim.get(f"/Users/{kim['id']}").json["active"] is True


@on_both
def test_two_operations_about_one_person_are_carried_out_one_after_the_other(scim):
    first, second = (
        person("Pia", name, externalId="00pia", userName=f"{name}@corp.example") for name in ("One", "Two")
    )

    answer = send(scim, *crowd(0, 2), post("one", first | {"active": False}), post("two", second))

    assert set(statuses(answer)) == {"201"}
    *_, one, two = answer.json["Operations"]
    assert id_in(one) == id_in(two)
    assert scim.get(f"/Users/{id_in(one)}").json["userName"] == "Two@corp.example"


@on_both
def test_what_comes_between_sees_those_before(scim):
    """A change, a group and a manager in the midst of people who are created."""
    kim = create(scim, person("Kim", "Known"))["id"]
    title = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Chef"}]}

    answer = send(
        scim,
        *crowd(0, 3),
        {"method": "PATCH", "path": "/Users/bulkId:n1", "data": title},
        {"method": "DELETE", "path": "/Users/bulkId:n2"},
        post("n9", person("Nia2", "New", externalId="00n2")),
        *crowd(3, 5, **{ENTERPRISE: {"manager": {"value": kim}}}),
        post("low", person("Lou", "Low") | {ENTERPRISE: {"manager": {"value": "bulkId:n1"}}}),
    )

    assert statuses(answer) == ["201", "201", "201", "200", "204", "201", "201", "201", "201"]
    first, second, third, _, _, back, *led, low = answer.json["Operations"]
    assert scim.get(f"/Users/{id_in(second)}").json["title"] == "Chef"
    assert id_in(back) != id_in(third)
    for one in led:
        shown = scim.get(f"/Users/{id_in(one)}")
        assert shown.json[ENTERPRISE]["manager"]["displayName"] == "Kim Known"
        assert shown.headers["ETag"] == one["version"]
    assert scim.get(f"/Users/{id_in(low)}").json[ENTERPRISE]["manager"]["value"] == id_in(second)
    assert id_in(first) != id_in(low)


@on_both
@pytest.mark.parametrize("over_seats, later", [("inactive", "201"), ("refuse", "403")])
def test_seats_that_run_out_among_new_people_go_to_the_first_of_them(scim, account, over_seats, later):
    """Each is counted although none of them has been written yet."""
    account_settings.change_security(account.scope, seat_limit=3, over_seats=over_seats)  # the owner has one

    answer = send(scim, *crowd(0, 2), *crowd(2, 4, active=False), *crowd(4, 6))

    assert statuses(answer) == ["201"] * 4 + [later] * 2
    found = scim.get("/Users", filter='userName sw "nia"').json["Resources"]
    assert [one["active"] for one in found] == [True] * 2 + [False] * (4 if later == "201" else 2)
    invited = db.session.scalars(account.scope.select(Invitation, Invitation.email).order_by(Invitation.seq)).all()
    assert [email[:4].lower() for email in invited] == ["nia0", "nia1"]
