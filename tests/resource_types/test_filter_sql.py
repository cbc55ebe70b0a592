"""What a filter finds in the tables, case by case; ``test_filters_agree`` compares thousands with the meaning in memory."""

import orjson
import pytest

from scimapp.directory import custom_fields, reading, users
from scimapp.directory.changes import GroupDraft, UserChanges, UserDraft
from scimapp.directory.groups import create as create_group
from scimapp.directory.scim_tokens import generate
from scimapp.directory.scope import token_scope
from scimapp.resource_types.filter_sql import condition
from scimapp.resource_types.registry import resource_types_of
from scimapp.resource_types.representation import Addresses
from scimapp.scim import urns
from scimapp.scim.errors import InvalidFilter, Sensitive
from scimapp.scim.filter import parse_filter

ADDRESSES = Addresses("http://people.example/scim/x/v2")
CERTIFICATE = "MAIFAA" + "A" * 2000
CORE, ENTERPRISE = urns.CORE_USER, urns.ENTERPRISE_USER
LONG = "x" * 210  # longer than a key of the index: eq still works, the others see its beginning
PEOPLE = (
    {"core": {"userName": "ada"}},
    {
        "core": {
            "userName": "Ｂob",
            "name": {"givenName": "Ada", "familyName": "O'Hara"},
            "title": "a_a",
            "emails": [{"value": "Ada@x.example", "type": "work", "primary": True}, {"value": "zz", "type": "home"}],
        },
        "enterprise": {"department": "é", "manager": {"value": "Ada", "$ref": "https://boss.example/Ada"}},
        "custom": {"code": "a%a", "level": 0, "rate": 4.25, "remote": False, "skills": ["ada", "é"]},
        "external_id": "Ada",
    },
    {
        "core": {
            "userName": "carl",
            "name": {"formatted": "ÅDA", "familyName": "zz"},
            "displayName": "E\u0301",
            "nickName": LONG,
            "emails": [{"value": "ada", "type": "home", "primary": True}, {"value": "zz", "type": "work"}],
        },
        "custom": {"level": 42, "remote": True, "skills": ["zz"], "since": "2026-11-23T09:30:00.500Z"},
        "external_id": "ada",
    },
    {
        "core": {
            "userName": "d%",
            "title": "%",
            "emails": [{"type": "work"}],
            "roles": [{"value": "ada", "primary": True}],
            "x509Certificates": [{"value": CERTIFICATE}],
        },
        "enterprise": {"department": "E"},
        "custom": {"since": "2026-11-23T09:30:00Z", "rate": -1},
        "active": False,
    },
)


@pytest.fixture
def directory(once):
    """``(scope, types, account)`` of an account that holds PEOPLE, some of them in groups."""
    return once(populate)


def populate(account):
    account.make_field("code")
    account.make_field("level", "integer")
    account.make_field("rate", "number")
    account.make_field("remote", "boolean")
    account.make_field("since", "datetime")
    account.make_field("skills", multi_valued=True)
    account.make_field("old")
    token, _ = generate(account.scope, "Filter", "generic", activate=True)
    scope = token_scope(token)
    rows = [users.provision(scope, UserDraft(**person)) for person in PEOPLE]
    ada = create_group(scope, GroupDraft("Ada", member_ids=(rows[1].scim_id, rows[2].scim_id)))
    create_group(scope, GroupDraft("a_a", member_ids=(rows[1].scim_id,)))
    create_group(scope, GroupDraft("zz", member_ids=(ada.id, rows[2].scim_id)))
    users.update(scope, rows[3].id, UserChanges(core={"title": "%"}, custom={"old": "x"}))
    users.update(scope, rows[0].id, UserChanges(custom={"old": "x"}))
    users.update(scope, rows[2].id, UserChanges(enterprise={"manager": {"value": rows[1].scim_id}}))
    custom_fields.archive(account.scope, "old")
    return scope, resource_types_of(scope, 1000, "urn:kissflow"), account


