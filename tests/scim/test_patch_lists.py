"""PATCH of attributes with several values: which one is primary, lists where one value is expected, and elements that leave."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.scim import urns, work
from scimapp.scim.errors import (
    InvalidValue,
    NoTarget,
    TooMany,
)
from scimapp.scim.patch.dialects import DIALECTS
from scimapp.scim.validation import validate
from tests.scim.model import ENTERPRISE, OKTA, OWN_URN, STRICT, USER, ann, patched

_EMAILS = st.fixed_dictionaries(
    {"value": st.sampled_from(["a@x", "b@x", "c@x"])},
    optional={"type": st.sampled_from(["work", "home"]), "primary": st.booleans()},
)


_EMAIL_OPERATIONS = st.lists(
    st.one_of(
        st.builds(lambda op, value: {"op": op, "path": "emails", "value": value}, st.sampled_from(["add", "replace"]),
                  st.lists(_EMAILS, max_size=3)),
        st.builds(lambda kind, value: {"op": "replace", "path": f'emails[type eq "{kind}"]', "value": value},
                  st.sampled_from(["work", "home"]), st.one_of(_EMAILS, st.lists(_EMAILS, min_size=1, max_size=1))),
        st.builds(lambda kind: {"op": "remove", "path": f'emails[type eq "{kind}"]'}, st.sampled_from(["work", "home"])),
        st.builds(lambda op, where, part, value: {"op": op, "path": f"emails{where}{part}", "value": value},
                  st.sampled_from(["add", "replace", "remove"]),
                  st.sampled_from(["", '[type eq "home"]', "[primary eq false]", '[value sw "a" or type eq "work"]']),
                  st.sampled_from([".primary", ".type", ".value"]), st.sampled_from([True, False, "home", "a@x", None])),
        st.builds(lambda op, value: {"op": op, "value": {"emails": value}}, st.sampled_from(["add", "replace"]), _EMAILS),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


@given(_EMAIL_OPERATIONS, st.sampled_from(sorted(DIALECTS)))
def test_at_most_one_value_is_primary_and_the_input_is_untouched(operations, preset):
    before, dialect = ann(), DIALECTS[preset]
    kept = copy.deepcopy(before)
    try:
        after = patched(*operations, of=before, dialect=dialect)
    except (InvalidValue, NoTarget):
        after = before

    assert before == kept
    assert after.get("emails", [{}]) != []
    assert sum(item.get("primary") is True for item in after.get("emails", ())) <= 1


def test_an_element_that_was_nothing_but_primary_goes_with_the_mark():
    first, second = (
        {"op": "add", "path": "roles", "value": value | {"primary": True}} for value in ({}, {"value": "cook"})
    )

    assert patched(first, second)["roles"] == [{"value": "cook", "primary": True}]


@pytest.mark.parametrize("mark", [{}, {"primary": True}, {"primary": False}])
def test_an_address_that_is_there_is_not_added_again(mark):
    """Its old mark left before the two were compared, so the second one joined it (RFC 7644 §3.5.2.1: no change)."""
    home = {"locality": "Ulm", "type": "home", "primary": True}
    before = ann() | {"addresses": [home, {"locality": "Ulm", "type": "work"}]}

    again = {"op": "add", "path": "addresses", "value": [{"locality": "Ulm", "type": "home"} | mark]}

    assert patched(again, of=before)["addresses"] == before["addresses"]


@pytest.mark.parametrize(
    "operation, left",
    [
        ({"op": "add", "path": f"{OWN_URN}:skills", "value": ["FIRE", "Ice", "ice"]}, ["knives", "fire", "Ice"]),
        ({"op": "replace", "path": f"{OWN_URN}:skills", "value": ["Fire", "fire", "Cafe\u0301", "caf\xe9"]}, ["Fire", "Cafe\u0301"]),
        ({"op": "replace", "path": f'{OWN_URN}:skills[value eq "knives"]', "value": "FIRE"}, ["FIRE"]),
    ],
)  # fmt: skip
def test_values_that_differ_in_letter_case_alone_are_one(operation, left):
    """A custom field is not caseExact (RFC 7643 §2.2), and no list has a value twice (§2.4)."""
    assert patched(operation)[OWN_URN]["skills"] == left


@pytest.mark.parametrize("op", ["add", "replace"])
@pytest.mark.parametrize("tree", ['value eq "ice"', 'value eq "ice" and value eq "snow"'])
def test_a_simple_value_that_no_element_has_is_made(op, tree):
    operation = {"op": op, "path": f"{OWN_URN}:skills[{tree}]", "value": "Ice"}

    assert patched(operation)[OWN_URN]["skills"] == ["knives", "fire", "Ice"]
    with pytest.raises(NoTarget):
        patched(operation, dialect=STRICT)
    with pytest.raises(NoTarget):
        patched(operation | {"path": f'{OWN_URN}:skills[value sw "ice"]'})


def test_elements_without_a_value_are_one_only_if_they_are_alike():
    phones = [
        {"type": "work", "display": "desk"},
        {"type": "work", "display": "hall"},
        {"type": "work", "display": "desk"},
    ]

    assert patched({"op": "replace", "path": "phoneNumbers", "value": phones})["phoneNumbers"] == phones[:2]


@pytest.mark.parametrize("chosen, left", [(7, [0, 3]), (0, [3, 7]), (5, [0, 3, 7])])
def test_zero_stays_when_a_filter_takes_other_numbers_away(chosen, left):
    operation = {"op": "remove", "path": f"{OWN_URN}:scores[value eq {chosen}]"}

    assert patched(operation, of=ann(**{OWN_URN: {"scores": [0, 3, 7]}}))[OWN_URN] == {"scores": left}


def test_a_list_of_one_is_taken_for_a_single_complex_value():
    operation = {"op": "replace", "path": "name", "value": [{"givenName": "Anna", "familyName": None}]}

    assert patched(operation)["name"] == {"givenName": "Anna"}


@pytest.mark.parametrize("nothing", [[""], [None], [[]]])
def test_a_list_of_nothing_is_no_single_value(nothing):
    for path, name in (("title", "title"), ("name", "name"), (f"{ENTERPRISE}:manager", ENTERPRISE)):
        after = patched({"op": "replace", "path": path, "value": nothing})
        assert after.get(name) == ({"department": ann()[ENTERPRISE]["department"]} if name == ENTERPRISE else None)
    body = {"schemas": [urns.CORE_USER], "userName": "ann@corp.example", "title": nothing}
    assert "title" not in validate(body, USER, OKTA).representation


@pytest.mark.parametrize("path, value", [("title", [["Cook"]]), ("name", [[{"givenName": "Anna"}]])])
def test_a_list_in_a_list_is_no_single_value(path, value):
    with pytest.raises(InvalidValue):
        patched({"op": "replace", "path": path, "value": value})


@pytest.mark.parametrize("listed", [{"type": "WORK"}, {"locality": "Bonn", "type": "work"}, [{"locality": "bonn"}]])
def test_an_address_that_is_listed_to_leave_takes_no_other_with_it(listed):
    work, home = {"type": "work", "locality": "Bonn", "country": "DE"}, {"type": "home", "locality": "Ulm"}
    elsewhere = {"op": "remove", "path": "addresses", "value": [{"type": "work", "locality": "Ulm"}]}
    of = ann(addresses=[work, home])

    assert patched({"op": "remove", "path": "addresses", "value": listed}, of=of)["addresses"] == [home]
    assert patched(elsewhere, of=of)["addresses"] == [work, home]


def test_each_kind_of_listed_elements_is_a_look_through_the_list(monkeypatch):
    """A list may name what leaves by any of their parts, and a body has room for many such."""
    of = ann(addresses=[{"locality": str(number), "region": "R", "postalCode": "1"} for number in range(30)])
    kinds = [{"locality": "0"}, {"region": "X"}, {"postalCode": "2", "region": "X"}, {"locality": "1", "region": "R"}]
    monkeypatch.setattr(work, "MOST", 30 * 4)

    left = patched({"op": "remove", "path": "addresses", "value": kinds[:3]}, of=of)["addresses"]

    assert len(left) == 29
    with pytest.raises(TooMany, match="operation 1: the operations of one request"):
        patched({"op": "remove", "path": "addresses", "value": kinds}, of=of)
