"""PATCH of single elements: members that change without their list, and paths whose form was read before."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.scim import urns
from scimapp.scim.errors import InvalidFilter, InvalidPath, InvalidValue, MutabilityError
from scimapp.scim.patch import apply_patch, parse_patch
from scimapp.scim.patch.element_paths import read_path
from scimapp.scim.patch.membership import membership_changes
from scimapp.scim.path import parse_path
from tests.scim.model import GROUP, OKTA, USER, patched


def members(*operations):
    body = {"schemas": [urns.PATCH_OP], "Operations": list(operations)}
    return membership_changes(parse_patch(body, GROUP, OKTA), OKTA)


def test_members_are_changed_without_the_list():
    changes = members(
        {"op": "remove", "path": 'members[value eq "a"]'},
        {"op": "add", "path": "members", "value": [{"value": "b", "display": None}]},
        {"op": "replace", "value": {"id": "g", "displayName": "Sales"}},
    )

    assert (changes.add, changes.remove, changes.replace, len(changes.others)) == (("b",), ("a",), None, 2)


@pytest.mark.parametrize(
    ("operation", "replace", "remove"),
    [
        ({"op": "replace", "path": "members", "value": []}, (), ()),
        ({"op": "replace", "value": {"members": [{"value": "a"}]}}, ("a",), ()),
        ({"op": "remove", "path": "members"}, (), ()),
        ({"op": "Remove", "path": "members", "value": [{"value": "a"}]}, None, ("a",)),
        ({"op": "remove", "path": 'members[value eq "a" or value eq "b"]'}, None, ("a", "b")),
        ({"op": "replace", "path": "members", "value": {"value": "a"}}, ("a",), ()),
        ({"op": "replace", "path": "members", "value": ["a", "b"]}, ("a", "b"), ()),
    ],
)
def test_every_way_to_name_members(operation, replace, remove):
    changes = members(operation)

    assert (changes.replace, changes.remove, changes.add) == (replace, remove, ())


def test_members_that_are_none_name_the_operation():
    with pytest.raises(InvalidValue, match="operation 2: members"):
        members({"op": "remove", "path": "members"}, {"op": "add", "path": "members", "value": 5})


def test_a_filter_that_needs_the_list_says_so():
    assert members({"op": "remove", "path": 'members[type eq "User"]'}) is None


def test_a_member_cannot_become_another():
    before = {"displayName": "Sales", "members": [{"value": "a"}]}

    with pytest.raises(MutabilityError):
        patched({"op": "replace", "path": 'members[value eq "a"].value', "value": "b"}, of=before, resource_type=GROUP)


_IDS = st.lists(st.sampled_from("abcdef"), max_size=4).map(lambda ids: [{"value": one} for one in ids])
_MEMBER_OPERATIONS = st.lists(
    st.one_of(
        st.builds(lambda value: {"op": "add", "path": "members", "value": value}, _IDS),
        st.builds(lambda value: {"op": "replace", "path": "members", "value": value}, _IDS),
        st.builds(lambda one: {"op": "remove", "path": f'members[value eq "{one}"]'}, st.sampled_from("abcdef")),
    ),
    min_size=1,
    max_size=6,
)


@given(_IDS, _MEMBER_OPERATIONS)
def test_the_quick_way_for_members_ends_as_the_long_one(there, operations):
    before = {"displayName": "Sales", "members": list({item["value"]: item for item in there}.values())}
    read = parse_patch({"schemas": [urns.PATCH_OP], "Operations": operations}, GROUP, OKTA)
    long = {item["value"] for item in apply_patch(read, before, GROUP, OKTA).get("members", ())}

    quick = membership_changes(read, OKTA)
    kept = {item["value"] for item in before["members"]} if quick.replace is None else set(quick.replace)

    assert (kept - set(quick.remove)) | set(quick.add) == long


@pytest.mark.parametrize(
    "text",
    [
        'members[value eq "42"]', 'members[value eq "43"]', 'members[value eq ""]', 'members[value ne "42"]',
        'members[VALUE EQ "42"]', 'members[value eq "a]b[c"]', 'members[value eq "a\\"b"]', 'members[value eq "é"]',
        'members[not (value eq "42")]', 'members[value eq "1" or value eq "2"]', f'members[value eq "{"x" * 100}"]',
        'members[type eq "User"]',
    ],
)  # fmt: skip
def test_a_path_is_the_same_whether_its_form_was_read_before_or_not(text):
    assert read_path(text, GROUP) == parse_path(text, GROUP) == read_path(text, GROUP)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('members[value is "42"]', "unknown operator 'is' at position 7"),
        ('members[none eq "42"]', "members has no sub-attribute 'none' (position 1)"),
        ('nobody[value eq "42"]', "Group has no attribute 'nobody'"),
        ('displayName[value eq "42"]', "'displayName' has no elements to select"),
        ('emails[primary eq "x"]', "has no attribute 'emails'"),
    ],
)
def test_a_refused_path_is_told_as_it_was_sent(text, complaint):
    for _ in range(2):
        with pytest.raises((InvalidPath, InvalidFilter), match=re.escape(complaint)):
            read_path(text, GROUP)


@pytest.mark.parametrize("value", ['"true"', '"maybe"', "true"])
def test_a_value_that_decides_more_than_itself_is_read_as_it_stands(value):
    path = f"emails[primary eq {value}]"
    outcomes = []
    for read in (parse_path, read_path, read_path):
        try:
            outcomes.append(read(path, USER))
        except InvalidFilter as error:
            outcomes.append(error.detail)

    assert outcomes[0] == outcomes[1] == outcomes[2]
