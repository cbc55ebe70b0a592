"""Characteristics of attributes, and what an answer shows (R-033 … R-039)."""

from tests.scim_api.bodies import ENTERPRISE, SEARCH, assert_error, create, extension, group, person


def test_R_033_letter_case_is_kept_and_compared_as_the_schema_says(scim):
    """What was sent comes back in its letter case; only caseExact attributes compare by it."""
    made = create(scim, person(userName="Alice@X.example", title="Head Chef", externalId="Ex1"))

    assert (made["userName"], made["title"], made["externalId"]) == ("Alice@X.example", "Head Chef", "Ex1")

    def count(text):
        return scim.get("/Users", filter=text).json["totalResults"]

    assert count('userName eq "alice@x.EXAMPLE"') == count('title eq "HEAD chef"') == 1
    assert count('externalId eq "Ex1"') == count(f'id eq "{made["id"]}"') == 1
    assert count('externalId eq "EX1"') == count(f'id eq "{made["id"].swapcase()}"') == 0


def test_R_034_returned_is_honoured_everywhere(scim, strict):
    """What is returned always cannot be left out, never is never shown, on request only by name; in every answer."""
    made = create(strict, person(password="s3cret-word", title="Chef"))
    team = create(strict, group("Team", made["id"]), "/Groups")
    path, body = f"/Users/{made['id']}", person(password="s3cret-word")
    answers = [
        strict.get(path), strict.get("/Users"), strict.post("/Users", body), strict.put(path, made),
        strict.patch(path, replace={"password": "s3cret-word"}), strict.post("/Users/.search", {"schemas": [SEARCH]}),
        strict.get(""), strict.get(path, attributes="password,title"), strict.get("/Users", excludedAttributes="id,schemas"),
    ]  # fmt: skip

    for answer in answers:
        assert answer.status_code in (200, 201)
        assert "s3cret" not in answer.text
        assert '"password"' not in answer.text
        for resource in answer.json.get("Resources", [answer.json]):
            assert resource["id"]
            assert resource["schemas"]
    assert "display" not in strict.get(f"/Groups/{team['id']}").json["members"][0]
    asked = strict.get(f"/Groups/{team['id']}", attributes="members.display").json
    assert asked["members"][0]["display"] == made["displayName"]


def test_R_035_mutability_is_honoured_in_every_verb(scim, strict):
    """readOnly is ignored in POST and PUT and refused in a PATCH path; immutable parts of a member cannot be changed."""
    made = create(strict, person(groups=[{"value": "x"}]))
    team = create(strict, group("Team", made["id"]), "/Groups")
    path = f"/Users/{made['id']}"

    assert "groups" not in made
    assert strict.put(path, made | {"groups": []}).json["groups"][0]["value"] == team["id"]
    for name in ("id", "groups", "meta", "meta.created", "groups.display", f"{ENTERPRISE}:manager.displayName"):
        assert_error(strict.patch(path, {"op": "replace", "path": name, "value": "x"}), 400, "mutability")
    for sub in ("value", "$ref", "type"):
        operation = {"op": "replace", "path": f'members[value eq "{made["id"]}"].{sub}', "value": "Group"}
        assert_error(strict.patch(f"/Groups/{team['id']}", operation), 400, "mutability")


def test_R_036_unique_values_have_one_winner(scim, strict):
    """userName is unique on the server, the name of a group where the preset asks for it: the second one is 409."""
    first = create(scim, person())
    other = create(scim, person())

    assert_error(scim.post("/Users", person(userName=first["userName"].upper())), 409, "uniqueness")
    taken = {"op": "replace", "path": "userName", "value": first["userName"]}
    assert_error(scim.patch(f"/Users/{other['id']}", taken), 409, "uniqueness")
    assert_error(scim.put(f"/Users/{other['id']}", other | {"userName": first["userName"]}), 409, "uniqueness")
    create(strict, group("Crew"), "/Groups")
    assert_error(strict.post("/Groups", group("CREW")), 409, "uniqueness")


def test_R_037_answers_show_what_is_stored(scim):
    """An answer shows the resource as the server has it, not an echo: what was left out is not in it."""
    made = create(scim, person(title="  Chef  ", robots=5, active="False"))
    team = scim.post("/Groups", group("Team", made["id"], "nobody")).json

    assert made["active"] is False
    assert "robots" not in made
    assert [item["value"] for item in team["members"]] == [made["id"]]
    shown = scim.get(f"/Users/{made['id']}").json
    assert {**shown, "groups": None, "meta": None} == {**made, "groups": None, "meta": None}


def test_R_038_user_names_are_prepared_before_they_are_compared(scim):
    """userName compares by PRECIS: width, letter case and normal form make no difference."""
    create(scim, person(userName="alice@precis.example"))
    create(scim, person(userName="Ren\u00e9@precis.example"))

    for spelling in ("\uff21lice@precis.example", "ALICE@Precis.Example", "Rene\u0301@precis.example"):
        other = person(userName=spelling, emails=[{"value": "somebody@else.example"}])
        assert_error(scim.post("/Users", other), 409, "uniqueness")
        assert scim.get("/Users", filter=f'userName eq "{spelling}"').json["totalResults"] == 1


def test_R_039_unstated_characteristics_are_the_defaults(scim, account, make_field):
    """An attribute of which nothing is said is an optional text, compared without letter case, that everybody sees."""
    make_field("Plain")
    shown = scim.get(f"/Schemas/{extension(account)}").json["attributes"][0]

    assert {name: shown[name] for name in shown if name not in ("name", "description")} == {
        "type": "string", "multiValued": False, "required": False, "caseExact": False, "mutability": "readWrite",
        "returned": "default", "uniqueness": "none",
    }  # fmt: skip
    made = create(scim, person() | {extension(account): {"Plain": "Same"}})
    create(scim, person() | {extension(account): {"Plain": "same"}})
    assert made[extension(account)] == {"Plain": "Same"}
    assert scim.get("/Users", filter=f'{extension(account)}:Plain eq "SAME"').json["totalResults"] == 2
