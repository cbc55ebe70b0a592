"""What /Schemas says is what the server does: every characteristic of every attribute is tried against the application.

The attributes are those of /Schemas itself, custom fields of every type among them, so a new attribute is tried from the day
it is listed. People are those of the strict preset, which takes nothing beside the standard.
"""

import itertools
from dataclasses import dataclass

import pytest

from scimapp.directory.fields.field_types import FIELD_TYPES
from tests.conformance.full_bodies import CERTIFICATE
from tests.scim_api.bodies import CORE, ENTERPRISE, GROUP, create, extension, group, person

WRONG = {
    "string": ({"a": 1}, [["x"]], True), "reference": ({"a": 1}, 5), "boolean": ("perhaps", 5), "integer": (4.5, "4", "x"),
    "decimal": ("x", True), "dateTime": ("2026-11-23", 5), "binary": ("!", 5), "complex": (5, [5]),
}  # fmt: skip
# Values of texts that have a form of their own, two each.
FORMED = {
    "email": ("An@forms.example", "bo@forms.example"),
    "url": ("https://forms.example/A", "https://forms.example/b"), "phone": ("+1 201 555 0123", "+1 201 555 0124"),
    "date": ("2026-11-23", "2026-11-24"), "ims.value": ("ann", "bob"),
}  # fmt: skip
_numbers = itertools.count(1)
sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Place:
    """An attribute, or a part of one, as /Schemas tells of it."""

    urn: str
    attribute: dict
    part: dict | None = None

    @property
    def told(self):
        return self.part or self.attribute

    @property
    def short(self):
        return self.attribute["name"] + (f".{self.part['name']}" if self.part else "")

    @property
    def path(self):
        return f"{self.urn}:{self.short}"

    @property
    def is_read_only(self):
        return "readOnly" in (self.attribute["mutability"], self.told["mutability"])

    @property
    def is_plain(self):
        """Whether a client writes it and reads it again as any other value; names of people and managers are not so."""
        is_kept = self.told["returned"] == "default" and not self.is_read_only
        return is_kept and self.short not in ("userName", "active", "manager", "manager.value", "manager.$ref")

    def body(self, value):
        """The attributes of a person with ``value`` here."""
        if self.part:
            value = {self.part["name"]: value}
        if self.attribute["multiValued"] and not isinstance(value, list):
            value = [value]
        return {self.attribute["name"]: value} if self.urn == CORE else {self.urn: {self.attribute["name"]: value}}

    def shown(self, resource):
        """The value here in an answer, of the first element where there are several; None for none."""
        holder = resource if self.urn == CORE else resource.get(self.urn, {})
        value = holder.get(self.attribute["name"])
        if self.part:
            value = value[0] if isinstance(value, list) else value
            value = None if value is None else value.get(self.part["name"])
        return value

    def sample(self, number=0):
        """A value of the right type; another one for another number."""
        return sample(self.told, self.short, number)


def sample(told, short, number):
    if told["type"] == "complex":
        parts = [
            part for part in told["subAttributes"] if part["mutability"] != "readOnly" and part["name"] != "primary"
        ]
        return {part["name"]: sample(part, f"{short}.{part['name']}", number) for part in parts}
    if "canonicalValues" in told:
        return told["canonicalValues"][number % len(told["canonicalValues"])]
    if short == "emails.value":
        return f"An{next(_numbers)}@forms.example"  # of one person alone
    if short in FORMED:
        return FORMED[short][number]
    return {
        "string": f"Va{number}lue", "reference": f"https://forms.example/Va{number}lue", "boolean": number == 0,
        "integer": number, "decimal": number + 0.5, "dateTime": f"2026-11-2{number}T09:30:00Z", "binary": CERTIFICATE,
    }[told["type"]]  # fmt: skip


@pytest.fixture
def places(strict, account, make_field, make_user, monkeypatch):
    """Every Place of a person, with a custom field of every type and every one of several values."""
    monkeypatch.setitem(FORMED, "user", tuple(make_user().scim_id for _ in range(2)))
    for name, kind in FIELD_TYPES.items():
        make_field(name, name, choices=["Small", "Large"] if kind.has_choices else ())
        if kind.may_be_multi_valued:
            make_field(f"{name}s", name, multi_valued=True)
    found = []
    for urn in (CORE, ENTERPRISE, extension(account)):
        for attribute in strict.get(f"/Schemas/{urn}").json["attributes"]:
            found.append(Place(urn, attribute))
            found += [Place(urn, attribute, part) for part in attribute.get("subAttributes", ())]
    assert len(found) > 80
    return found


