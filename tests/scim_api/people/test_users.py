"""People over SCIM: read as they were sent, with no more rights than a directory may give."""

import pytest

from scimapp.directory.people import users
from tests.scim_api.bodies import CORE, ENTERPRISE, assert_error, create, person
from tests.support.databases import on_both


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


@on_both
def test_a_name_is_quoted_alike_by_the_process_and_by_the_database(scim):
    """The process writes the answer to a POST; the database quotes the name when the person is read."""
    names = {"givenName": 'Zoë "Z\\" </b>', "familyName": "O’Neill \u2028 😀"}
    sent = scim.post("/Users", person(name=names, userName="zoe@scim.example"))

    alone = scim.get(f"/Users/{sent.json['id']}")
    listed = scim.get("/Users", query={"count": 100})

    assert sent.json["displayName"] == 'Zoë "Z\\" </b> O’Neill \u2028 😀'
    assert alone.data == sent.data
    assert sent.data in listed.data


@on_both
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


@pytest.mark.parametrize("beside", [{}, {"value": None}])
def test_a_manager_may_be_told_by_the_address_alone(scim, beside):
    boss = create(scim, person())
    one = create(scim, person(**{ENTERPRISE: {"manager": beside | {"$ref": f"{boss['meta']['location']}/"}}}))
    nobody = create(scim, person(**{ENTERPRISE: {"manager": beside | {"$ref": "../Users/"}}}))

    assert one[ENTERPRISE]["manager"]["value"] == boss["id"]
    assert nobody[ENTERPRISE]["manager"] == {"$ref": "../Users/"}


def test_attribute_names_ignore_letter_case(scim):
    made = create(scim, {"SCHEMAS": [CORE], "USERNAME": "case@x.example", "Name": {"GIVENNAME": "Ada"}})

    assert made["userName"] == "case@x.example"
    assert made["name"] == {"givenName": "Ada"}


def test_unknown_attributes_and_containers_are_ignored(scim):
    urn = "urn:kissflow:scim:schemas:extension:AcSomebodyElse:2:User"
    made = create(scim, person() | {"firstName": "A", urn: {"EmpCode": "x"}, "__proto__": {"a": 1}, "password": "p"})

    assert not {"firstName", urn, "__proto__", "password"} & set(made)
    assert made["schemas"] == [CORE]
