"""A filter means the same in SQL and in memory, on both databases, with missing values, accents and wildcards."""

import orjson
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from scimapp.directory import reading, users
from scimapp.directory.changes import GroupDraft, UserChanges, UserDraft
from scimapp.directory.groups import create as create_group
from scimapp.directory.scim_tokens import generate
from scimapp.directory.scope import token_scope
from scimapp.resource_types.filter_sql import condition
from scimapp.resource_types.registry import resource_types_of
from scimapp.resource_types.representation import Addresses
from scimapp.scim.errors import InvalidFilter, Sensitive
from scimapp.scim.filter import parse_filter, print_filter
from scimapp.scim.filter.evaluate import matches
from scimapp.scim.projection import Projection

ADDRESSES = Addresses("http://people.example/scim/x/v2")
TEXTS = ("ada", "Ada", "ÅDA", "a_a", "a%a", "%", "_", "é", "e\u0301", "Ｆｕｌｌ", "zz", "\\", "O'Hara", "work")
LONG = "x" * 210  # longer than a key of the index: eq still works, the others see its beginning
NUMBERS = (0, 1, -1, 42, 4.25)
MOMENTS = ("2026-11-23T09:30:00Z", "2026-11-23T09:30:00.500Z", "2026-11-23T10:30:00+01:00", "1999-01-01T00:00:00Z")
PEOPLE = (
    {"core": {"userName": "ada"}},
    {
        "core": {
            "userName": "Ｂob",
            "name": {"givenName": "Ada", "familyName": "O'Hara"},
            "title": "a_a",
            "emails": [{"value": "Ada@x.example", "type": "work", "primary": True}, {"value": "zz", "type": "home"}],
        },
        "enterprise": {"department": "é", "manager": {"value": "Ada"}},
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
        },
        "enterprise": {"department": "E"},
        "custom": {"since": "2026-11-23T09:30:00Z", "rate": -1},
        "active": False,
    },
)
TEXT_PATHS = (
    "userName", "displayName", "name.givenName", "name.familyName", "name.formatted", "nickName", "title", "externalId",
    "emails", "emails.value", "emails.type", "roles.value", "groups.display", "groups.value",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
    "{custom}:code", "{custom}:skills", "id", "meta.resourceType",
)  # fmt: skip
NUMBER_PATHS = ("{custom}:level", "{custom}:rate")
BOOLEAN_PATHS = ("active", "emails.primary", "roles.primary", "{custom}:remote")
MOMENT_PATHS = ("meta.created", "meta.lastModified", "{custom}:since")
PRESENT_PATHS = (*TEXT_PATHS, *NUMBER_PATHS, *BOOLEAN_PATHS, *MOMENT_PATHS, "name", "groups", "{custom}", "addresses")


def comparison(paths, operators, values):
    parts = st.tuples(st.sampled_from(paths), st.sampled_from(operators), st.sampled_from(values))
    return parts.map(lambda p: f"{p[0]} {p[1]} {orjson.dumps(p[2]).decode()}")


ORDER = ("eq", "ne", "gt", "ge", "lt", "le")
PLAIN = st.one_of(
    comparison(TEXT_PATHS, (*ORDER, "co", "sw", "ew"), TEXTS),
    comparison(NUMBER_PATHS, ORDER, NUMBERS),
    comparison(BOOLEAN_PATHS, ("eq", "ne"), (True, False)),
    comparison(MOMENT_PATHS, ORDER, MOMENTS),
    comparison(TEXT_PATHS, ("eq", "ne"), (None, LONG)),
    st.sampled_from(PRESENT_PATHS).map(lambda path: f"{path} pr"),
)
ELEMENT = st.one_of(
    comparison(("value", "type"), ("eq", "ne", "co", "sw", "ew", "gt"), TEXTS),
    comparison(("primary",), ("eq", "ne"), (True, False)),
    comparison(("value", "type"), ("eq", "ne"), (None,)),
    st.sampled_from(("value pr", "primary pr", "display pr")),
)


def combined(base):
    return st.recursive(
        base,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(("and", "or")), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            inner.map(lambda text: f"not ({text})"),
        ),
        max_leaves=4,
    )


