"""Filters (R-090 … R-100)."""

import pytest

from tests.scim_api.bodies import CORE, ENTERPRISE, assert_error, create, extension, group, person


@pytest.fixture
def crowd(scim, account, make_field):
    """Three people who differ in every type, and who is found by a filter."""
    for name, kind in (("Level", "integer"), ("Rate", "number"), ("Remote", "boolean"), ("Since", "datetime")):
        make_field(name, kind)
    make_field("Site", "url")
    own = extension(account)
    ann = create(scim, person("Ann", "Lee", userName="ann@f.example", title="Cook", externalId="Ex") | {
        own: {"Level": 3, "Rate": 1.5, "Remote": True, "Since": "2026-01-01T00:00:00Z", "Site": "https://a.example"},
        ENTERPRISE: {"department": "Bar"},
        "emails": [{"value": "ann@work.example", "type": "work"}, {"value": "ann@home.example", "type": "home"}],
    })  # fmt: skip
    create(scim, person("Bob", "Moe", userName="bob@f.example", title="cook%", active=False) | {
        own: {"Level": 5, "Rate": 2.5, "Remote": False, "Since": "2026-06-01T02:00:00+02:00", "Site": "https://b.example"},
        ENTERPRISE: {"manager": {"value": ann["id"]}},
        "emails": [{"value": "bob@home.example", "type": "work"}, {"value": "bob@work.example", "type": "home"}],
    })  # fmt: skip
    create(scim, person("Cyd", "Ode", userName="cyd@f.example"))

    def found(text):
        answer = scim.get("/Users", filter=f'({text}) and userName ew "@f.example"')
        assert answer.status_code == 200, answer.text
        return "".join(sorted(item["userName"][0] for item in answer.json["Resources"]))

    found.own, found.ann = own, ann
    return found


def test_R_090_all_operators_on_all_types(crowd):
    """eq ne co sw ew pr gt ge lt le in any letter case, on texts, booleans, numbers, moments and references."""
    own = crowd.own
    for text, names in (
        ('title eq "COOK"', "a"), ('title ne "cook"', "bc"), ('title co "oo"', "ab"), ('title sw "CO"', "ab"),
        ('title ew "%"', "b"), ("title pr", "ab"), ('title gt "cook"', "b"), ('title ge "cook"', "ab"),
        ('title lt "cook%"', "a"), ('title le "cook%"', "ab"), ("active eq true", "ac"), ("active ne true", "b"),
        (f"{own}:Remote eq false", "b"), (f"{own}:Level gt 3", "b"), (f"{own}:Level ge 3", "ab"),
        (f"{own}:Level lt 5", "a"), (f"{own}:Level le 3.5", "a"), (f"{own}:Level ne 3", "bc"), (f"{own}:Rate eq 1.5", "a"),
        (f"{own}:Rate gt 2", "b"), (f'{own}:Since gt "2026-05-31T23:00:00Z"', "b"),
        (f'{own}:Since eq "2026-06-01T00:00:00Z"', "b"), (f'{own}:Since lt "2026-02-01T00:00:00+01:00"', "a"),
        (f"{own}:Since pr", "ab"), (f'{own}:Site sw "https://a"', "a"), ('meta.created gt "2020-01-01T00:00:00Z"', "abc"),
        ('title EQ "cook" OR title Sw "COOK%"', "ab"),
    ):  # fmt: skip
        assert crowd(text) == names, text


def test_R_091_precedence(crowd):
    """Parentheses first, then not, then and, then or — for every combination of three conditions."""
    a, b, c = ('userName sw "a"', 'userName sw "b"', 'userName sw "c"')
    for text, names in (
        (f"{a} or {b} and {c}", "a"), (f"({a} or {b}) and {c}", ""), (f"not ({a}) and {b}", "b"),
        (f"not ({a} or {b})", "c"), (f"not ({a}) or {a}", "abc"), (f"{a} and {b} or {c}", "c"),
        (f"{a} or {b} or {c} and {a}", "ab"), (f"not ({a}) and not ({b})", "c"), (f"NOT (NOT ({a}))", "a"),
    ):  # fmt: skip
        assert crowd(text) == names, text


def test_R_092_conditions_in_brackets_are_about_one_element(crowd):
    """attr[…] asks all its conditions of the same element and may hold any filter."""
    for text, names in (
        ('emails[type eq "work" and value co "@work"]', "a"), ('emails.type eq "work" and emails.value co "@work"', "ab"),
        ('emails[type eq "home" or value co "@home"]', "ab"), ('emails[not (type eq "work")]', "ab"),
        ('emails[type eq "work" and (value sw "bob" or value sw "x")]', "b"), ("emails[primary eq true]", "c"),
        ('emails[type eq "work"].value eq "ann@work.example"', "a"), ('emails[type eq "home"] and title eq "cook"', "a"),
    ):  # fmt: skip
        assert crowd(text) == names, text


