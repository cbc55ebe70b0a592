"""Changing in parts (R-120 … R-142)."""

import pytest
from sqlalchemy import func

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.model import OutboxMail
from scimapp.scim_api import resources
from tests.scim_api.bodies import CORE, ENTERPRISE, PATCH_OP, assert_error, create, extension, group, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WORK = {"value": "ann@work.example", "type": "work", "primary": True}
HOME = {"value": "ann@home.example", "type": "home"}


@pytest.fixture
def ann(strict):
    """A person; ``ann(operation, …)`` changes them by the standard alone and gives the answer."""
    made = create(strict, person("Ann", "Lee", title="Cook", emails=[WORK, HOME]) | {ENTERPRISE: {"department": "Bar"}})
    path = f"/Users/{made['id']}"

    def change(*operations):
        return strict.patch(path, *operations)

    change.made, change.path, change.get = made, path, lambda: strict.get(path).json
    return change


def written(scope):
    """How many mails and records there are."""
    return tuple(db.session.scalar(scope.select(model, func.count())) for model in (OutboxMail, AuditEntry))


@sqlite_only
def test_R_120_a_patch_has_its_urn_and_operations(strict, ann):
    """The body names PatchOp and has operations, each add, remove or replace; anything else is invalidSyntax."""
    one = {"op": "replace", "path": "title", "value": "Chef"}
    for body in (
        {"Operations": [one]}, {"schemas": [], "Operations": [one]}, {"schemas": [CORE], "Operations": [one]},
        {"schemas": [PATCH_OP]}, {"schemas": [PATCH_OP], "Operations": []}, {"schemas": [PATCH_OP], "Operations": one},
        {"schemas": [PATCH_OP], "Operations": [one | {"op": "move"}]}, {"schemas": [PATCH_OP], "Operations": ["x"]},
        {"schemas": [PATCH_OP], "Operations": [{"path": "title", "value": "x"}]},
    ):  # fmt: skip
        assert_error(strict.patch(ann.path, body=body), 400, "invalidSyntax")
    assert ann.get() == ann.made


@sqlite_only
def test_R_121_operations_run_in_order(ann):
    """Each operation works on the result of the one before."""
    after = ann(
        {"op": "replace", "path": "title", "value": "Chef"},
        {"op": "add", "path": "emails", "value": [{"value": "x@y.example", "type": "other"}]},
        {"op": "replace", "path": 'emails[type eq "other"].value', "value": "z@y.example"},
        {"op": "remove", "path": "title"},
    ).json

    assert "title" not in after
    assert after["emails"][-1] == {"value": "z@y.example", "type": "other"}


def test_R_122_all_operations_or_none(ann, strict, account, make_user):
    """When one operation fails, none has been carried out and nobody was written to."""
    good = {"op": "replace", "path": "title", "value": "Chef"}
    for bad in (
        {"op": "replace", "path": "userName", "value": None}, {"op": "remove", "path": "robot"},
        {"op": "replace", "path": 'emails[type eq "fax"].value', "value": "x"}, {"op": "add", "path": "id", "value": "x"},
    ):  # fmt: skip
        answer = ann(good, {"op": "remove", "path": "emails"}, bad)
        assert_error(answer, 400, answer.json["scimType"], "operation 3")
        assert ann.get() == ann.made
    team = create(strict, group("Team", ann.made["id"]), "/Groups")
    path = f"/Groups/{team['id']}"
    refused = strict.patch(path, {"op": "remove", "path": "members"}, {"op": "remove", "path": "displayName"})
    assert refused.status_code == 400
    assert strict.get(path).json == team

    known = make_user()  # somebody who is written to when the address changes
    path = f"/Users/{known.scim_id}"
    assert strict.patch(path, good).status_code == 200
    before = written(account.scope)
    move = {"op": "replace", "path": "emails", "value": [{"value": "new@work.example", "primary": True}]}
    assert strict.patch(path, move, {"op": "remove", "path": "robot"}).status_code == 400
    assert strict.patch(path, move, {"op": "add", "path": "active", "value": "perhaps"}).status_code == 400
    assert written(account.scope) == before
    assert strict.patch(path, move).status_code == 200
    assert all(now > then for now, then in zip(written(account.scope), before, strict=True))


