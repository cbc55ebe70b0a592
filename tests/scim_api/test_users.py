"""People over SCIM: created, read, deactivated, removed, and back again (requirements C-02…C-04, C-22, C-23, D-06)."""

import pytest

from scimapp.database import db
from scimapp.directory.accounts.accounts import change_options
from scimapp.directory.model import User
from scimapp.directory.people import users

from .bodies import CORE, ENTERPRISE, assert_error, create, person


def found(scim, text):
    return [item["id"] for item in scim.get("/Users", filter=text).json["Resources"]]


def test_a_created_person_is_answered_whole_with_address_and_version(scim):
    body = person("Ada", "Lovelace", externalId="00u1", locale="en-GB", password="x7f2k9qa")

    answer = scim.post("/Users", body)

    made = answer.json
    assert answer.status_code == 201
    assert made["userName"] == body["userName"]
    assert made["schemas"] == [CORE]
    assert made["active"] is True
    assert made["displayName"] == "Ada Lovelace"
    assert "password" not in answer.text
    assert made["meta"]["resourceType"] == "User"
    assert made["meta"]["location"] == answer.headers["Location"] == f"{scim.base_url}/Users/{made['id']}"
    assert answer.headers["Content-Location"] == answer.headers["Location"]
    assert made["meta"]["version"] == answer.headers["ETag"]
    assert made["meta"]["created"] == made["meta"]["lastModified"]
    assert scim.get(f"/Users/{made['id']}").json == made