GROUP_ELEMENT = st.one_of(
    comparison(("value", "display", "type"), ("eq", "ne", "co", "sw"), (*TEXTS, "direct", "indirect")),
    st.sampled_from(("value pr", "display pr", "type pr")),
)
VALUE_PATH = st.one_of(
    st.tuples(st.sampled_from(("emails", "roles")), combined(ELEMENT)).map(lambda p: f"{p[0]}[{p[1]}]"),
    combined(GROUP_ELEMENT).map(lambda text: f"groups[{text}]"),
)
SKILLS = combined(comparison(("value",), ("eq", "ne", "co"), TEXTS)).map(lambda text: f"{{custom}}:skills[{text}]")
FILTERS = combined(st.one_of(PLAIN, VALUE_PATH, SKILLS))


@pytest.fixture
def directory(account, make_field):
    """``(scope, types)`` of an account that holds PEOPLE, some of them in groups."""
    make_field("code")
    make_field("level", "integer")
    make_field("rate", "number")
    make_field("remote", "boolean")
    make_field("since", "datetime")
    make_field("skills", multi_valued=True)
    token, _ = generate(account.scope, "Filter", "generic", activate=True)
    scope = token_scope(token)
    rows = [users.provision(scope, UserDraft(**person)) for person in PEOPLE]
    ada = create_group(scope, GroupDraft("Ada", member_ids=(rows[1].scim_id, rows[2].scim_id)))
    create_group(scope, GroupDraft("a_a", member_ids=(rows[1].scim_id,)))
    create_group(scope, GroupDraft("zz", member_ids=(ada.id, rows[2].scim_id)))
    users.update(scope, rows[3].id, UserChanges(core={"title": "%"}))
    return scope, resource_types_of(scope, 1000, "urn:kissflow")


def everybody(scope, user_type):
    rows = reading.people(scope, (), (), 0, 100)
    return [orjson.loads(item.text) for item in user_type.documents(scope, rows, ADDRESSES, Projection())]


def test_sql_and_memory_agree_on_generated_filters(directory):
    scope, types = directory
    people = everybody(scope, types.user)
    custom = types.user.extension.urn

    @given(FILTERS)
    def agree(template):
        text = template.replace("{custom}", custom)
        tree = parse_filter(text, types.user.description)
        note(print_filter(tree))
        rows = reading.people(scope, (condition(tree, scope, types.user.places),), (), 0, 100)
        if "nickName co" not in text and "nickName ew" not in text:
            assert [row.scim_id for row in rows] == [item["id"] for item in people if matches(tree, item)]

    agree()


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
    ],
)
def test_a_filter_finds_exactly_these(directory, text, names):
    scope, types = directory
    tree = parse_filter(text, types.user.description)

    rows = reading.people(scope, (condition(tree, scope, types.user.places),), (), 0, 100)

    assert [orjson.loads(row.core)["userName"] for row in rows] == names


@pytest.mark.parametrize(
    "text", ['schemas eq "x"', 'meta.location eq "x"', 'meta.version eq "x"', "x509Certificates.value pr", "meta pr"]
)
def test_an_attribute_without_a_place_is_refused_by_name(directory, text):
    scope, types = directory

    with pytest.raises(InvalidFilter, match=text.split()[0].split(".")[0]):
        condition(parse_filter(text, types.user.description), scope, types.user.places)


@pytest.mark.parametrize("operator", ["co", "sw", "ew", "gt"])
def test_a_text_longer_than_a_key_is_compared_by_eq_and_ne_only(directory, operator):
    scope, types = directory
    tree = parse_filter(f'nickName {operator} "{LONG}"', types.user.description)

    with pytest.raises(InvalidFilter, match="at most 200 characters"):
        condition(tree, scope, types.user.places)


def test_password_is_sensitive(directory):
    _, types = directory

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
        ('members[type eq "user" and display co "É"]', ["Ada", "zz"]),
        ("externalId pr", []),
        ('meta.resourceType eq "Group"', ["Ada", "a_a", "zz"]),
    ],
)
def test_groups_are_found_by_name_and_members(directory, text, names):
    scope, types = directory
    tree = parse_filter(text, types.group.description)

    rows = reading.groups(scope, (condition(tree, scope, types.group.places),), (), 0, 100)

    assert [row.display_name for row in rows] == names


def test_another_connection_does_not_find_an_external_id(directory, account):
    scope, types = directory
    token, _ = generate(account.scope, "Other", "entra", activate=True)
    tree = parse_filter('externalId eq "Ada"', types.user.description)

    assert reading.count_people(scope, (condition(tree, scope, types.user.places),)) == 1
    other = token_scope(token)
    assert reading.count_people(other, (condition(tree, other, types.user.places),)) == 0
