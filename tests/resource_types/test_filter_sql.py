"""What a filter finds in the tables, case by case; ``test_filters_agree`` compares thousands with the meaning in memory."""

import unicodedata

import orjson
import pytest

from scimapp.directory.changes import GroupDraft, UserDraft
from scimapp.directory.client_reads import reading
from scimapp.directory.connection.scim_tokens import generate
from scimapp.directory.groups import groups
from scimapp.directory.people import users
from scimapp.directory.scope import token_scope
from scimapp.resource_types.queries.filter_sql import condition
from scimapp.resource_types.registry import resource_types_of
from scimapp.scim import urns
from scimapp.scim.errors import InvalidFilter, Sensitive
from scimapp.scim.filter import parse_filter
from scimapp.texts import fold

from .known_people import ADDRESSES, CERTIFICATE, LONG

NAMES = (
    "Ǿsten ß",
    "O\u0338\u0301sten ẞ",
    "Ø\u0301sten ß",
    "Ægir ǽ",
    "Æ\u0301ne",
    "Ægir ǽx",
    "Kate",
    "Éva",
    "Σίσυφος",
    "İx",
)
CORE, ENTERPRISE = urns.CORE_USER, urns.ENTERPRISE_USER


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


@pytest.fixture
def named(once):
    """``(scope, types)`` of an account in which each of NAMES is somebody's, alone in a group that is called the same."""
    return once(_named)


def _named(account):
    token, _ = generate(account.scope, "Filter", "generic", activate=True)
    scope = token_scope(token)
    for number, name in enumerate(NAMES):
        made = users.provision(scope, UserDraft(core={"userName": f"person{number}", "displayName": name}))
        groups.create(scope, GroupDraft(name, member_ids=(made.scim_id,)))
    return scope, resource_types_of(scope, 1000, "urn:kissflow")


@pytest.mark.parametrize("operator", ["eq", "sw"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_however_it_is_written(named, operator, form):
    """Names are sought by their place in the order, which is another for some letters when they are taken apart."""
    scope, types = named
    for name in NAMES:
        for value in (name, name.upper(), name[:3], name[:1]):
            value = unicodedata.normalize(form, value)
            tree = parse_filter(f'members.display {operator} "{value}"', types.group.description)
            rows = reading.groups(scope, (condition(tree, scope, types.group.places_at(ADDRESSES)),), (), 0, 100)
            means = str.__eq__ if operator == "eq" else str.startswith
            assert [row.display_name for row in rows] == [each for each in NAMES if means(fold(each), fold(value))]


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

    def found(text, by):
        tree = parse_filter(f'userName eq "bob" and {text}', types.user.description)
        return reading.count_people(by, (condition(tree, by, types.user.places_at(ADDRESSES)),))

    texts = ('externalId eq "Ada"', "externalId pr", "externalId ne null", "externalId eq null", 'externalId ne "Ada"')
    assert [found(text, scope) for text in texts] == [1, 1, 1, 0, 0]
    assert [found(text, token_scope(token)) for text in texts] == [0, 0, 0, 1, 1]
