"""People who leave over SCIM and come back: deactivated, removed, revived."""

import pytest
from sqlalchemy import select

from scimapp.database import db
from scimapp.directory.accounts.accounts import change_options
from scimapp.directory.model import Invitation, OutboxMail
from scimapp.directory.people import users
from tests.scim_api.bodies import assert_error, create, found, person
from tests.support.mails import send_all
from tests.support.people import seen_by_scim


def test_inactive_keeps_id_place_and_name(scim):
    made = create(scim, person("Edith", "Clarke", externalId="e9"))
    off = scim.patch(f"/Users/{made['id']}", replace={"active": False})

    assert off.status_code == 200
    assert off.json["active"] is False
    assert scim.get(f"/Users/{made['id']}").json == off.json
    assert found(scim, f'userName eq "{made["userName"]}"') == [made["id"]]
    assert made["id"] in [item["id"] for item in scim.get("/Users").json["Resources"]]
    assert_error(scim.post("/Users", person(userName=made["userName"])), 409, "uniqueness")


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_who_leaves_with_a_new_address_gets_no_mail_there(scim, account):
    """Nothing waits before, so whoever asks too early what is open misses the mail to the new address."""
    made = create(scim, person("Edith", "Clarke"))
    send_all()
    address = [{"value": "new@corp.example", "type": "work", "primary": True}]

    off = scim.patch(f"/Users/{made['id']}", replace={"active": False, "emails": address})

    assert (off.json["active"], off.json["emails"][0]["value"]) == (False, "new@corp.example")
    mails = select(OutboxMail.to_address, OutboxMail.state).where(OutboxMail.account_id == account.id)
    assert set(db.session.execute(mails)) == {(made["userName"], "sent"), ("new@corp.example", "cancelled")}
    voided = db.session.scalars(select(Invitation.voided_at).where(Invitation.account_id == account.id)).all()
    assert len(voided) == 2
    assert all(voided)


def test_deactivating_again_changes_nothing(scim):
    made = create(scim, person())
    first = scim.patch(f"/Users/{made['id']}", replace={"active": False})
    second = scim.patch(f"/Users/{made['id']}", replace={"active": "False"})

    assert second.status_code == 200
    assert second.json == first.json
    assert second.headers["ETag"] == first.headers["ETag"]


def test_reactivating_gives_the_same_person_back(scim):
    made = create(scim, person(title="Engineer"))
    scim.patch(f"/Users/{made['id']}", replace={"active": False})
    back = scim.patch(f"/Users/{made['id']}", replace={"active": True}).json

    assert (back["id"], back["active"], back["title"]) == (made["id"], True, "Engineer")


def test_delete_is_204_and_then_404_for_everything(scim, account):
    made = create(scim, person())
    group = create(scim, {"displayName": "G", "members": [{"value": made["id"]}]}, "/Groups")
    path = f"/Users/{made['id']}"

    gone = scim.delete(path)

    assert (gone.status_code, gone.data) == (204, b"")
    for answer in (
        scim.get(path),
        scim.put(path, person()),
        scim.patch(path, replace={"active": True}),
        scim.delete(path),
    ):
        assert_error(answer, 404)
    assert found(scim, f'userName eq "{made["userName"]}"') == []
    assert made["id"] not in scim.get("/Users").text
    assert scim.get(f"/Groups/{group['id']}").json["members"] == []
    stays = users.get(account.scope, made["id"])
    assert (stays.active, stays.removed_by) == (False, "Test okta")


def test_somebody_removed_returns_under_a_new_id_with_what_was_known(scim, account, make_field):
    make_field("EmpCode")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    body = person("Mary", "Kenneth", externalId="m1")
    first = create(scim, body | {urn: {"EmpCode": "E7"}})
    scim.delete(f"/Users/{first['id']}")

    back = create(scim, body | {"title": "Captain"})

    assert back["id"] != first["id"]
    assert (back["title"], back["active"], back[urn]) == ("Captain", True, {"EmpCode": "E7"})
    assert seen_by_scim(account.scope, back["id"]).id == first["id"]
    assert_error(scim.get(f"/Users/{first['id']}"), 404)


def test_a_post_for_an_inactive_record_with_the_same_external_id_revives_it(scim):
    body = person(externalId="same-person")
    first = create(scim, body)
    scim.patch(f"/Users/{first['id']}", replace={"active": False})

    answer = scim.post("/Users", body | {"title": "Back"})

    assert answer.status_code == 201
    assert (answer.json["id"], answer.json["active"], answer.json["title"]) == (first["id"], True, "Back")


def test_reviving_can_be_switched_off(scim, account):
    body = person(externalId="same-person")
    first = create(scim, body)
    scim.patch(f"/Users/{first['id']}", replace={"active": False})
    change_options(account.scope, revive_inactive=False)

    assert_error(scim.post("/Users", body), 409, "uniqueness")


def test_another_connection_does_not_revive(scim):
    body = person(externalId="same")
    first = create(scim, body)
    scim.patch(f"/Users/{first['id']}", replace={"active": False})

    assert_error(scim.for_provider("entra").post("/Users", body), 409, "uniqueness")