def refusals(answer):
    return answer.status_code, answer.json.get("scimType")


@sqlite_only
def test_types_are_as_told(strict, places):
    """A value of the type is kept as it is; one of another type is invalidValue."""
    for place in places:
        if place.is_plain:
            value = place.sample()
            shown = place.shown(create(strict, person(**place.body(value))))
            assert shown == ([value] if place.attribute["multiValued"] and not place.part else value), place.path
            assert place.told["type"] == "complex" or type(shown[0] if isinstance(shown, list) else shown) is type(
                value
            )
        if not place.is_read_only and place.told["mutability"] != "writeOnly":
            for wrong in WRONG[place.told["type"]]:
                answer = strict.post("/Users", person(**place.body(wrong)))
                assert refusals(answer) == (400, "invalidValue"), (place.path, wrong)


@sqlite_only
def test_attributes_of_several_values_take_several_and_others_one(strict, places):
    """multiValued: a list comes back as a list; where it is false two values are refused."""
    for place in places:
        if not place.is_plain or place.part:
            continue
        two = [place.sample(0), place.sample(1)]
        answer = strict.post("/Users", person(**place.body(two)))
        if place.attribute["multiValued"]:
            assert len(place.shown(answer.json)) == 2, place.path
        else:
            assert refusals(answer) == (400, "invalidValue"), place.path


@sqlite_only
def test_mutability_is_as_told(strict, places):
    """readWrite values can be changed and removed; readOnly ones are ignored in bodies and refused in paths."""
    path = f"/Users/{create(strict, person())['id']}"
    for place in places:
        told = place.told["mutability"]
        assert told in ("readOnly", "readWrite", "writeOnly"), place.path
        if place.is_read_only:
            sent = place.sample()
            assert place.shown(create(strict, person(**place.body(sent)))) != sent, place.path
            for op in ("add", "replace", "remove"):
                answer = strict.patch(path, {"op": op, "path": place.path, "value": sent})
                assert refusals(answer) == (400, "mutability"), place.path
        elif told == "writeOnly":
            assert strict.patch(path, {"op": "replace", "path": place.path, "value": "x"}).status_code == 200
        elif place.is_plain:
            for number in (0, 1):
                value = (
                    [place.sample(number)]
                    if place.attribute["multiValued"] and not place.part
                    else place.sample(number)
                )
                changed = strict.patch(path, {"op": "replace", "path": place.path, "value": value})
                assert changed.status_code == 200, (place.path, changed.text)
                assert place.shown(changed.json) == value, place.path
            assert place.shown(strict.patch(path, {"op": "remove", "path": place.path}).json) is None, place.path


@sqlite_only
def test_returned_is_as_told(strict, places):
    """default values come unless they are left out, never ones not even by name."""
    assert {place.told["returned"] for place in places} >= {"default", "never"}
    for place in places:
        if place.told["returned"] == "never":
            made = create(strict, person(**place.body("s3cret-word")))
            assert "s3cret" not in strict.get(f"/Users/{made['id']}", attributes=place.path).text
        elif place.is_plain:
            path = f"/Users/{create(strict, person(**place.body(place.sample())))['id']}"
            assert place.shown(strict.get(path).json) is not None, place.path
            assert place.shown(strict.get(path, attributes=place.path).json) is not None, place.path
            assert place.shown(strict.get(path, excludedAttributes=place.path).json) is None, place.path


@sqlite_only
def test_required_is_as_told(strict, places):
    """A required attribute is missed and cannot be removed; without the others a person is made."""
    required = [place for place in places if place.told["required"]]
    least = {"schemas": [CORE]} | {place.attribute["name"]: "least@required.example" for place in required}

    made = create(strict, least)
    for place in required:
        without = {name: value for name, value in least.items() if name != place.attribute["name"]}
        assert refusals(strict.post("/Users", without)) == (400, "invalidValue")
        answer = strict.patch(f"/Users/{made['id']}", {"op": "remove", "path": place.path})
        assert refusals(answer) == (400, "mutability")


