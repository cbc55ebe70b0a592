"""One account never reaches another over SCIM: the same 404, byte for byte, whatever is tried (security I1–I10)."""

import pytest

from tests.scim_api.bodies import assert_error, create, group, person


@pytest.fixture
def other(make_account):
    """Another account with a person and a group in it."""
    account = make_account("Globex")
    scim = account.scim()
    made = create(scim, person("Hidden", "Person", externalId="x1", title="Secret"))
    return account, scim, made, create(scim, group("Hidden group", made["id"]), "/Groups")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("condition", [{}, {"If-Match": "*"}, {"If-None-Match": "*"}, {"If-Match": 'W/"1"'}])
def test_a_foreign_id_is_like_one_that_never_existed(scim, other, method, condition):
    _, _, user, team = other
    for noun, foreign, body in (("Users", user["id"], person()), ("Groups", team["id"], group("G"))):
        sent = {"PUT": body, "PATCH": {"schemas": [], "Operations": [{"op": "remove", "path": "title"}]}}.get(method)
        answers = [
            scim.open(method, f"/{noun}/{resource_id}", sent, condition)
            for resource_id in (foreign, "00000000-0000-4000-8000-000000000000")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].data == answers[1].data


def test_lists_filters_and_totals_see_their_own_only(scim, other):
    for text in ('title eq "Secret"', 'externalId eq "x1"', "userName pr", f'id eq "{other[2]["id"]}"',
                 'groups.display eq "Hidden group"', 'not (title eq "x")'):  # fmt: skip
        assert "Hidden" not in scim.get("/Users", filter=text).text
    assert scim.get("/Users").json["totalResults"] == 1
    assert scim.get("/Groups").json["totalResults"] == 0
    assert scim.get("/Groups", filter=f'members.value eq "{other[2]["id"]}"').json["totalResults"] == 0


def test_foreign_people_cannot_be_pulled_into_a_group(scim, other):
    made = create(scim, group("G", other[2]["id"]), "/Groups")
    path = f"/Groups/{made['id']}"

    for operation in ({"op": "add", "path": "members", "value": [{"value": other[2]["id"]}]},
                      {"op": "replace", "path": "members", "value": [{"value": other[2]["id"]}]}):  # fmt: skip
        assert scim.patch(path, operation).json["members"] == []


def test_names_and_ids_in_use_elsewhere_are_free_here(scim, other):
    copy = {name: value for name, value in other[2].items() if name not in ("id", "meta", "groups")}

    assert scim.post("/Users", copy).status_code == 201
    assert scim.post("/Groups", group("Hidden group")).status_code == 201


def test_a_token_on_another_accounts_address_is_401(scim, other):
    stranger = other[1].with_token(scim.token)

    for path in ("/Users", f"/Users/{other[2]['id']}", "/Schemas", "/nothing"):
        assert_error(stranger.get(path), 401)
