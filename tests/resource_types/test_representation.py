"""Answers are put together from stored texts."""

from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pytest

from scimapp.directory.client_reads.groups_of_people import NONE
from scimapp.directory.client_reads.kept_members import Members
from scimapp.directory.client_reads.reading import as_read
from scimapp.directory.groups.nesting import nest
from scimapp.directory.people.profile import Profile
from scimapp.resource_types.extension import extension_of
from scimapp.resource_types.groups.group_representation import group_document, members_form
from scimapp.resource_types.representation import Addresses
from scimapp.resource_types.users.user_representation import PeopleWriter, group_forms, person_before

ADDRESSES = Addresses("https://x.example/scim/Ac1/v2")
MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def row(core='{"userName":"ada"}', **more):
    known = {
        "seq": 1, "scim_id": "s1", "id": "p1", "external_id": None, "connection_id": "okta", "display_name": "Ada King",
        "active": True, "active_unassigned": False, "version": 7, "created_at": MOMENT, "updated_at": MOMENT,
        "core": core, "enterprise": None, "custom": None,
    }  # fmt: skip
    return SimpleNamespace(**known | more)


def field(field_id, archived=False, **more):
    known = {"field_id": field_id, "type": "text", "choices": [], "multi_valued": False, "label": field_id,
             "archived_at": MOMENT if archived else None}  # fmt: skip
    return SimpleNamespace(**known | more)


def shown(stored, groups=NONE, connection_id="okta", fields=()):
    extension = extension_of("Ac1", "urn:kissflow", fields)
    return orjson.loads(PeopleWriter(ADDRESSES, extension, connection_id).document(as_read(stored), groups).text)


def test_the_least_a_person_can_be():
    assert shown(row()) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "s1",
        "userName": "ada",
        "active": True,
        "meta": {
            "resourceType": "User",
            "created": "2026-11-23T09:30:00.000Z",
            "lastModified": "2026-11-23T09:30:00.000Z",
            "location": "https://x.example/scim/Ac1/v2/Users/s1",
            "version": 'W/"7"',
        },
    }


ODD_MOMENT = MOMENT.replace(microsecond=999_999)
PEOPLE = {
    "the least": row(),
    "a name that the display name is made from": row('{"userName":"ada","name":{"givenName":"Ada"}}'),
    "a display name of one's own": row('{"userName":"ada","name":{"givenName":"A"},"displayName":"\\"Ada\\" O’King"}'),
    "an externalId": row(external_id='a"1'),
    "an externalId of another connection": row(external_id="a1", connection_id="entra"),
    "extensions": row(enterprise='{"department":"R","manager":{"value":"s2"}}', custom='{"code":"1","old":[2]}'),
    "nothing but an archived field": row(custom='{"old":[2]}'),
    "somebody inactive": row(active=False, version=12, updated_at=ODD_MOMENT),
    "somebody whose active was taken away": row(active_unassigned=True),
}


@pytest.mark.parametrize("stored", PEOPLE.values(), ids=PEOPLE)
def test_a_put_is_computed_from_what_a_client_would_read(stored):
    fields = [field("code"), field("old", archived=True)]
    extension = extension_of("Ac1", "urn:kissflow", fields)

    assert person_before(stored, Profile.load(stored), extension, ADDRESSES, "okta") == shown(stored, fields=fields)


def test_schemas_name_the_containers_that_hold_something():
    urn = "urn:kissflow:scim:schemas:extension:Ac1:2:User"
    stored = row(enterprise='{"department":"R"}', custom='{"code":"1"}')

    answer = shown(stored, fields=[field("code")])

    assert answer["schemas"][1:] == ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", urn]
    assert answer[urn] == {"code": "1"}


def test_values_of_archived_fields_are_left_out():
    stored = row(custom='{"code":"1","old":"2"}')
    urn = "urn:kissflow:scim:schemas:extension:Ac1:2:User"

    assert shown(stored, fields=[field("code"), field("old", archived=True)])[urn] == {"code": "1"}
    assert urn not in shown(stored, fields=[field("code", archived=True), field("old", archived=True)])