@sqlite_only
def test_R_123_paths(ann, strict):
    """attr, attr.sub, attr[filter], attr[filter].sub, all with URNs; a bad path is invalidPath, a bad filter invalidFilter."""
    for path, value in (
        ("title", "A"), ("name.givenName", "B"), (f"{CORE}:title", "C"), (f"{CORE}:name.familyName", "D"),
        (f"{ENTERPRISE}:department", "E"), ('emails[type eq "home"].display', "F"), (f'{CORE}:emails[type eq "home"].display', "G"),
        (CORE, {"nickName": "X"}), ('emails[type eq "home" and not (primary eq true)]', HOME), (f"{ENTERPRISE}:manager.value", "42"), (CORE.upper() + ":TITLE", "H"),
    ):  # fmt: skip
        assert ann({"op": "replace", "path": path, "value": value}).status_code == 200, path
    after = ann.get()
    assert (after["title"], after["name"]["givenName"], after["name"]["familyName"]) == ("H", "B", "D")
    assert after["nickName"] == "X"
    assert ann({"op": "add", "value": {CORE: {"nickName": "Y"}}}).json["nickName"] == "Y"
    assert after[ENTERPRISE] == {"department": "E", "manager": {"value": "42"}}
    for bad in (
        "robot",
        "name.robot",
        "emails[",
        'emails[type eq "x"]x',
        "title.x",
        "urn:nobody:title",
        'title[value eq "x"]',
        "a b",
        "$",
    ):
        assert_error(ann({"op": "replace", "path": bad, "value": "x"}), 400, "invalidPath")
    for bad in ("emails[type eq]", 'emails[robot eq "x"]', "emails[type ~ 5]", "emails[]"):
        assert_error(ann({"op": "replace", "path": bad, "value": "x"}), 400, "invalidFilter")


@sqlite_only
def test_R_124_mutability_and_type_are_kept(ann):
    """A readOnly target is mutability, a value of the wrong type invalidValue."""
    for op in ("add", "replace", "remove"):
        for path in (
            "id",
            "meta",
            "meta.created",
            "groups",
            'groups[value eq "x"]',
            f"{ENTERPRISE}:manager.displayName",
            "schemas",
        ):
            assert_error(ann({"op": op, "path": path, "value": "x"}), 400, "mutability")
    for path, value in (("active", "x"), ("name", "Ann"), ("title", {"a": 1}), ("emails", 5), ("emails.primary", "no")):
        assert_error(ann({"op": "replace", "path": path, "value": value}), 400, "invalidValue")
    assert_error(ann({"op": "replace", "value": {"id": "other"}}), 400, "mutability")
    assert ann.get() == ann.made


@sqlite_only
def test_R_125_a_new_primary_value_takes_the_mark(ann):
    """Setting primary on one value clears it on the others, however it is set."""

    def primary():
        return [item["value"] for item in ann.get()["emails"] if item.get("primary")]

    ann({"op": "replace", "path": 'emails[type eq "home"].primary', "value": True})
    assert primary() == [HOME["value"]]
    ann({"op": "add", "path": "emails", "value": [{"value": "new@x.example", "primary": True}]})
    assert primary() == ["new@x.example"]
    ann({"op": "add", "value": {"emails": [{"value": "newer@x.example", "primary": True}]}})
    assert primary() == ["newer@x.example"]
    ann({"op": "add", "path": 'emails[type eq "work"]', "value": {"primary": True}})
    assert primary() == [WORK["value"]]
    assert_error(ann({"op": "replace", "path": "emails.primary", "value": True}), 400, "invalidValue", says="once only")
    assert primary() == [WORK["value"]]
    ann({"op": "remove", "path": "emails[primary eq false]"})
    assert [item["value"] for item in ann.get()["emails"]] == [WORK["value"]]
    ann({"op": "replace", "path": "emails.primary", "value": False})
    assert primary() == []