def test_letter_case_counts_as_told(strict, places):
    """caseExact: a filter in other letters finds a value exactly when the schema says that letters do not count."""
    for place in places:
        if (
            place.told["type"] not in ("string", "reference")
            or not place.is_plain
            or not place.sample().swapcase().strip("0")
        ):
            continue
        value = place.sample()
        made = create(strict, person(**place.body(value)))
        for spelling, finds in ((value, True), (value.swapcase(), not place.told["caseExact"])):
            text = f'{place.path} eq "{spelling}" and id eq "{made["id"]}"'
            found = strict.get("/Users", filter=text)
            assert found.status_code == 200, found.text
            assert (found.json["totalResults"] == 1) is (finds or spelling == value), text


@sqlite_only
def test_uniqueness_is_as_told(strict, places):
    """A second value of a unique attribute is a conflict, of any other one it is not."""
    assert [place.path for place in places if place.told.get("uniqueness") == "server"] != []
    for place in places:
        if place.told.get("uniqueness") == "server":
            first = create(strict, person())
            answer = strict.post("/Users", person(**{place.attribute["name"]: place.shown(first)}))
            assert refusals(answer) == (409, "uniqueness"), place.path
        elif place.is_plain and place.attribute["name"] != "emails" and place.told["type"] != "complex":
            for _ in range(2):
                create(strict, person(**place.body(place.sample())))


@sqlite_only
def test_canonical_values_are_as_told(strict, places):
    """A canonical value in other letters comes back as the schema spells it."""
    told = [
        (place, place.told["canonicalValues"])
        for place in places
        if place.is_plain and place.told.get("canonicalValues")
    ]
    assert told
    for place, words in told:
        for word in words[:8]:
            assert place.shown(create(strict, person(**place.body(word.swapcase())))) in (word, [word]), place.path


@sqlite_only
def test_what_is_told_of_others_is_returned_as_told(account, strict):
    """The names of managers and members: by default, or on request, as this client's /Schemas says."""
    boss = create(strict, person())
    for scim in (strict, account.scim("generic"), account.scim("entra")):
        one = create(scim, person(**{ENTERPRISE: {"manager": {"value": boss["id"]}}}))
        team = create(scim, group(scim.provider, one["id"]), "/Groups")
        for urn, name, path, holder in (
            (ENTERPRISE, "manager", f"/Users/{one['id']}", lambda item: item[ENTERPRISE]["manager"]),
            (GROUP, "members", f"/Groups/{team['id']}", lambda item: item["members"][0]),
        ):
            told = next(item for item in scim.get(f"/Schemas/{urn}").json["attributes"] if item["name"] == name)
            for part in told["subAttributes"]:
                shown = part["name"] in holder(scim.get(path).json)
                assert shown is (part["returned"] == "default"), (scim.provider, name, part["name"])
                asked = scim.get(path, attributes=f"{urn}:{name}.{part['name']}").json
                assert part["name"] in holder(asked), (scim.provider, name, part["name"])


def test_groups_are_as_told(strict):
    """The same for groups: the name is required, members come and go, their parts are immutable or readOnly."""
    told = {item["name"]: item for item in strict.get(f"/Schemas/{GROUP}").json["attributes"]}
    made = create(strict, person())
    team = create(strict, group("Team", made["id"]), "/Groups")
    path = f"/Groups/{team['id']}"

    assert [name for name, item in told.items() if item["required"]] == ["displayName"]
    assert refusals(strict.post("/Groups", {"schemas": [GROUP]})) == (400, "invalidValue")
    assert refusals(strict.post("/Groups", group("x") | {"members": 5})) == (400, "invalidValue")
    assert refusals(strict.post("/Groups", group(["a", "b"]))) == (400, "invalidValue")
    assert strict.get("/Groups", filter='displayName eq "TEAM"').json["totalResults"] == 1
    for part in told["members"]["subAttributes"]:
        assert part["mutability"] in ("immutable", "readOnly")
        target = f'members[value eq "{made["id"]}"].{part["name"]}'
        assert refusals(strict.patch(path, {"op": "replace", "path": target, "value": "Group"})) == (400, "mutability")
        assert (part["name"] in team["members"][0]) is (part["returned"] == "default"), part["name"]
    assert "display" in strict.get(path, attributes="members.display").json["members"][0]
    assert not strict.patch(path, {"op": "remove", "path": "members"}).json.get("members")