def test_locations_never_follow_the_host_header(scim):
    answer = scim.post("/Users", person(), headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("sent, shown", [({}, True), ({"active": None}, True), ({"active": True}, True),
                                         ({"active": False}, False), ({"active": "False"}, False)])  # fmt: skip
def test_people_are_active_unless_the_body_says_otherwise(scim, sent, shown):
    assert create(scim, person() | sent)["active"] is shown


@pytest.mark.parametrize("field", ["id", "meta", "groups", "schemas"])
def test_read_only_values_of_a_body_change_nothing(scim, account, field):
    sent = {
        "id": "mine",
        "meta": {"resourceType": "Robot", "created": "1999-01-01T00:00:00Z"},
        "groups": [{"value": "x", "display": "Secret"}],
        "schemas": [CORE, ENTERPRISE, "User"],
    }

    made = create(scim, person() | {field: sent[field]})

    assert made["id"] != "mine"
    assert made["meta"]["resourceType"] == "User"
    assert "groups" not in made
    assert made["schemas"] == [CORE]
    assert scim.get("/Groups").json["totalResults"] == 0


@pytest.mark.parametrize("missing", ["userName"])
@pytest.mark.parametrize("value", [None, "", "   ", "absent"])
def test_a_user_name_is_required(scim, missing, value):
    body = person() | {missing: value}
    if value == "absent":
        del body[missing]

    assert_error(scim.post("/Users", body), 400, "invalidValue", "userName")


@pytest.mark.parametrize(
    "attribute, value",
    [
        ("active", "maybe"), ("active", 1), ("name", "Ada"), ("emails", 5), ("emails", [["x"]]), ("title", {"a": 1}),
        ("emails", [{"value": {"a": 1}}]), ("userName", ["a", "b"]), ("title", "nul\0byte"), ("externalId", "x" * 600),
        ("emails", [{"value": f"a{n}@x.example"} for n in range(1001)]), ("userName", "x" * 600),
        ("userName", "line\nbreak"),
        (ENTERPRISE, "x"), (ENTERPRISE, {"manager": 5}), ("x509Certificates", [{"value": "not base64 !"}]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_400_and_names_the_attribute(scim, attribute, value):
    before = scim.get("/Users").json["totalResults"]

    assert_error(scim.post("/Users", person() | {attribute: value}), 400, "invalidValue", attribute.split(":")[-1][:4])
    assert scim.get("/Users").json["totalResults"] == before


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
    index.drop(db.engine)
    index.create(db.engine)
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


@pytest.mark.parametrize(
    "provider, status", [("okta", 400), ("entra", 400), ("onelogin", 400), ("generic", 201), ("strict", 201)]
)
def test_whether_an_address_is_needed_depends_on_the_provider(account, provider, status):
    answer = account.scim(provider).post("/Users", {"schemas": [CORE], "userName": "no-address"})

    assert answer.status_code == status
    if status == 400:
        assert_error(answer, 400, "invalidValue", "e-mail address")


def test_a_user_name_that_is_an_address_is_enough(scim):
    made = create(scim, {"schemas": [CORE], "userName": "only@name.example"})

    assert "emails" not in made


def test_inactive_keeps_id_place_and_name(scim):
    made = create(scim, person("Edith", "Clarke", externalId="e9"))
    off = scim.patch(f"/Users/{made['id']}", replace={"active": False})

    assert off.status_code == 200
    assert off.json["active"] is False
    assert scim.get(f"/Users/{made['id']}").json == off.json
    assert found(scim, f'userName eq "{made["userName"]}"') == [made["id"]]
    assert made["id"] in [item["id"] for item in scim.get("/Users").json["Resources"]]
    assert_error(scim.post("/Users", person(userName=made["userName"])), 409, "uniqueness")


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
    assert users.get_visible(account.scope, back["id"]).id == first["id"]
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


@pytest.mark.parametrize(
    "attempt",
    [
        lambda scim, path, owner: scim.delete(path),
        lambda scim, path, owner: scim.patch(path, replace={"active": False}),
        lambda scim, path, owner: scim.put(path, owner | {"active": False}),
        lambda scim, path, owner: scim.patch(path, replace={"userName": "other@name.example"}),
        lambda scim, path, owner: scim.put(path, owner | {"userName": "other@name.example"}),
        lambda scim, path, owner: scim.patch(
            path, replace={"emails": [{"value": "other@mail.example", "primary": True}]}
        ),
    ],
)
def test_the_owner_is_protected(scim, account, attempt):
    path = f"/Users/{account.owner.scim_id}"
    owner = scim.get(path).json

    assert_error(attempt(scim, path, owner), 403, says="Account Owner")
    assert scim.get(path).json == owner


def test_harmless_attributes_of_the_owner_follow_the_directory(scim, account):
    path = f"/Users/{account.owner.scim_id}"

    assert scim.patch(path, replace={"title": "Founder"}).json["title"] == "Founder"


@pytest.mark.parametrize("attribute", ["roles", "entitlements", "userType", "groups"])
@pytest.mark.parametrize("role", ["owner", "super_admin", "user_admin", "Account Owner"])
def test_no_attribute_gives_a_role(scim, account, attribute, role):
    value = role if attribute == "userType" else [{"value": role, "primary": True}]
    made = create(scim, person() | {attribute: value})
    scim.patch(f"/Users/{made['id']}", replace={attribute: value})
    scim.put(f"/Users/{made['id']}", made | {attribute: value})

    assert users.get(account.scope, made["id"]).role == "member"


@pytest.mark.parametrize(
    "resource_id", ["x", "9f86d081884c7d659a2feaa0c55ad015", "%00", "..", "a'b", "%25", "é", "x" * 3000]
)
def test_any_text_may_stand_in_a_url_and_names_nobody(scim, resource_id):
    for path in (f"/Users/{resource_id}", f"/Groups/{resource_id}"):
        assert scim.get(path).status_code == 404


def test_everything_of_the_standard_comes_back_as_it_was_sent(scim):
    full = person(
        "Barbara",
        "Jensen",
        nickName="Babs",
        profileUrl="https://login.example.com/bjensen",
        title="Tour Guide",
        userType="Employee",
        preferredLanguage="en-US",
        locale="en-US",
        timezone="America/Los_Angeles",
        phoneNumbers=[{"value": "555-555-5555", "type": "work"}, {"value": "555-555-4444", "type": "mobile"}],
        ims=[{"value": "someaimhandle", "type": "aim"}],
        photos=[{"value": "https://photos.example.com/F", "type": "photo"}],
        addresses=[
            {
                "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
                "postalCode": "91608", "country": "US", "formatted": "100 Universal City Plaza\nHollywood", "primary": True,
            }
        ],
        entitlements=[{"value": "gold"}],
        roles=[{"value": "guide", "primary": True}],
        x509Certificates=[{"value": "MIIDQzCCAqw="}],
    )  # fmt: skip
    full["name"] |= {"formatted": "Ms. Barbara J Jensen, III", "middleName": "Jane", "honorificPrefix": "Ms.",
                     "honorificSuffix": "III"}  # fmt: skip
    full[ENTERPRISE] = {
        "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
        "division": "Theme Park", "department": "Tour Operations",
        "manager": {"value": "26118915-6090-4610-87e4-49d8ca9f808d", "$ref": "../Users/26118915"},
    }  # fmt: skip

    made = create(scim, full)

    assert {name: made[name] for name in full if name != "schemas"} == {
        name: value for name, value in full.items() if name != "schemas"
    }
    assert made["schemas"] == [CORE, ENTERPRISE]


def test_attribute_names_ignore_letter_case(scim):
    made = create(scim, {"SCHEMAS": [CORE], "USERNAME": "case@x.example", "Name": {"GIVENNAME": "Ada"}})

    assert made["userName"] == "case@x.example"
    assert made["name"] == {"givenName": "Ada"}


def test_unknown_attributes_and_containers_are_ignored(scim):
    urn = "urn:kissflow:scim:schemas:extension:AcSomebodyElse:2:User"
    made = create(scim, person() | {"firstName": "A", urn: {"EmpCode": "x"}, "__proto__": {"a": 1}, "password": "p"})

    assert not {"firstName", urn, "__proto__", "password"} & set(made)
    assert made["schemas"] == [CORE]
