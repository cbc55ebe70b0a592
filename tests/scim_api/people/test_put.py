"""PUT: what a body replaces, what it need not mention, and that an echo changes nothing (docs/scim.md has the table)."""

import pytest

from scimapp.directory.accounts.accounts import change_options
from tests.scim_api.bodies import ENTERPRISE, assert_error, create, extension, group, person
from tests.support.databases import on_both


@pytest.fixture
def rich(account, make_field):
    """``rich(scim)``: somebody with values everywhere."""
    make_field("EmpCode")
    make_field("Badge", "integer")

    def made(scim):
        body = person("Ada", "Lovelace", externalId="00u1", title="Countess", nickName="Ada")
        body[ENTERPRISE] = {"department": "Research", "costCenter": "4130"}
        body[extension(account)] = {"EmpCode": "E1", "Badge": 0}
        return create(scim, body)

    return made


@pytest.mark.parametrize("provider", ["okta", "entra", "onelogin", "generic", "strict"])
def test_a_put_of_our_own_answer_changes_nothing(account, rich, provider):
    scim = account.scim(provider)
    made = rich(scim)
    create(scim, group("Mathematicians", made["id"]), "/Groups")
    path = f"/Users/{made['id']}"
    before = scim.get(path)

    after = scim.put(path, before.json)

    assert after.status_code == 200
    assert after.json == before.json
    assert after.headers["ETag"] == before.headers["ETag"]


def test_core_attributes_that_are_not_mentioned_are_cleared(scim, rich):
    made = rich(scim)
    body = person(userName=made["userName"], emails=made["emails"])

    after = scim.put(f"/Users/{made['id']}", body).json

    assert not {"title", "nickName", "externalId"} & set(after)
    assert after["name"] == {"givenName": "Jane", "familyName": "Doe"}


@pytest.mark.parametrize("was", [True, False])
@pytest.mark.parametrize("sent", [{}, {"active": None}])
def test_active_stays_when_it_is_not_mentioned(scim, was, sent):
    made = create(scim, person(active=was))
    body = {name: value for name, value in made.items() if name != "active"} | sent

    assert scim.put(f"/Users/{made['id']}", body).json["active"] is was


def test_a_strict_put_takes_active_away_by_null_alone(scim):
    strict = scim.for_provider("strict")
    made = create(strict, person(active=False))
    body = {name: value for name, value in made.items() if name != "active"}

    assert strict.put(f"/Users/{made['id']}", body).json["active"] is False
    assert "active" not in strict.put(f"/Users/{made['id']}", body | {"active": None}).json


@pytest.mark.parametrize("provider, kept", [("okta", True), ("entra", True), ("generic", True), ("strict", False)])
def test_containers_that_are_not_mentioned(account, rich, provider, kept):
    scim = account.scim(provider)
    made = rich(scim)
    body = {name: value for name, value in made.items() if not name.startswith("urn:")}

    after = scim.put(f"/Users/{made['id']}", body).json

    assert (ENTERPRISE in after) is kept
    assert after[extension(account)] == {"EmpCode": "E1", "Badge": 0}


@on_both
def test_an_account_may_let_a_put_clear_its_own_attributes(scim, account, rich):
    change_options(account.scope, put_clears_extension=True)
    made = rich(scim)
    body = {name: value for name, value in made.items() if not name.startswith("urn:")}

    after = scim.put(f"/Users/{made['id']}", body).json

    assert extension(account) not in after
    assert ENTERPRISE in after


@pytest.mark.parametrize("empty", [None, {}, [], {"EmpCode": None, "Badge": None}, {"EmpCode": ""}])
def test_a_container_that_is_emptied_is_cleared(scim, account, rich, empty):
    made = rich(scim)

    after = scim.put(f"/Users/{made['id']}", made | {extension(account): empty, ENTERPRISE: None}).json

    assert extension(account) not in after
    assert ENTERPRISE not in after
    assert len(after["schemas"]) == 1


def test_what_is_missing_in_a_container_is_cleared(scim, account, rich):
    made = rich(scim)

    after = scim.put(f"/Users/{made['id']}", made | {extension(account): {"Badge": 7}}).json

    assert after[extension(account)] == {"Badge": 7}


@pytest.mark.parametrize("empty", [None, [], ""])
def test_null_and_empty_clear(scim, empty):
    made = create(scim, person(title="Clerk", phoneNumbers=[{"value": "1"}]))

    after = scim.put(f"/Users/{made['id']}", made | {"title": empty or None, "phoneNumbers": empty}).json

    assert not {"title", "phoneNumbers"} & set(after)


def test_an_unknown_id_is_404_and_creates_nothing(scim):
    assert_error(scim.put("/Users/nobody", person(userName="new@x.example")), 404)
    assert scim.get("/Users").json["totalResults"] == 1


