"""By what people are known over SCIM: user name, address and external id, which of them is needed and who may hold it."""

import pytest

from scimapp.database import db
from scimapp.directory.model import User
from tests.scim_api.bodies import CORE, assert_error, create, found, person


@pytest.mark.parametrize("missing", ["userName"])
@pytest.mark.parametrize("value", [None, "", "   ", "absent"])
def test_a_user_name_is_required(scim, missing, value):
    body = person() | {missing: value}
    if value == "absent":
        del body[missing]

    assert_error(scim.post("/Users", body), 400, "invalidValue", "userName")


def test_a_user_name_that_is_an_address_is_enough(scim):
    made = create(scim, {"schemas": [CORE], "userName": "only@name.example"})

    assert "emails" not in made


@pytest.mark.parametrize(
    "provider, status", [("okta", 400), ("entra", 400), ("onelogin", 400), ("generic", 201), ("strict", 201)]
)
def test_whether_an_address_is_needed_depends_on_the_provider(account, provider, status):
    answer = account.scim(provider).post("/Users", {"schemas": [CORE], "userName": "no-address"})

    assert answer.status_code == status
    if status == 400:
        assert_error(answer, 400, "invalidValue", "e-mail address")


@pytest.mark.parametrize("spelling", [str.upper, str.title, lambda text: text.replace("a", "ａ"), str])
def test_a_user_name_in_another_spelling_is_a_conflict(scim, spelling):
    first = create(scim, person("Nadia", "Gray"))
    other = person(emails=[{"value": "somebody@else.example"}], userName=spelling(first["userName"]))

    assert_error(scim.post("/Users", other), 409, "uniqueness", "user name")
    assert found(scim, f'userName eq "{spelling(first["userName"])}"') == [first["id"]]


@pytest.mark.parametrize("newest", ["uq_users_user_name", "uq_users_email", "uq_users_external_id"])
def test_which_conflict_is_told_does_not_depend_on_the_order_of_indexes(scim, newest):
    named, mailed, linked = create(scim, person()), create(scim, person()), create(scim, person(externalId="e1"))
    db.session.remove()
    index = next(index for index in User.__table__.indexes if index.name == newest)
    with db.engine.begin() as connection:  # one: SQLite's other connections take a moment to know that it is gone
        index.drop(connection)
        index.create(connection)
    copy = person(emails=mailed["emails"], externalId=linked["externalId"])

    assert_error(scim.post("/Users", copy), 409, "uniqueness", "e-mail address")
    assert_error(scim.post("/Users", copy | {"userName": named["userName"]}), 409, "uniqueness", "user name")


def test_an_address_or_external_id_in_use_is_a_conflict(scim):
    first = create(scim, person(externalId="e1"))

    address = person(emails=[{"value": first["emails"][0]["value"].upper()}])
    assert_error(scim.post("/Users", address), 409, "uniqueness", "e-mail address")
    assert_error(scim.post("/Users", person(externalId="e1")), 409, "uniqueness", "externalId")
    assert scim.get(f"/Users/{first['id']}").json == first


@pytest.mark.parametrize("verb", ["put", "patch"])
def test_an_address_in_use_is_told_as_such_to_who_changes_somebody(scim, verb):
    """The person who is changed holds a user name of their own, which is no conflict."""
    first, other = create(scim, person("Ada", "Lee")), create(scim, person())
    taken = {"emails": first["emails"]}

    path = f"/Users/{other['id']}"
    answer = scim.put(path, other | taken) if verb == "put" else scim.patch(path, replace=taken)

    assert_error(answer, 409, "uniqueness", "e-mail address")
    assert "belongs to Ada Lee already" in answer.json["detail"]


@pytest.mark.parametrize("verb", ["put", "patch"])
def test_a_directory_that_takes_somebody_over_does_not_get_the_external_id_of_the_other(scim, verb):
    made = create(scim, person(externalId="okta-1"))
    entra, path = scim.for_provider("entra"), f"/Users/{made['id']}"
    theirs = {name: value for name, value in made.items() if name != "externalId"}

    after = entra.put(path, theirs | {"title": "C"}) if verb == "put" else entra.patch(path, replace={"title": "C"})

    assert (after.status_code, after.json.get("externalId")) == (200, None)
    assert found(entra, 'externalId eq "okta-1"') == []
    assert create(entra, person(externalId="okta-1"))["id"] != made["id"]
    assert scim.patch(path, replace={"externalId": "okta-1"}).json["externalId"] == "okta-1"


def test_two_connections_may_hold_the_same_external_id(scim, account):
    create(scim, person(externalId="same"))
    entra = scim.for_provider("entra")

    made = create(entra, person(externalId="same"))

    assert found(entra, 'externalId eq "same"') == [made["id"]]
    others = [item for item in entra.get("/Users").json["Resources"] if item["id"] != made["id"]]
    assert not any("externalId" in item for item in others)


def test_blanks_around_an_address_are_no_part_of_it(scim, account):
    spaced = {"value": " Jane@corp.example\u00a0", "primary": True}
    made = create(scim, person(emails=[spaced]))

    assert made["emails"] == [spaced]  # as it was sent
    assert (
        db.session.scalars(account.scope.select(User).where(User.scim_id == made["id"])).one().email
        == "Jane@corp.example"
    )
    assert_error(scim.post("/Users", person(emails=[{"value": "jane@corp.example"}])), 409, "uniqueness")
    assert_error(
        scim.post("/Users", person(userName="no-address", emails=[{"value": " "}])), 400, "invalidValue", "e-mail"
    )