@sqlite_only
def test_R_126_schemas_follow_the_extensions(ann, account, make_field):
    """schemas gains the URN of an extension with its first value and loses it with the last."""
    make_field("EmpCode")
    own = extension(account)

    assert own in ann({"op": "add", "path": f"{own}:EmpCode", "value": "E1"}).json["schemas"]
    assert own not in ann({"op": "remove", "path": f"{own}:EmpCode"}).json["schemas"]
    assert ENTERPRISE not in ann({"op": "remove", "path": f"{ENTERPRISE}:department"}).json["schemas"]
    assert ENTERPRISE in ann({"op": "add", "value": {ENTERPRISE: {"division": "N"}}}).json["schemas"]
    assert own in ann({"op": "add", "path": own, "value": {"EmpCode": "E2"}}).json["schemas"]
    assert own not in ann({"op": "replace", "path": own, "value": {"EmpCode": None}}).json["schemas"]


def test_R_127_what_a_patch_answers(scim, make_user, monkeypatch):
    """200 with the whole resource; a group of many members 204, but 200 where attributes are asked for."""
    members = [make_user().scim_id for _ in range(3)]
    team = create(scim, group("Team", *members[:2]), "/Groups")
    path = f"/Groups/{team['id']}"

    changed = scim.patch(path, replace={"displayName": "New"})
    assert (changed.status_code, changed.json["displayName"]) == (200, "New")
    short = scim.patch(f"{path}?attributes=displayName", replace={"displayName": "Newer"})
    assert (short.status_code, short.json.keys()) == (200, {"schemas", "id", "displayName"})

    assert resources.MEMBERS_SHOWN == 200  # as docs/scim.md says
    monkeypatch.setattr(resources, "MEMBERS_SHOWN", 2)
    one_more = {"op": "add", "path": "members", "value": [{"value": members[2]}]}
    assert scim.patch(path, one_more | {"value": [{"value": members[0]}]}).status_code == 200
    many = scim.patch(path, one_more)
    assert (many.status_code, many.data) == (204, b"")
    known = {"If-Match": many.headers["ETag"]}
    assert [scim.patch(path, replace={"displayName": name}, headers=known).status_code for name in "AB"] == [204, 412]
    assert len(scim.get(path).json["members"]) == 3
    for query in ("attributes=displayName", "excludedAttributes=members"):
        asked = scim.patch(f"{path}?{query}", replace={"displayName": query})
        assert (asked.status_code, asked.json["displayName"], "members" in asked.json) == (200, query, False)
    assert scim.patch(f"/Users/{members[0]}", replace={"title": "Cook"}).json["title"] == "Cook"


@sqlite_only
def test_R_130_add(ann):
    """add needs a value; it merges objects, appends to lists, sets single values; what is there already moves no version."""
    assert_error(ann({"op": "add", "path": "title"}), 400, "invalidValue")
    assert_error(ann({"op": "add"}), 400, "invalidValue")
    merged = ann({"op": "add", "value": {"nickName": "A", "name": {"middleName": "B"}}}).json
    assert (merged["nickName"], merged["name"]) == ("A", {"givenName": "Ann", "familyName": "Lee", "middleName": "B"})
    more = ann({"op": "add", "path": "emails", "value": [{"value": "c@x.example"}]}).json
    assert more["emails"] == [WORK, HOME, {"value": "c@x.example"}]
    assert ann({"op": "add", "path": "title", "value": "Chef"}).json["title"] == "Chef"
    version = ann.get()["meta"]
    for same in ({"path": "title", "value": "Chef"}, {"path": "emails", "value": [HOME]}, {"value": {"nickName": "A"}}):
        assert ann({"op": "add"} | same).json["meta"] == version


@sqlite_only
def test_R_131_add_to_chosen_elements(scim, ann):
    """add with a filter changes the elements it chooses; where it chooses none it is noTarget."""
    after = ann({"op": "add", "path": 'emails[type eq "home"]', "value": {"display": "Home"}}).json
    assert after["emails"] == [WORK, HOME | {"display": "Home"}]
    assert (
        ann({"op": "add", "path": 'emails[type eq "home"].display', "value": "H"}).json["emails"][1]["display"] == "H"
    )
    assert_error(ann({"op": "add", "path": 'emails[type eq "fax"].value', "value": "x@y.example"}), 400, "noTarget")
    made = scim.patch(ann.path, {"op": "add", "path": 'emails[type eq "fax"].value', "value": "x@y.example"}).json
    assert made["emails"][-1] == {"type": "fax", "value": "x@y.example"}  # the other presets make the element: X-04


