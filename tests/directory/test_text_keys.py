"""Folded keys, and that the protocol folds alike (the two layers do not know each other)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.directory import text_keys
from scimapp.directory.people import value_index
from scimapp.scim import values
from scimapp.scim.schemas.core_user import USER_SCHEMA
from scimapp.scim.schemas.enterprise_user import ENTERPRISE_SCHEMA


@pytest.mark.parametrize(
    ("one", "other"), [("ALICE", "alice"), ("Ａlice", "alice"), ("Zoe\u0308", "zoë"), ("ÉCOLE", "école")]
)
def test_spellings_of_one_user_name(one, other):
    assert text_keys.fold_user_name(one) == text_keys.fold_user_name(other)


@pytest.mark.parametrize(("one", "other"), [("alice", "аlice"), ("a.b", "ab"), ("oslo", "øslo")])
def test_names_that_only_look_alike_stay_apart(one, other):
    assert text_keys.fold_user_name(one) != text_keys.fold_user_name(other)


@given(st.text(max_size=80))
def test_the_protocol_folds_as_the_directory_does(text):
    assert values.fold(text) == text_keys.fold(text)
    assert values.fold_user_name(text) == text_keys.fold_user_name(text)


def test_a_long_key_stays_short_and_exact():
    long, longer = "x" * 1000, "x" * 1001

    assert text_keys.index_key(long) != text_keys.index_key(longer)
    assert text_keys.index_key(long).startswith("x" * 200)
    assert len(text_keys.index_key(long)) < 300


def test_the_index_keeps_the_case_of_the_attributes_that_the_schema_calls_case_exact():
    exact = set()
    for prefix, schema in (("", USER_SCHEMA), ("enterprise.", ENTERPRISE_SCHEMA)):
        for attribute in schema.attributes:
            if attribute.case_exact and attribute.name not in ("id", "externalId"):
                exact.add(f"{prefix}{attribute.name}".lower())
            for sub in attribute.sub_attributes:
                if sub.case_exact and attribute.name not in ("groups", "meta"):
                    exact.add(f"{prefix}{attribute.name}.{sub.name}".lower())

    assert {path for path in exact if not path.startswith("password")} == value_index.CASE_EXACT
