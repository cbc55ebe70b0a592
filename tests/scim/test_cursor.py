"""Cursors are read by the token and question they were made for, for an hour, and by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.scim.cursor import TIMEOUT_SECONDS, Cursors, Position
from scimapp.scim.errors import ExpiredCursor, InvalidCount, InvalidCursor, ScimError

NOW = 1_790_000_000.0


def cursors(key="k", question=("User", "", "None", False), count=10, now=NOW):
    return Cursors(lambda text: f"{key}{hash((key, text)):x}", question, count, now)


@given(st.integers(1, 2**60), st.none() | st.booleans() | st.text() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_position_comes_back_and_the_text_needs_no_escaping(seq, key):
    text = cursors().make(Position(seq, key))

    assert cursors().read(text) == Position(seq, key)
    assert all(character.isalnum() or character in "-._~" for character in text)


def test_an_empty_cursor_is_the_beginning():
    assert cursors().read("") is None


@pytest.mark.parametrize(
    "reader",
    [
        cursors(key="another token"),
        cursors(question=("Group", "", "None", False)),
        cursors(question=("User", "x", "", True)),
    ],
)
def test_a_cursor_of_another_token_or_question_is_like_a_forged_one(reader):
    text = cursors().make(Position(7))

    with pytest.raises(InvalidCursor, match="begin again"):
        reader.read(text)


def test_a_walk_keeps_its_count_and_ends_after_an_hour():
    text = cursors().make(Position(7))

    with pytest.raises(InvalidCount, match="begun with count 10"):
        cursors(count=20).read(text)
    assert cursors(now=NOW + TIMEOUT_SECONDS).read(text) == Position(7)
    with pytest.raises(ExpiredCursor):
        cursors(now=NOW + TIMEOUT_SECONDS + 1).read(text)


@given(st.text() | st.integers() | st.none() | st.lists(st.integers()))
def test_whatever_comes_is_refused(text):
    if text == "":
        return
    with pytest.raises(ScimError):
        cursors().read(text)