@pytest.mark.parametrize("noun", ["Users", "Groups"])
def test_an_unknown_id_is_404_whatever_the_body(scim, noun):
    assert_error(scim.put(f"/{noun}/nobody", {"schemas": 7}), 404)
    assert_error(scim.patch(f"/{noun}/nobody", body={"Operations": [{"op": "fly"}]}), 404)


def test_a_put_without_a_user_name_is_refused_and_changes_nothing(scim):
    made = create(scim, person())

    assert_error(scim.put(f"/Users/{made['id']}", {"schemas": made["schemas"], "title": "x"}), 400, "invalidValue")
    assert scim.get(f"/Users/{made['id']}").json == made


@on_both
def test_a_name_of_somebody_else_is_a_conflict(scim):
    first, second = create(scim, person()), create(scim, person())

    answer = scim.put(f"/Users/{second['id']}", second | {"userName": first["userName"].upper()})

    assert_error(answer, 409, "uniqueness")
    assert scim.get(f"/Users/{second['id']}").json == second


def test_the_own_name_in_another_case_is_no_conflict(scim):
    made = create(scim, person())

    assert scim.put(f"/Users/{made['id']}", made | {"userName": made["userName"].upper()}).json["userName"] == (
        made["userName"].upper()
    )


def test_a_formatted_name_goes_with_the_last_part_that_it_could_be_made_of(scim):
    made = create(scim, person() | {"name": {"familyName": "King", "formatted": "King"}})

    after = scim.patch(f"/Users/{made['id']}", {"op": "remove", "path": "name.familyName"}).json

    assert "name" not in after  # it was {"formatted": ""}, which is no value and came back from no PUT
    assert after == scim.put(f"/Users/{made['id']}", after).json


def test_an_echoed_formatted_name_is_made_again_beside_a_new_given_name(scim):
    made = create(scim, person() | {"name": {"givenName": "Ada", "familyName": "King", "formatted": "Ada King"}})

    after = scim.put(f"/Users/{made['id']}", made | {"name": made["name"] | {"givenName": "Augusta"}}).json

    assert after["name"]["formatted"] == "Augusta King"
    assert after["displayName"] == "Augusta King"


def test_a_display_name_that_was_made_is_made_again_although_it_is_echoed(scim):
    made = create(scim, person("Ada", "King"))

    after = scim.put(f"/Users/{made['id']}", made | {"name": {"givenName": "Augusta", "familyName": "King"}}).json

    assert after["displayName"] == "Augusta King"


def test_a_display_name_that_was_made_is_kept_where_it_is_meant(scim, account):
    """Where no name is left, from a client that takes the standard by the letter, and in a PATCH that names it."""
    made = create(scim, person("Ada", "King"))
    path, renamed = f"/Users/{made['id']}", {"givenName": "Augusta", "familyName": "Byron"}

    assert account.scim("strict").put(path, made | {"name": renamed}).json["displayName"] == "Ada King"
    made = create(scim, person("Ada", "King"))
    path = f"/Users/{made['id']}"
    operations = [{"op": "replace", "value": {"displayName": "Ada King", "name": renamed}}]
    assert scim.patch(path, *operations).json["displayName"] == "Ada King"
    made = create(scim, person("Ada", "King"))
    assert scim.put(f"/Users/{made['id']}", made | {"name": None}).json["displayName"] == "Ada King"


def test_a_renamed_person_is_found_by_the_new_name_only(scim):
    made = create(scim, person())
    scim.put(f"/Users/{made['id']}", made | {"userName": "new.name@x.example"})

    assert scim.get("/Users", filter=f'userName eq "{made["userName"]}"').json["totalResults"] == 0
    assert scim.get("/Users", filter='userName eq "new.name@x.example"').json["totalResults"] == 1


@pytest.mark.parametrize("provider, kept", [("okta", True), ("generic", True), ("strict", False)])
def test_a_group_without_members_in_the_body(account, make_user, provider, kept):
    scim = account.scim(provider)
    made = create(scim, group("G", make_user().scim_id), "/Groups")

    after = scim.put(f"/Groups/{made['id']}", {"schemas": made["schemas"], "displayName": "H"}).json

    assert after["displayName"] == "H"
    assert bool(after["members"]) is kept


@pytest.mark.parametrize("empty", [None, []])
def test_a_group_with_empty_members_is_emptied(scim, make_user, empty):
    made = create(scim, group("G", make_user().scim_id), "/Groups")

    assert scim.put(f"/Groups/{made['id']}", made | {"members": empty}).json["members"] == []


def test_a_put_replaces_the_members_and_an_echo_changes_nothing(scim, make_user):
    one, two = make_user(), make_user()
    made = create(scim, group("G", one.scim_id), "/Groups")
    path = f"/Groups/{made['id']}"

    assert scim.put(path, made).headers["ETag"] == made["meta"]["version"]
    after = scim.put(path, made | {"members": [{"value": two.scim_id, "display": None}]}).json

    assert [member["value"] for member in after["members"]] == [two.scim_id]
