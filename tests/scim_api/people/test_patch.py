"""PATCH of people: every form clients send, all or nothing."""

import pytest

from scimapp.directory.outbox.outbox_list import waiting_count
from tests.scim_api.bodies import ENTERPRISE, PATCH_OP, assert_error, create, extension, op, person
from tests.support.databases import on_both
from tests.support.people import seen_by_scim


@pytest.mark.parametrize(
    "operation, attribute, wanted",
    [
        (op("replace", None, {"title": "Chief"}), "title", "Chief"),
        (op("Replace", "title", "Chief"), "title", "Chief"),
        (op("add", "title", "Chief"), "title", "Chief"),
        (op("remove", "title"), "title", None),
        (op("replace", "name.givenName", "Grace"), "name", {"givenName": "Grace", "familyName": "Doe"}),
        (op("replace", "name", {"givenName": "Grace"}), "name", {"givenName": "Grace", "familyName": "Doe"}),
        (op("replace", None, {"name.givenName": "Grace"}), "name", {"givenName": "Grace", "familyName": "Doe"}),
        (op("replace", None, {f"{ENTERPRISE}:department": "R&D"}), ENTERPRISE, {"department": "R&D"}),
        (op("add", f"{ENTERPRISE}:manager", "42"), ENTERPRISE, {"manager": {"value": "42"}}),
        (op("add", "Department", "R&D"), ENTERPRISE, {"department": "R&D"}),
        (op("add", None, {ENTERPRISE: {"division": "X"}}), ENTERPRISE, {"division": "X"}),
        (op("add", "phoneNumbers", [{"value": "1", "type": "work"}]), "phoneNumbers", [{"value": "1", "type": "work"}]),
        (op("add", 'phoneNumbers[type eq "work"].value', "1"), "phoneNumbers", [{"type": "work", "value": "1"}]),
        (op("replace", "active", "False"), "active", False),
    ],
)  # fmt: skip
def test_one_operation(scim, operation, attribute, wanted):
    made = create(scim, person(title="Clerk"))

    answer = scim.patch(f"/Users/{made['id']}", operation)

    assert answer.status_code == 200, answer.text
    assert answer.json.get(attribute) == wanted
    assert scim.get(f"/Users/{made['id']}").json == answer.json
    assert answer.headers["ETag"] == 'W/"2"'


def test_an_element_of_several_is_changed_by_its_filter(scim):
    made = create(scim, person())
    address = made["userName"]
    path = f"/Users/{made['id']}"

    scim.patch(path, op("add", "emails", [{"value": "home@x.example", "type": "home"}]))
    scim.patch(path, op("replace", 'emails[type eq "home"].value', "new@x.example"))
    assert [item["value"] for item in scim.get(path).json["emails"]] == [address, "new@x.example"]
    scim.patch(path, op("replace", 'emails[type eq "home"].primary', True))
    assert [item.get("primary") for item in scim.get(path).json["emails"]] == [None, True]
    scim.patch(path, op("remove", 'emails[type eq "home"]'))
    assert [item["value"] for item in scim.get(path).json["emails"]] == [address]


def test_own_attributes_are_set_by_path_container_and_dotted_key(scim, account, make_field):
    make_field("EmpCode")
    make_field("Badge", "integer")
    urn = extension(account)
    path = f"/Users/{create(scim, person())['id']}"

    assert scim.patch(path, op("add", f"{urn}:EmpCode", "E1")).json[urn] == {"EmpCode": "E1"}
    assert scim.patch(path, op("replace", None, {urn: {"Badge": 0}})).json[urn] == {"EmpCode": "E1", "Badge": 0}
    assert scim.patch(path, op("replace", None, {f"{urn.upper()}:empcode": "E2"})).json[urn]["EmpCode"] == "E2"
    assert scim.patch(path, op("replace", f"{urn}:Badge", "7")).json[urn]["Badge"] == 7
    assert scim.patch(path, op("remove", f"{urn}:EmpCode")).json[urn] == {"Badge": 7}
    gone = scim.patch(path, op("remove", urn)).json
    assert urn not in gone
    assert urn not in gone["schemas"]