@sqlite_only
def test_R_135_remove(ann):
    """remove needs a path; it takes away a single value, all of several, those a filter chooses, or a part of them."""
    assert_error(ann({"op": "remove"}), 400, "noTarget")
    assert "title" not in ann({"op": "remove", "path": "title"}).json
    assert ann({"op": "remove", "path": 'emails[type eq "work"].primary'}).json["emails"][0].keys() == {"value", "type"}
    assert ann({"op": "remove", "path": 'emails[type eq "work"]'}).json["emails"] == [HOME]
    assert "emails" not in ann({"op": "remove", "path": 'emails[type eq "home"]'}).json
    ann({"op": "add", "path": "ims", "value": [{"value": "a"}, {"value": "b"}]})
    assert "ims" not in ann({"op": "remove", "path": "ims"}).json
    assert (
        "name" not in ann({"op": "remove", "path": "name.givenName"}, {"op": "remove", "path": "name.familyName"}).json
    )
    assert ENTERPRISE not in ann({"op": "remove", "path": f"{ENTERPRISE}:department"}).json


@sqlite_only
def test_R_136_what_is_required_cannot_be_removed(strict, ann):
    """Removing a required or readOnly attribute is mutability."""
    for path in ("userName", "id", "meta", "groups"):
        assert_error(ann({"op": "remove", "path": path}), 400, "mutability")
    team = create(strict, group("Team"), "/Groups")
    assert_error(strict.patch(f"/Groups/{team['id']}", {"op": "remove", "path": "displayName"}), 400, "mutability")


@sqlite_only
def test_R_140_replace(ann):
    """replace sets single values, replaces all of several, sets the named parts of an object, and adds what is not there."""
    assert ann({"op": "replace", "value": {"title": "Chef", "nickName": "N"}}).json["nickName"] == "N"
    assert ann({"op": "replace", "path": "emails", "value": [HOME]}).json["emails"] == [HOME]
    after = ann({"op": "replace", "path": "name", "value": {"givenName": "Anna"}}).json
    assert after["name"] == {"givenName": "Anna", "familyName": "Lee"}
    assert ann({"op": "replace", "path": "locale", "value": "en-GB"}).json["locale"] == "en-GB"
    assert ann({"op": "replace", "path": "ims", "value": [{"value": "a"}]}).json["ims"] == [{"value": "a"}]


@sqlite_only
def test_R_141_replace_chosen_elements(ann):
    """replace with a filter replaces every element it chooses, or the part named; where it chooses none it is noTarget."""
    whole = ann({"op": "replace", "path": 'emails[type eq "home"]', "value": {"value": "n@x.example", "type": "other"}})
    assert whole.json["emails"] == [WORK, {"value": "n@x.example", "type": "other"}]
    parts = ann({"op": "replace", "path": 'emails[value ew ".example"].display', "value": "D"}).json["emails"]
    assert [item["display"] for item in parts] == ["D", "D"]
    for path in ('emails[type eq "fax"]', 'emails[type eq "fax"].value'):
        assert_error(ann({"op": "replace", "path": path, "value": {"value": "x"}}), 400, "noTarget")


def test_R_142_members_come_and_go_without_reading_the_list(scim, account, statements):
    """Adding and removing a member costs the same few statements at any size of the group."""
    people = [create(scim, person(f"P{number}"))["id"] for number in range(12)]
    small, large = (
        create(scim, group(name, *members), "/Groups") for name, members in (("S", people[:2]), ("L", people[:10]))
    )
    counts = []
    for team in (small, large):
        path = f"/Groups/{team['id']}"
        scim.get(path)  # the token is known until something is written
        with statements() as log:
            scim.patch(
                f"{path}?attributes=displayName", {"op": "add", "path": "members", "value": [{"value": people[11]}]}
            )
            scim.patch(f"{path}?attributes=displayName", {"op": "remove", "path": f'members[value eq "{people[0]}"]'})
        counts.append(len(log))
        assert people[0] not in str(scim.get(path).json["members"])

    assert counts[0] == counts[1]