def test_R_093_full_notation(crowd):
    """Paths in full: sub-attributes, URNs with their dots, extensions, meta."""
    for text, names in (
        ('name.givenName eq "ann"', "a"), (f'{CORE}:userName sw "ann"', "a"), (f'{CORE}:name.familyName eq "moe"', "b"),
        (f'{ENTERPRISE}:department eq "bar"', "a"), (f'{ENTERPRISE}:manager.value eq "{crowd.ann["id"]}"', "b"),
        (f'{ENTERPRISE}:manager eq "{crowd.ann["id"]}"', "b"), (f"{crowd.own}:Level eq 5", "b"), (f"{crowd.own} pr", "ab"),
        ('meta.lastModified ge "2020-01-01T00:00:00Z"', "abc"), (f"{crowd.own.upper()}:LEVEL eq 5", "b"),
    ):  # fmt: skip
        assert crowd(text) == names, text


def test_R_094_any_element_will_do(scim, crowd):
    """A multi-valued attribute matches when any element does; without a sub-attribute its value is meant."""
    team = create(scim, group("Team", crowd.ann["id"]), "/Groups")

    assert crowd('emails co "@home"') == "ab"
    assert crowd('emails eq "ann@HOME.example"') == "a"
    assert crowd(f'groups eq "{team["id"]}"') == crowd('groups.display eq "team"') == "a"
    found = scim.get("/Groups", filter=f'members eq "{crowd.ann["id"]}"').json["Resources"]
    assert [item["id"] for item in found] == [team["id"]]


def test_R_095_texts_compare_as_the_schema_says(crowd):
    """caseExact texts compare by letter case, others without; moments by time, numbers by value."""
    for text, names in (
        ('externalId eq "Ex"', "a"), ('externalId eq "ex"', ""), ('externalId sw "E"', "a"), ('title eq "cOOK"', "a"),
        (f'{crowd.own}:Since eq "2026-01-01T01:00:00+01:00"', "a"), (f"{crowd.own}:Level eq 3.0", "a"),
        (f"{crowd.own}:Rate lt 10", "ab"), ('title co "_"', ""), ('title co "%"', "b"),
    ):  # fmt: skip
        assert crowd(text) == names, text


def test_R_096_what_has_no_order_is_not_compared_by_it(scim, crowd):
    """gt, ge, lt and le on booleans and binaries are invalidFilter."""
    for name in ("active", f"{crowd.own}:Remote", "x509Certificates.value", "emails.primary"):
        for operator in ("gt", "ge", "lt", "le"):
            value = "true" if "509" not in name else '"MAA="'
            assert_error(scim.get("/Users", filter=f"{name} {operator} {value}"), 400, "invalidFilter")


def test_R_097_what_cannot_be_read_is_told_with_its_place(scim):
    """An unknown operator or broken syntax is invalidFilter, with a text that points to the spot."""
    for text, place in (
        ('userName ~ "x"', "position 10"), ("userName eq", "position 12"), ('(userName eq "x"', "missing ')'"),
        ('userName eq "x', "position"), ('emails[type eq "x"', "]"), ("and", "position"), ('userName eq "x" userName pr', "position 17"),
        ("userName like 5", "position 10"), ('userName eq "\\q"', "position"), ("x" * 5000, "4096"),
    ):  # fmt: skip
        assert_error(scim.get("/Users", filter=text), 400, "invalidFilter", place)


def test_R_098_an_absent_value_equals_nothing(scim, crowd):
    """Absent differs from every value and equals null; pr is false for empty; defaults compare as they are shown."""
    for text, names in (
        ("title eq null", "c"), ("title ne null", "ab"), ('title ne "x"', "abc"), ('not (title eq "x")', "abc"),
        ('title eq ""', ""), ("nickName pr", ""), ("phoneNumbers pr", ""), ("active eq true", "ac"),
        (f"{crowd.own}:Level ne 9", "abc"), (f"{crowd.own}:Remote eq null", "c"),
    ):  # fmt: skip
        assert crowd(text) == names, text


def test_R_099_literals_are_json_and_attributes_are_known(scim, crowd):
    """Values are JSON literals; an unknown attribute is invalidFilter at an endpoint and matches nothing at the root."""
    for text, names in (
        ('title eq "c\\u006fok"', "a"), (f"{crowd.own}:Level eq 0.3e1", "a"), (f"{crowd.own}:Level gt -1", "ab"),
        ('title eq "cook\\u0025"', "b"), ("active eq false", "b"),
    ):  # fmt: skip
        assert crowd(text) == names, text
    assert_error(scim.get("/Users", filter='robot eq "x"'), 400, "invalidFilter", "robot")
    assert scim.get("", filter='robot eq "x"').json["totalResults"] == 0


def test_R_100_secrets_are_not_searched(scim):
    """A filter on a secret is 403 sensitive, in the URL and in a search, and so is sorting by it."""
    for text in ('password eq "x"', "password pr", f'{CORE}:password sw "a"', 'userName pr and not (password eq "x")'):
        assert_error(scim.get("/Users", filter=text), 403, "sensitive")
        assert_error(scim.post("/Users/.search", {"filter": text}), 403, "sensitive")
    assert_error(scim.get("/Users", sortBy="password"), 403, "sensitive")