@pytest.mark.parametrize(
    "operation, status, scim_type, says",
    [
        (op("replace", "nonsense", 1), 400, "invalidPath", "operation 2"),
        (op("replace", "id", "x"), 400, "mutability", "id"),
        (op("replace", "groups", []), 400, "mutability", "groups"),
        (op("remove"), 400, "noTarget", "operation 2"),
        (op("remove", "userName"), 400, "mutability", "userName"),
        (op("replace", "userName", ""), 400, "invalidValue", "userName"),
        (op("jump", "title", 1), 400, "invalidSyntax", "op"),
        (op("replace", "active", "maybe"), 400, "invalidValue", "active"),
        (op("replace", "emails[type eq", "x"), 400, "invalidPath", "]"),
        (op("replace", "emails[type foo 1]", "x"), 400, "invalidFilter", "foo"),
        (op("add", "title"), 400, "invalidValue", "value"),
        ("nonsense", 400, "invalidSyntax", "operation 2"),
    ],
)
def test_a_refused_operation_undoes_those_before_it(scim, account, operation, status, scim_type, says):
    made = create(scim, person(active=False))
    mails = waiting_count(account.scope)

    answer = scim.patch(f"/Users/{made['id']}", op("replace", None, {"title": "Chief", "active": True}), operation)

    assert_error(answer, status, scim_type, says)
    assert scim.get(f"/Users/{made['id']}").json == made
    assert waiting_count(account.scope) == mails


@pytest.mark.parametrize(
    "body",
    [
        {}, {"Operations": []}, {"schemas": [PATCH_OP]}, {"schemas": [PATCH_OP], "Operations": {}},
        {"schemas": ["x"], "Operations": [{"op": "remove", "path": "title"}]},
        {"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": "title"}] * 1001},
    ],
)  # fmt: skip
def test_what_is_no_patch_is_invalid_syntax(scim, account, body):
    assert_error(scim.patch(f"/Users/{account.owner.scim_id}", body=body), 400, "invalidSyntax")


def test_entra_may_name_attributes_that_are_unknown_here(account):
    entra = account.scim("entra")
    path = f"/Users/{create(entra, person())['id']}"

    answer = entra.patch(path, op("Add", "favouriteColour", "red"), op("Replace", "title", "Chief"))

    assert answer.json["title"] == "Chief"


UNFILLED = "urn:kissflow:scim:schemas:extension:<Account ID>:2:User"


@pytest.mark.parametrize(
    "path",
    [
        "shoe.size", "name.shoe", "urn:ietf:params:scim:schemas:extension:Shoes:2.0:User:size", f"{UNFILLED}:EmpCode",
        f"{ENTERPRISE}:shoe", 'shoes[type eq "x" and size gt 5].value', 'emails[type eq "work"].shoe',
    ],
)  # fmt: skip
def test_entra_may_say_any_path_that_could_be_one(account, path):
    entra = account.scim("entra")
    made = create(entra, person())

    assert entra.patch(f"/Users/{made['id']}", op("Add", path, "x")).json["meta"] == made["meta"]


MALFORMED = [
    "emails[type eq", 'emails[type eq "work"]value', 'emails[type eq "work"].', 'emails[type eq "work"].value.x',
    'title[value eq "x"]', 'shoes[type eq "x"]size', "shoes[type",
]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [*MALFORMED, "no such", "name.", "name..givenName", ".givenName", "a.b.c", "emails]", "  ", 5, ["x"], "a" * 5_000],
)
def test_entra_hears_of_a_path_that_is_none(account, path):
    """What Entra's preset passes over are attributes of a larger schema; a slip in a mapping would lose its values in silence."""
    entra = account.scim("entra")
    made = create(entra, person())
    where = f"/Users/{made['id']}"

    assert_error(entra.patch(where, op("Replace", path, "x")), 400, "invalidPath", "operation 1")
    assert_error(entra.patch(where, op("Replace", "shoes[size foo 5]", "x")), 400, "invalidFilter", "operation 1")
    assert entra.get(where).json == made


