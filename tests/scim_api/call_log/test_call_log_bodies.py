"""What the provisioning log keeps of bodies: every letter, but never a secret and no more than the beginning of a long list."""

import orjson
import pytest
from sqlalchemy import text

from scimapp.database import db
from scimapp.scim.attributes import Schema
from scimapp.scim.schemas.common import COMMON_ATTRIBUTES
from scimapp.scim.schemas.core_group import GROUP_SCHEMA
from scimapp.scim.schemas.core_user import USER_SCHEMA
from scimapp.scim.schemas.enterprise_user import ENTERPRISE_SCHEMA
from scimapp.scim_api.calls.call_looks import names_a_secret
from tests.scim_api.bodies import CORE, create, extension, group, op, person
from tests.support.databases import on_both

from .every_secret import send_every_secret
from .kept_calls import bodies, last, logged


@on_both
def test_no_secret_is_found_anywhere_in_the_log(scim, account):
    secrets = send_every_secret(scim, account)

    assert len(logged(account, per_page=100)) > 20
    kept = "\n".join(
        repr(tuple(row))
        for table in ("scim_calls", "scim_call_bodies")
        for row in db.session.execute(text(f"SELECT * FROM {table} WHERE account_id = :id"), {"id": account.id})
    )
    shapes = {shape for secret in secrets for shape in (secret, orjson.dumps(secret).decode()[1:-1])}
    assert [(shape, kept[kept.index(shape) - 90 :][:180]) for shape in shapes if shape in kept] == []
    assert "••••" in kept


def test_what_is_no_secret_stays_readable(scim, account):
    scim.post(
        "/Users", person("Ana", "Ruiz", password="Hush-password-1", title="Password Manager", department="Secretary")
    )

    kept = orjson.loads(bodies(account, last(account)).request)
    assert kept["password"] == "••••"
    assert (kept["title"], kept["department"]) == ("Password Manager", "Secretary")
    assert kept["name"] == {"givenName": "Ana", "familyName": "Ruiz"}


@pytest.mark.parametrize(
    "body",
    [
        b'{ "schemas" : ["'
        + CORE.encode()
        + b'"],\n  "userName":"ana", "name": {"givenName":"Zo\xc3\xab \xe2\x80\x93"} }',
        b'{"schemas":["' + CORE.encode() + b'"],"userName":"a\\"b","active":true,"pinCode":1e2,"keys":[1.0]}',
    ],
)
def test_a_body_without_secrets_is_kept_letter_by_letter(scim, account, body):
    made = scim.post("/Users", body)

    kept = bodies(account, last(account))
    assert (kept.request, kept.answer) == (body.decode(), made.text)


@pytest.mark.parametrize(
    ("piece", "lost", "shown"),
    [
        ('"pass\\u0077ord":"Hush-1"', "Hush-1", '"password":"••••"'),
        ('"deep":[{"x:PIN":12345678}]', "12345678", '"x:PIN":"••••"'),
        ('"pin\\n":"Hush-2-hush"', "Hush-2-hush", '"pin\\n":"••••"'),
        ('"title":"scimAbcdefghij0123456789wxyz"', "scimAbcd", '"title":"••••wxyz"'),
        ('"title":"Bearer abcdefghijkl"', "abcdefghijkl", '"title":"Bearer ••••"'),
        ('"title":"a\u2066b"', "\u2066", '"title":"a\\u2066b"'),
        ('"title":"a\\u202eb"', "\u202e", '"title":"a\\u202eb"'),
        ('"nickName":"{\\"password\\":\\"Hush-3\\"}"', "Hush-3", '"nickName":"••••"'),
        (f'"deep":{"[" * 60}{"]" * 60}', "[" * 50, "…"),
        (f'"list":[{",".join(["7"] * 51)}]', ",".join(["7"] * 51), '"… 1 more"'),
    ],
)
def test_what_makes_a_body_worth_a_second_look_is_seen(scim, account, piece, lost, shown):
    scim.post("/Users", f'{{"schemas":["{CORE}"],{piece},"name":{{"givenName":"Ana"}}}}')

    kept = bodies(account, last(account)).request
    assert lost not in kept
    assert shown in kept
    assert kept.endswith(',"name":{"givenName":"Ana"}}')


def test_a_custom_field_with_the_name_of_a_secret_is_one_in_every_answer(scim, account, make_field):
    create(scim, person("Bo", "Berg", title="first"))
    make_field("pin", "text")
    made = create(scim, person("Ana", "Ruiz", **{extension(account): {"pin": "Hush-pin"}}))
    for ask in (lambda: scim.get(f"/Users/{made['id']}"), lambda: scim.get("/Users"),
                lambda: scim.patch(f"/Users/{made['id']}", replace={"title": "Buyer"})):  # fmt: skip
        assert "Hush-pin" in ask().text
        kept = bodies(account, last(account))
        assert "Hush-pin" not in f"{kept.request}{kept.answer}"
        assert '"pin":"••••"' in kept.answer


