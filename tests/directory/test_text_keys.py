"""Folded keys."""

import pytest

from scimapp.directory import text_keys


@pytest.mark.parametrize(
    ("one", "other"), [("ALICE", "alice"), ("Ａlice", "alice"), ("Zoe\u0308", "zoë"), ("ÉCOLE", "école")]
)
def test_spellings_of_one_user_name(one, other):
    assert text_keys.fold_user_name(one) == text_keys.fold_user_name(other)


@pytest.mark.parametrize(("one", "other"), [("alice", "аlice"), ("a.b", "ab"), ("oslo", "øslo")])
def test_names_that_only_look_alike_stay_apart(one, other):
    assert text_keys.fold_user_name(one) != text_keys.fold_user_name(other)


def test_a_long_key_stays_short_and_exact():
    long, longer = "x" * 1000, "x" * 1001

    assert text_keys.index_key(long) != text_keys.index_key(longer)
    assert text_keys.index_key(long).startswith("x" * 200)
    assert len(text_keys.index_key(long)) < 300
