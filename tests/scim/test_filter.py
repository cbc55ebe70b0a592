"""Filters: the grammar, what is refused and where, the tree and its text, the meaning in memory."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.scim.errors import InvalidFilter, ScimError, Sensitive
from scimapp.scim.filter import parse_filter
from scimapp.scim.filter.ast import And, Comparison, Not, Or, Present, ValuePath
from scimapp.scim.filter.evaluate import matches
from scimapp.scim.path import resolve
from tests.scim.model import ENTERPRISE, OWN_URN, USER, ann
from tests.scim.printed_filter import print_filter
from tests.support.scim2 import Email, Name, ScimFilter, User


def path(text):
    return resolve(text, USER)


def test_and_binds_tighter_than_or():
    assert parse_filter("title pr or displayName pr and active pr", USER) == Or(
        (Present(path("title")), And((Present(path("displayName")), Present(path("active")))))
    )


def test_parentheses_and_not_come_first():
    tree = parse_filter("not (title pr or displayName pr) and active pr", USER)

    assert tree == And((Not(Or((Present(path("title")), Present(path("displayName"))))), Present(path("active"))))


def test_conditions_in_brackets_are_about_one_element():
    tree = parse_filter('emails[type eq "work" and value co "@corp"]', USER)

    inner = And((Comparison(path("emails.type"), "eq", "work"), Comparison(path("emails.value"), "co", "@corp")))
    assert tree == ValuePath(path("emails"), inner)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('userName eq "ANN@corp.example"', True),
        ('userName eq "Ａnn@corp.example"', True),
        ('username sw "ann"', True),
        ('USERNAME Eq "ann"', False),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName co "@corp"', True),
        ('name.familyName ew "EE"', True),
        ('emails eq "ann@home.example"', True),
        ('emails[type eq "work" and value co "home"]', False),
        ('emails.type eq "work" and emails.value co "home"', True),
        ('emails[type eq "work"].value eq "ann@corp.example"', True),
        ('emails[primary eq "True"]', True),
        ("active eq true", True),
        ('active eq "False"', False),
        ("not (active eq true)", False),
        ("displayName pr", False),
        ("displayName eq null", True),
        ("title ne null", True),
        ('displayName ne "x"', True),
        ('not (displayName eq "x")', True),
        (f'{ENTERPRISE}:department eq "kitchen"', True),
        (f'{ENTERPRISE}:manager.value eq "42"', True),
        (f"{OWN_URN}:badge eq 0", True),
        (f"{OWN_URN}:badge gt -1", True),
        (f"{OWN_URN}:badge lt 0.5", True),
        (f"{OWN_URN}:remote eq false", True),
        (f'{OWN_URN.upper()}:SKILLS eq "Fire"', True),
        (f'{OWN_URN}:skills[value eq "fire"]', True),
        (f"{OWN_URN} pr", True),
        ('title gt "Baker" and title lt "Driver"', True),
        ('title co "%"', False),
        ('title eq "Coo\\u006b"', True),
    ],
)
def test_a_filter_means(text, holds):
    assert matches(parse_filter(text, USER), ann()) is holds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        ('userName ~ "x"', "position 10"),
        ("(title pr", "missing ')'"),
        ("title pr)", "position 9"),
        ("title", "position 6"),
        ("title eq", "position 9"),
        ("title eq cook", "in double quotes"),
        ('title eq "cook', "begins at position 10 has no closing quote"),
        ('title eq "\\x"', "not a JSON string"),
        ('shoeSize eq "1"', "no attribute 'shoeSize'"),
        ('name eq "x"', "name one of"),
        ("title eq 1", "double quotes"),
        ('active gt "a"', "true or false"),
        ("active gt true", "eq or ne"),
        (f'{OWN_URN}:badge eq "7"', "is a number"),
        (f"{OWN_URN}:badge co 7", "is a number"),
        ('meta.created eq "yesterday"', "date and time"),
        ('meta.created co "2026"', "date and time"),
        ("title gt null", "eq or ne"),
        ("title pr title pr", "expected 'and' or 'or'"),
        ('title[value eq "x"]', "no elements"),
        ('emails[type eq "work"', "missing ']'"),
        ('emails[type[value eq "a"]]', "[ ] inside [ ]"),
        ("x" * 4097, "longer than 4096"),
        ("(" * 31 + "title pr" + ")" * 31, "deeper than 30"),
        ('urn:other:schema:x eq "1"', "no schema"),
    ],
)
def test_bad_filter_says_what_and_where(text, complaint):
    with pytest.raises(InvalidFilter, match=re.escape(complaint)):
        parse_filter(text, USER)


def test_a_password_is_never_searched_for():
    with pytest.raises(Sensitive):
        parse_filter('password eq "x"', USER)


def test_a_filter_full_of_backslashes_is_read_in_one_pass():
    with pytest.raises(InvalidFilter):
        parse_filter('title eq "' + "\\" * 3001, USER)


@given(st.text(max_size=200))
def test_any_text_is_a_filter_or_a_scim_error(text):
    try:
        parse_filter(text, USER)
    except ScimError as error:
        assert error.status in (400, 403)


_PATHS = [
    path(name) for name in ("userName", "title", "name.givenName", f"{OWN_URN}:EmpCode", f"{ENTERPRISE}:division")
]
_LEAVES = st.one_of(
    st.builds(Present, st.sampled_from(_PATHS)),
    st.builds(Comparison, st.sampled_from(_PATHS), st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt"]), st.text()),
    st.builds(Comparison, st.just(path("active")), st.sampled_from(["eq", "ne"]), st.booleans()),
    st.builds(
        ValuePath,
        st.just(path("emails")),
        st.builds(Comparison, st.just(path("emails.type")), st.just("eq"), st.text(max_size=5)),
    ),
)


def _nested(trees):
    several = st.lists(trees, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, trees))


@given(st.recursive(_LEAVES, _nested, max_leaves=6))
def test_a_tree_survives_being_written_and_read(tree):
    assert parse_filter(print_filter(tree), USER) == tree


def test_random_filters_mean_what_an_independent_implementation_says():
    """scim2-models as the oracle, on attributes and operators where it follows the RFC; the seed is in the message."""
    seed = random.randrange(10**9)
    dice = random.Random(seed)
    words = ("ann", "Bo", "zoë", "a%b", "_x", "", "lee")
    compared = 0
    for _ in range(400):
        person = {"userName": dice.choice(words[:5]), "title": dice.choice(words), "active": dice.random() < 0.5}
        person["name"] = {"familyName": dice.choice(words)}
        person["emails"] = [
            {"value": f"{dice.choice(('ann', 'bo'))}@corp.example", "type": dice.choice(("work", "home"))}
            for _ in range(dice.randrange(3))
        ]
        stored = {name: value for name, value in person.items() if value not in ("", [], {"familyName": ""})}
        text = _random_filter(dice, words, 2)
        model = User(
            user_name=person["userName"],
            title=person["title"] or None,
            active=person["active"],
            name=Name(family_name=person["name"]["familyName"] or None),
            emails=[Email(**email) for email in person["emails"]] or None,
        )
        theirs = ScimFilter[User](text).match(model)
        assert matches(parse_filter(text, USER), stored) is theirs, f"seed {seed}: {text} on {stored}"
        compared += 1
    assert compared == 400


def _random_filter(dice, words, depth):
    if depth and dice.random() < 0.5:
        joined = f" {dice.choice(('and', 'or'))} ".join(_random_filter(dice, words, depth - 1) for _ in range(2))
        return f"not ({joined})" if dice.random() < 0.3 else f"({joined})"
    kind = dice.randrange(4)
    if kind == 0:
        return f"active eq {dice.choice(('true', 'false'))}"
    if kind == 1:
        return f'emails[type eq "{dice.choice(("work", "home"))}" and value sw "{dice.choice(("ann", "b"))}"]'
    if kind == 2:
        return f"{dice.choice(('title', 'name.familyName', 'emails'))} pr"
    operator = dice.choice(("eq", "ne", "co", "sw", "ew"))
    return f'{dice.choice(("userName", "title", "name.familyName"))} {operator} "{dice.choice(words[:5])}"'