@pytest.mark.parametrize(
    "text, names",
    [
        ('emails[type eq "work" and value co "@x"]', ["Ｂob"]),
        ('emails[type eq "work" and value eq "ada"]', []),
        ('emails.type eq "work" and emails.value eq "ada"', ["carl"]),
        ('emails[type eq "work"].value eq "zz"', ["carl"]),
        ('title eq "%"', ["d%"]),
        ('title co "_"', ["Ｂob"]),
        ('userName eq "BOB"', ["Ｂob"]),
        ('userName eq "ｂｏｂ"', ["Ｂob"]),
        ('displayName eq "ADA O\'HARA"', ["Ｂob"]),
        ('externalId eq "Ada"', ["Ｂob"]),
        (f'nickName eq "{LONG.upper()}"', ["carl"]),
        ('nickName sw "xxx"', ["carl"]),
        ('groups[display eq "a_a" and type eq "direct"]', ["Ｂob"]),
        ("active eq false", ["d%"]),
        ('title eq "\\u0000"', []),
        ('title sw "\\ud800"', []),
        (f'{ENTERPRISE}:manager.displayName eq "ada o\'hara"', ["carl"]),
        (f"{ENTERPRISE}:manager.displayName pr", ["carl"]),
        (f'{ENTERPRISE}:manager.$ref sw "http://people.example/"', ["carl"]),
        (f'{ENTERPRISE}:manager.$ref eq "https://boss.example/Ada"', ["Ｂob"]),
        ('groups.$ref sw "http://people.example/scim/x/v2/Groups/" and groups.type eq "indirect"', ["Ｂob"]),
        ('groups[$ref co "/Groups/" and type eq "indirect"]', ["Ｂob"]),
        (f'schemas eq "{ENTERPRISE.upper()}"', ["Ｂob", "carl", "d%"]),
        (f'schemas[value eq "{ENTERPRISE}"] and not (schemas co "kissflow")', []),
        ('schemas co "kissflow"', ["Ｂob", "carl", "d%"]),  # an archived field is none
        (f'schemas ne "{CORE}"', []),
        ('meta.location ew "/nobody"', []),
        ('meta.location sw "http://people.example/scim/x/v2/Users/" and meta pr and active eq false', ["d%"]),
        (f'x509Certificates.value eq "{CERTIFICATE}"', ["d%"]),
        (f'x509Certificates[value sw "{CERTIFICATE[:9]}"]', ["d%"]),
        (f'x509Certificates.value eq "{CERTIFICATE[:-1]}"', []),
    ],
)
def test_a_filter_finds_exactly_these(directory, text, names):
    scope, types, _ = directory
    tree = parse_filter(text, types.user.description)

    rows = reading.people(scope, (condition(tree, scope, types.user.places_at(ADDRESSES)),), (), 0, 100)

    assert [orjson.loads(row.core)["userName"] for row in rows] == names


def test_the_version_has_no_place_and_is_refused_by_name(directory):
    scope, types, _ = directory

    with pytest.raises(InvalidFilter, match="meta.version cannot be searched"):
        condition(parse_filter('meta.version eq "x"', types.user.description), scope, types.user.places_at(ADDRESSES))


@pytest.mark.parametrize("name", ["{urn}:manager.displayName", "members.display"])
def test_a_name_is_not_compared_with_more_than_its_key_holds(directory, name):
    scope, types, _ = directory
    bound = types.group if name.startswith("members") else types.user
    tree = parse_filter(f'{name.format(urn=ENTERPRISE)} eq "{LONG}"', bound.description)

    with pytest.raises(InvalidFilter, match="less than 200 characters"):
        condition(tree, scope, bound.places_at(ADDRESSES))


@pytest.mark.parametrize("operator", ["co", "sw", "ew", "gt"])
def test_a_text_longer_than_a_key_is_compared_by_eq_and_ne_only(directory, operator):
    scope, types, _ = directory
    tree = parse_filter(f'nickName {operator} "{LONG}"', types.user.description)

    with pytest.raises(InvalidFilter, match="at most 200 characters"):
        condition(tree, scope, types.user.places_at(ADDRESSES))


def test_password_is_sensitive(directory):
    _, types, _ = directory

    with pytest.raises(Sensitive):
        parse_filter("password pr", types.user.description)


@pytest.mark.parametrize(
    "text, names",
    [
        ('displayName eq "ADA"', ["Ada"]),
        ('displayName co "_"', ["a_a"]),
        ("members pr", ["Ada", "a_a", "zz"]),
        ('members.type eq "Group" and members.display eq "ada"', ["zz"]),
        ("not (members pr)", []),
        ('members.display eq "ada o\'hara"', ["Ada", "a_a"]),
        ('members.$ref sw "http://people.example/scim/x/v2/Groups/"', ["zz"]),
        ('members[$ref co "/Users/" and display sw "ada o"]', ["Ada", "a_a"]),
        ('schemas ew "group" and meta.location co "/Groups/" and meta pr', ["Ada", "a_a", "zz"]),
        ('members[type eq "user" and display co "É"]', ["Ada", "zz"]),
        ("externalId pr", []),
        ('meta.resourceType eq "Group"', ["Ada", "a_a", "zz"]),
    ],
)
def test_groups_are_found_by_name_and_members(directory, text, names):
    scope, types, _ = directory
    tree = parse_filter(text, types.group.description)

    rows = reading.groups(scope, (condition(tree, scope, types.group.places_at(ADDRESSES)),), (), 0, 100)

    assert [row.display_name for row in rows] == names


def test_another_connection_does_not_find_an_external_id(directory):
    scope, types, account = directory
    token, _ = generate(account.scope, "Other", "entra", activate=True)
    tree = parse_filter('externalId eq "Ada"', types.user.description)

    assert reading.count_people(scope, (condition(tree, scope, types.user.places_at(ADDRESSES)),)) == 1
    other = token_scope(token)
    assert reading.count_people(other, (condition(tree, other, types.user.places_at(ADDRESSES)),)) == 0
