"""A question that is asked again with other values finds what it would find alone, whoever asks."""

import orjson
import pytest

from scimapp.directory.connection.scim_tokens import generate
from scimapp.directory.scope import token_scope
from scimapp.resource_types.queries import questions
from scimapp.resource_types.queries.questions import Question, question_of
from scimapp.scim.errors import InvalidFilter
from scimapp.scim.filter import parse_filter
from scimapp.scim.filter.form import form_of
from scimapp.scim.urns import ENTERPRISE_USER as ENTERPRISE

from .known_people import ADDRESSES


def found(scope, bound, text, *, anew=False):
    """The user names that a filter finds, by a question that is kept or by one made for it alone."""

    def read():
        return parse_filter(text, bound.description), None

    question, values = (
        (Question(bound, ADDRESSES, *read(), False), [])
        if anew
        else question_of(bound, ADDRESSES, ("", text, "", False), read)
    )
    rows, total = question.find(scope, values, 0, 100)
    assert question.count(scope, values) == len(rows) == total
    return [orjson.loads(row.core)["userName"] for row in rows]


@pytest.mark.parametrize(
    "term", ['groups.value eq "{}"', 'groups.display eq "{}"', 'emails.value eq "{}"', 'title co "{}"', 'id eq "{}"']
)
def test_many_values_of_one_attribute_are_one_list(directory, term):
    """A list for each took half a second to make, of 150 groups."""
    _, types, _ = directory

    def lists(count):
        text = " or ".join(term.format(f"x{number}") for number in range(count))
        question = Question(types.user, ADDRESSES, parse_filter(text, types.user.description), None, False, [])
        return str(types.user.count_statement(question._asking, question._conditions)).count("SELECT")

    assert lists(100) == lists(2)


@pytest.mark.parametrize(
    "pattern, values",
    [
        ('userName eq "{}"', ["ada", "BOB", "nobody", "ｂｏｂ", "d%"]),
        ('title sw "{}"', ["a", "%", "a_", "A_A", "\\u0061"]),
        ('title ew "{}"', ["a", "%", "_a"]),
        ('title co "{}"', ["_", "%", "A"]),
        ('not (externalId eq "{}")', ["Ada", "ada"]),
        ('emails[type eq "{}" and value co "a"]', ["work", "home", "other"]),
        ('groups[type eq "{}"]', ["direct", "indirect", "DIRECT", "no"]),
        ('meta.resourceType eq "{}"', ["User", "Group"]),
        ('meta.location co "{}"', ["Users", "Groups"]),
        (
            'enterprise.manager.$ref ne "{}"'.replace("enterprise.", f"{ENTERPRISE}:"),
            ["https://boss.example/Ada", "http://people.example/scim/x/v2/Users/1"],
        ),
        ('schemas eq "{}"', [ENTERPRISE, "urn:x"]),
        ('roles[primary eq "{}"]', ["True", "false", "true"]),
        ('meta.lastModified gt "{}"', ["1999-01-01T00:00:00Z", "2099-01-01T00:00:00+01:00"]),
    ],
)
def test_the_next_value_is_asked_for_and_not_the_one_before(directory, pattern, values):
    scope, types, _ = directory

    for value in (*values, *values):
        text = pattern.format(value)
        assert found(scope, types.user, text) == found(scope, types.user, text, anew=True), text


def test_a_value_that_does_not_fit_is_refused_in_a_question_that_is_known(directory):
    scope, types, _ = directory
    found(scope, types.user, 'meta.created gt "2026-01-01T00:00:00Z"')

    with pytest.raises(InvalidFilter):
        found(scope, types.user, 'meta.created gt "yesterday"')


def test_whoever_asks_is_no_part_of_the_question(directory):
    scope, types, account = directory
    token, _ = generate(account.scope, "Other", "entra", activate=True)

    assert found(scope, types.user, 'externalId eq "Ada"') == ["Ｂob"]
    assert found(token_scope(token), types.user, 'externalId eq "Ada"') == []


def test_a_question_that_found_many_looks_for_its_page_until_it_finds_few(directory, monkeypatch, statements):
    scope, types, _ = directory
    described = types.user.description
    monkeypatch.setattr(questions, "FEW", 2)
    monkeypatch.setattr(questions, "finds_few_at_once", lambda: True)
    (question, many), (_, few) = (
        question_of(
            types.user, ADDRESSES, ("", text, "", False), lambda text=text: (parse_filter(text, described), None)
        )
        for text in ('userName gt "a"', 'userName gt "e"')
    )
    taken = []
    for values in (many, many, few, few, many):
        with statements() as log:
            rows, total = question.find(scope, values, 0, 2)
        assert (len(rows), total) == ((2, 5) if values == many else (1, 1))
        taken.append(len(log))

    assert taken == [3, 2, 1, 1, 3]


def test_only_the_newest_questions_are_kept(directory, monkeypatch):
    scope, types, _ = directory
    monkeypatch.setattr(questions, "MAXIMUM_KEPT", 3)
    monkeypatch.setattr(questions, "_kept", type(questions._kept)())
    for number in range(5):
        found(scope, types.user, "title pr" + " or title pr" * number)

    assert len(questions._kept) == 3


def test_of_one_form_the_newest_few_are_kept(monkeypatch):
    monkeypatch.setattr(questions, "_kept", type(questions._kept)())
    key = (None, "", "", 'title eq ""', "", False)
    for question in range(6):
        questions._keep(key, question)

    assert questions._kept[key] == (5, 4, 3, 2)


def test_long_questions_fill_no_memory(directory, monkeypatch):
    """A question of a hundred terms takes megabytes; eight hundred of them were kept."""
    scope, types, _ = directory
    monkeypatch.setattr(questions, "MAXIMUM_TEXT", 500)
    monkeypatch.setattr(questions, "LONGEST_KEPT", 200)
    monkeypatch.setattr(questions, "_kept", type(questions._kept)())
    found(scope, types.user, "title pr" + " or title pr" * 30)
    assert not questions._kept

    for number in range(1, 10):
        found(scope, types.user, "title pr" + " or title pr" * number)
        found(scope, types.user, "title pr" + " or title pr" * number + ' or timezone co "x"')

    forms = [form for _, _, _, form, _, _ in questions._kept]
    assert len(forms) > 1
    assert sum(map(len, forms)) <= 500
    assert forms[-1].startswith("title pr" + " or title pr" * 9)


@pytest.mark.parametrize(
    "text, form, values",
    [
        ('userName eq "a b"', 'userName eq ""', ["a b"]),
        ('a eq "x" and b eq "y"', 'a eq "" and b eq ""', ["x", "y"]),
        ("active eq true", "active eq true", []),
        ('a eq "é"', 'a eq ""', ["é"]),
        ('a eq "x', None, ()),
        ('a eq "x" and b eq "', None, ()),
        ('a eq ""', None, ()),
        (r'a eq "\u0061"', None, ()),
        ('a eq "\n"', None, ()),
        (f'a eq "{"x" * 65}"', None, ()),
        (f"a eq {'1' * 5000}", None, ()),
    ],
)
def test_only_plain_values_are_left_open(text, form, values):
    assert form_of(text) == (form, values)