@pytest.mark.parametrize("key", MALFORMED)
@pytest.mark.parametrize("provider", ["okta", "entra"])
def test_a_key_with_a_filter_is_a_path_like_any_other(account, provider, key):
    """Any other key may be the name of an attribute that is unknown here, as in a POST (X-10)."""
    scim = account.scim(provider)
    where = f"/Users/{create(scim, person())['id']}"

    answer = scim.patch(where, op("replace", None, {key: "x", "title": "Chief"}))

    assert_error(answer, 400, "invalidPath", "operation 1")
    assert scim.patch(where, op("replace", None, {"no such": "x", "title": "Chief"})).json["title"] == "Chief"


def test_a_patch_that_changes_nothing_moves_neither_version_nor_time(scim):
    made = create(scim, person(title="Clerk"))

    answer = scim.patch(f"/Users/{made['id']}", op("replace", "title", "Clerk"), op("remove", "nickName"))

    assert answer.json == made


@on_both
def test_a_whole_answer_that_is_added_changes_nothing(scim):
    marked = {"type": "work", "primary": True}
    address, photo = {"locality": "Ulm"} | marked, {"value": "https://corp.example/ann.png", "type": "photo"}
    made = create(scim, person(addresses=[address], phoneNumbers=[{"value": "1"} | marked], photos=[photo]))

    answer = scim.patch(f"/Users/{made['id']}", op("add", None, made))

    assert answer.json == made


def test_a_password_is_accepted_dropped_and_nowhere_to_be_found(scim):
    made = create(scim, person(password="hunter2-placeholder"))
    answer = scim.patch(f"/Users/{made['id']}", replace={"password": "correct horse battery"})

    assert answer.status_code == 200
    assert answer.json == made
    assert_error(scim.get("/Users", filter='password eq "x"'), 403, "sensitive")
    assert_error(scim.get("/Users", sortBy="password"), 403, "sensitive")


@pytest.mark.parametrize("provider", ["okta", "entra"])
@pytest.mark.parametrize("operation", [
    op("remove", "active"), op("replace", "active", ""), op("replace", None, {"active": None}),
])  # fmt: skip
def test_nobody_is_let_in_again_by_an_identity_provider_that_leaves_active_empty(account, provider, operation):
    scim = account.scim(provider)
    made = create(scim, person(active=False))

    answer = scim.patch(f"/Users/{made['id']}", operation)

    assert answer.json == made


@on_both
def test_the_strict_preset_shows_no_active_after_it_was_taken_away(account):
    scim = account.scim("strict")
    made = create(scim, person(active=False))
    path = f"/Users/{made['id']}"

    answer = scim.patch(path, op("remove", "active"))

    assert "active" not in answer.json
    assert seen_by_scim(account.scope, made["id"]).active
    assert scim.get("/Users", filter=f'id eq "{made["id"]}" and not (active pr)').json["totalResults"] == 1
    assert scim.patch(path, op("replace", "active", True)).json["active"] is True


def test_an_entra_tombstone_is_no_address_to_take_over(account):
    entra = account.scim("entra")
    made = create(entra, person())
    address = made["emails"][0]["value"]
    tombstone = "0123456789abcdef0123456789abcdef" + address

    answer = entra.patch(
        f"/Users/{made['id']}",
        op("Replace", None, {"active": "False", "userName": tombstone}),
        op("Replace", 'emails[type eq "work"].value', tombstone),
    )

    assert (answer.json["active"], answer.json["userName"]) == (False, tombstone)
    assert answer.json["emails"][0]["value"] == address


@on_both
def test_what_a_patch_ignores_is_told_in_the_log(scim, account, page):
    """A namespace with another Account ID in a value without a path was dropped without a word."""
    made = create(scim, person("Nia", "Namespace"))
    foreign = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"

    scim.patch(f"/Users/{made['id']}", replace={foreign: {"site": "Lyon"}, "title": "Chef"})
    scim.patch(f"/Users/{made['id']}", replace={f"{foreign}:site": "Lyon", "shoeSize": "42"})

    log = page("/provisioning/log?result=warned").text
    assert log.count("Account ID") >= 2 or log.count(foreign) >= 2
    assert scim.get(f"/Users/{made['id']}").json["title"] == "Chef"