def test_no_name_of_the_protocol_is_that_of_a_secret_but_the_password():
    """What an answer made of resources is not searched for."""
    attributes = [item for schema in (USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_SCHEMA) for item in schema.attributes]
    attributes += COMMON_ATTRIBUTES

    named = [item for item in attributes if names_a_secret(Schema("urn:x", "X", "", (item,)))]

    assert [(item.name, item.returned) for item in named] == [("password", "never")]


def test_a_token_in_a_profile_is_masked_wherever_the_profile_is_shown(scim, account):
    made = create(scim, person("Ana", "Ruiz", title=scim.token, nickName="Bearer of-bad-news"))
    scim.get(f"/Users/{made['id']}")
    scim.get("/Users", count=1)
    scim.get("/Users")

    kept = [bodies(account, call).answer for call in logged(account)]
    assert len(kept) == 4
    assert [answer for answer in kept if scim.token in answer or "of-bad-news" in answer] == []


def test_long_lists_in_an_answer_are_cut_in_the_log_only(scim, account, make_user):
    ids = [make_user(state="invited").scim_id or "" for _ in range(3)]
    team = create(scim, group("Many", *ids), "/Groups")
    wide = create(scim, person("Ana", "Ruiz", roles=[{"value": f"role {'x' * 200} {number}"} for number in range(60)]))
    scim.get(f"/Users/{wide['id']}")
    scim.get("/Users", startIndex=4)
    scim.get(f"/Groups/{team['id']}")

    small, page, one = logged(account)[:3]
    assert orjson.loads(bodies(account, one).answer)["roles"][50:] == ["… 10 more"]
    listed = orjson.loads(bodies(account, page).answer)["Resources"]
    assert next(item for item in listed if item["id"] == wide["id"])["roles"][50:] == ["… 10 more"]
    assert orjson.loads(bodies(account, small).answer)["displayName"] == "Many"


def test_members_in_an_answer_are_cut_in_the_log_only(scim, account, make_user):
    names = ['x"},{"value":"y', '],"meta":{', ',"members":[{', *(["Ng"] * 50)]
    ids = [make_user(family_name=name).scim_id for name in names]
    team = create(scim, group('],"meta":{ "},{"value":"', *ids), "/Groups")

    for query in ({}, {"excludedAttributes": "meta"}):
        alone, listed = scim.get(f"/Groups/{team['id']}", **query).json, scim.get("/Groups", **query).json

        of_list, of_one = (orjson.loads(bodies(account, call).answer) for call in logged(account)[:2])
        assert len(alone["members"]) == len(listed["Resources"][0]["members"]) == 53
        assert of_one == alone | {"members": [*alone["members"][:3], "… 50 more"]}
        assert of_list == listed | {"Resources": [of_one]}


def test_three_members_are_kept_of_the_answer_to_a_change(scim, account, make_user):
    ids = [make_user().scim_id for _ in range(4)]
    team = create(scim, group("Team", *ids[:2]), "/Groups")
    for one in ids[2:]:
        scim.patch(f"/Groups/{team['id']}", op("add", "members", [{"value": one}]))

    fourth, third = (bodies(account, call) for call in logged(account)[:2])
    shown = [[one["value"] for one in orjson.loads(kept.answer)["members"][:3]] for kept in (third, fourth)]
    assert shown == [ids[:3]] * 2
    assert orjson.loads(third.answer)["members"][3:] == [] and orjson.loads(fourth.answer)["members"][3:] == [
        "… 1 more"
    ]
    assert orjson.loads(fourth.request)["Operations"][0]["value"] == [{"value": ids[3]}]


@pytest.mark.parametrize(
    "beside",
    [
        {}, {"display": "Ana Ruiz"}, {"display": 'Ana "Ruiz"'}, {"password": "Hush-hush"},
        {"display": {"token": "Hush-hush"}}, {"display": '{"password": "Hush-hush"}'},
    ],
)  # fmt: skip
def test_a_long_list_of_members_is_cut_whatever_stands_in_it_and_shows_no_secret(scim, account, beside):
    members = [{"value": f"{number:036}"} | beside for number in range(300)]
    scim.post("/Groups", group("Many") | {"members": members})

    kept = orjson.loads(bodies(account, last(account)).request)
    assert kept["members"][50:] == ["… 250 more"]
    assert [member["value"] for member in kept["members"][:50]] == [f"{number:036}" for number in range(50)]
    assert "Hush-hush" not in f"{kept}"


def test_long_lists_are_cut_in_the_log_only(scim, account):
    ids = [f"id-{number}" for number in range(300)]
    scim.post("/Groups", group("Many", *ids))
    for _ in range(12):
        create(scim, person())
    scim.get("/Users", count=100)

    listed = last(account)
    kept = orjson.loads(bodies(account, listed).answer)
    assert listed.facts["shown"] == kept["totalResults"] == 13  # the owner is one
    assert kept["Resources"][3:] == ["… 10 more"]
    pushed = logged(account)[-1]
    assert orjson.loads(bodies(account, pushed).request)["members"][50:] == ["… 250 more"]
    assert pushed.warnings[0]["facts"]["count"] == 300
