"""A set of numbers is the same however far apart they lie."""

import tracemalloc

import pytest

from scimapp.directory.user_list.numbers import Marks


@pytest.mark.parametrize("apart", [1, 63, 64, 65, 10**12])
def test_marks_know_their_numbers_however_far_apart(apart):
    inside = [apart * place for place in (3, 1, 2, 1)]
    marks = Marks(inside)
    asked = [0, 4 * apart, *inside, apart + 1, 10**15]

    assert len(marks) == 3
    assert marks.having(asked) == [number for number in asked if number in inside]
    assert marks.lacking(asked) == [number for number in asked if number not in inside]


def test_no_numbers_are_no_marks():
    assert (len(Marks([])), Marks([]).having([0, 1]), Marks([]).lacking([0, 1])) == (0, [], [0, 1])


def test_few_great_numbers_take_little_memory():
    tracemalloc.start()
    try:
        marks = Marks([50_000_000])
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (len(marks), taken < 10_000) == (1, True)