def test_an_external_id_is_shown_to_the_connection_that_set_it():
    assert shown(row(external_id='e"1'))["externalId"] == 'e"1'
    assert "externalId" not in shown(row(external_id="e1"), connection_id="entra")
    assert "externalId" not in shown(row(external_id="e1", connection_id=None))


@pytest.mark.parametrize(
    "core, made",
    [
        ({"userName": "a", "name": {"givenName": "Ada"}}, True),
        ({"userName": "a"}, False),
        ({"userName": "a", "displayName": "A", "name": {"givenName": "Ada"}}, False),
        ({"userName": "a", "title": '"displayName":', "name": {"givenName": "Ada"}}, True),
        ({"userName": "a", "title": '{"name":{'}, False),
        ({"userName": "a", "title": '\\"name":{"'}, False),
    ],
)
def test_whether_a_display_name_is_made_is_told_from_the_text(core, made):
    text = orjson.dumps(core).decode()

    assert (shown(row(text)).get("displayName") == "Ada King") is made


def test_groups_and_members_have_addresses():
    direct, indirect = group_forms(ADDRESSES)
    groups = b",".join((direct.named("g1", 'The "best"'), indirect.named("g2", "Zoë")))
    answer = shown(row(), (groups, b"-0123456789"))
    assert answer["meta"]["version"] == 'W/"7-0123456789"'
    assert answer["groups"] == [
        {"value": "g1", "$ref": "https://x.example/scim/Ac1/v2/Groups/g1", "display": 'The "best"', "type": "direct"},
        {"value": "g2", "$ref": "https://x.example/scim/Ac1/v2/Groups/g2", "display": "Zoë", "type": "indirect"},
    ]
    person, crew, end, _ = members_form(ADDRESSES, True)
    text = f"{written(person, 's1', 'Ada')},{written(crew, 'g2', 'Crew')}".encode() + end
    members = Members(text, 2, "0123456789", None)
    document = group_document(row(), members, addresses=ADDRESSES, connection_id="okta")
    assert orjson.loads(document.whole)["members"] == [
        {"value": "s1", "$ref": "https://x.example/scim/Ac1/v2/Users/s1", "type": "User", "display": "Ada"},
        {"value": "g2", "$ref": "https://x.example/scim/Ac1/v2/Groups/g2", "type": "Group", "display": "Crew"},
    ]
    assert orjson.loads(document.whole)["meta"]["version"] == document.etag == 'W/"7-0123456789"'


def written(form, member_id, name):
    """What the database makes of a form."""
    return form.before + member_id + form.between + member_id + form.after + orjson.dumps(name).decode() + form.end


@pytest.mark.parametrize("provider", ["okta", "generic"])
def test_members_are_written_by_the_database(account, make_user, make_group, provider):
    hostile = make_user(given_name='Ada "\\" 😀', family_name="</script>")
    plain = make_user(given_name="Zoë", family_name="Ng")
    outer, inner, empty = make_group("Outer", [hostile, plain]), make_group("Inner"), make_group("Empty")
    nest(account.scope, outer.id, inner.id)

    scim = account.scim(provider)
    listed = {group["id"]: group["members"] for group in scim.get("/Groups").json["Resources"]}

    assert scim.get(f"/Groups/{outer.id}").json["members"] == listed[outer.id]
    ids = [(member["type"], member["value"], member["$ref"].rpartition("/v2")[2]) for member in listed[outer.id]]
    people = sorted([hostile, plain], key=lambda person: person.seq)
    assert ids == [("User", person.scim_id, f"/Users/{person.scim_id}") for person in people] + [
        ("Group", inner.id, f"/Groups/{inner.id}")
    ]
    names = [hostile.display_name, plain.display_name, "Inner"]
    assert [member.get("display") for member in listed[outer.id]] == (names if provider == "okta" else [None] * 3)
    assert listed[empty.id] == []
