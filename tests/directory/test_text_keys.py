"""Folded keys."""

import unicodedata
from functools import partial

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
    assert texts.fold_user_name(one) == texts.fold_user_name(other)


@pytest.mark.parametrize(("one", "other"), [("alice", "аlice"), ("a.b", "ab"), ("oslo", "øslo")])
def test_names_that_only_look_alike_stay_apart(one, other):
    assert texts.fold_user_name(one) != texts.fold_user_name(other)


def test_a_long_key_stays_short_and_exact():
    long, longer = "x" * 1000, "x" * 1001

    assert text_keys.index_key(long) != text_keys.index_key(longer)
    assert text_keys.index_key(long).startswith("x" * 200)
    assert len(text_keys.index_key(long)) < 300


@pytest.mark.parametrize(
    "key", [texts.fold, text_keys.fold_email, text_keys.fold_option, text_keys.name_order, suggest_field_id]
)
def test_no_run_of_marks_is_sorted_as_a_whole(monkeypatch, key):
    sorted_at_once, normalize = [], unicodedata.normalize

    def counted(form, text):
        sorted_at_once.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(texts.unicodedata, "normalize", counted)
    key("é" + _MARKS * 200)  # more is no address

    assert max(sorted_at_once) < 110


@pytest.mark.parametrize(
    "key", [text_keys.fold_email, text_keys.search_text, partial(text_keys.name_order, longest=200)]
)
def test_a_text_that_would_grow_is_cut_before(monkeypatch, key):
    """U+FDFA is 18 characters in a compatibility form. A megabyte of it took seconds."""
    normalized, normalize = [], unicodedata.normalize

    def counted(form, text):
        normalized.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(texts.unicodedata, "normalize", counted)
    key("\ufdfa" * 100_000)

    assert sum(normalized) <= 5 * 320


def test_a_name_of_many_marks_is_sorted_and_found_by_as_many_letters_as_any_other():
    name = "o\u031b\u0323\u0302" * 400

    assert text_keys.name_order(name, 200) == "o" * 200
    assert text_keys.search_text(name) == "o" * 320


@pytest.mark.parametrize("key", [texts.fold, texts.fold_user_name, text_keys.fold_email])
def test_a_key_is_its_own_key(key):
    """Marks behind a letter whose iota is below it belong to that iota once it stands beside the letter."""
    letters = [character for character in map(chr, range(0x250, 0x2000)) if character.lower() != character.casefold()]
    assert "ᾳ" in letters
    keys = [
        key(letter + mark + more)
        for letter in letters
        for mark in "\u0301\u0304\u0308\u0345"
        for more in ("", "\u0342")
    ]

    assert [key(each) for each in keys] == keys


def test_a_name_sorts_by_its_letters_whatever_form_they_have():
    """Mathematical letters, units in a square, letters above the line, and letters under a mark."""
    assert text_keys.name_order("\u210dans \u3390 \u1d2d \u01e2 \u01fe") == "hans hz ae ae o"

    composed = [character for character in map(chr, range(0x110000)) if unicodedata.decomposition(character)]
    keys = {character: text_keys.name_order(character) for character in composed}
    assert [each for each, key in keys.items() if text_keys.name_order(key) != key] == []
    # Filters that compare names start from those with the same key.
    assert [each for each, key in keys.items() if text_keys.name_order(texts.fold(each)) != key] == []


def test_all_characters_of_another_width_have_the_usual_one():
    named = [character for character in map(chr, range(0x110000))
             if unicodedata.decomposition(character).startswith(("<wide>", "<narrow>"))]  # fmt: skip

    assert [character for character in named if texts.fold_user_name(character) == character] == []


@given(
    st.text(alphabet="aé漢가\u1100\u1161\u11a8ﬁİ" + _MARKS, min_size=3, max_size=30), st.sampled_from(["NFC", "NFKD"])
)
def test_a_long_text_has_the_normal_form_that_it_has_as_a_whole(text, form):
    long = (text + "x") * 400

    assert texts.normal(form, long) == unicodedata.normalize(form, long)
