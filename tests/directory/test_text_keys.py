"""Folded keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp import texts
from scimapp.directory import text_keys
from scimapp.directory.fields.field_rules import suggest_field_id

_MARKS = "\u0301\u0316\u0344\u0f73\uff9e"  # above, below, of two marks, and two letters that are made of marks


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


@pytest.mark.parametrize(
    "key", [text_keys.fold, text_keys.fold_email, text_keys.fold_option, text_keys.name_order, suggest_field_id]
)
def test_no_run_of_marks_is_sorted_as_a_whole(monkeypatch, key):
    sorted_at_once = []

    def normalize(form, text):
        sorted_at_once.append(len(text))
        return text

    monkeypatch.setattr(texts.unicodedata, "normalize", normalize)
    key("é" + _MARKS * 1_000)

    assert max(sorted_at_once) < 110


@given(
    st.text(alphabet="aé漢가\u1100\u1161\u11a8ﬁİ" + _MARKS, min_size=3, max_size=30), st.sampled_from(["NFC", "NFKD"])
)
def test_a_long_text_has_the_normal_form_that_it_has_as_a_whole(text, form):
    long = (text + "x") * 400

    assert texts.normal(form, long) == unicodedata.normalize(form, long)
