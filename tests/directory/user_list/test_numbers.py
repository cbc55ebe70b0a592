"""A set of numbers is the same however far apart they lie."""

import tracemalloc

import pytest

from scimapp.directory.user_list.numbers import Marks, Scattered, marks_of


@pytest.mark.parametrize("apart", [1, 63, 64, 65, 10**12])
def test_marks_know_their_numbers_however_far_apart(apart):
    inside = [apart * place for place in (3, 1, 2, 1)]
    marks = marks_of(inside)
    asked = [0, 4 * apart, *inside, apart + 1, 10**15]

    assert len(marks) == 3
    assert sorted(marks) == sorted(set(inside))
    for some in (asked, inside, [], *([number] for number in asked)):
        assert marks.having(some) == [number for number in some if number in inside]
        assert marks.lacking(some) == [number for number in some if number not in inside]


@pytest.mark.parametrize("make", [lambda numbers: Marks(300, numbers), Scattered])
def test_marks_are_combined_as_sets_are(make):
    some, others = {1, 2, 5, 256, 299}, {2, 3, 256}
    marks, beside = make(some), make(others)

    assert set(marks & beside) == some & others
    assert set(marks | beside) == some | others
    assert set(marks - beside) == some - others
    assert (len(marks - marks), len(make([]) | beside), set(make([]) - beside)) == (0, 3, set())


@pytest.mark.parametrize("other", [Marks(300, [2, 9, 299]), Marks(10, [2, 9]), Scattered([2, 9, 999])])
@pytest.mark.parametrize("marks", [Marks(10, [2, 3]), Scattered([2, 3])])
def test_sets_of_two_kinds_or_sizes_are_combined(marks, other):
    assert set(marks & marks.alike(other)) == {2}
    assert set(marks | marks.alike(other)) & set(range(10)) == {2, 3, 9}


@pytest.mark.parametrize("size, inside", [(10, [2, 9]), (12, [2, 9]), (9, [2])])
def test_marks_that_were_kept_are_made_as_long_as_others(size, inside):
    kept = Marks(10, [2, 9]).spread(size)

    assert (sorted(kept & Marks(size, range(size))), kept.size) == (inside, size)


@pytest.mark.parametrize("make", [lambda numbers: Marks(10, numbers), Scattered])
def test_what_is_said_of_some_numbers_is_exchanged_for_what_was_found(make):
    kept = make([1, 2, 9])

    assert sorted(kept.exchanged(frozenset([2, 3, 9, 11, 400]), [3, 11], 12)) == [1, 3, 11]
    assert sorted(kept) == [1, 2, 9]  # others hold it


def test_marks_know_all_other_numbers():
    assert list(Marks(6, [1, 4]).others()) == [0, 2, 3, 5]


def test_no_numbers_are_no_marks():
    assert (len(marks_of([])), marks_of([]).having([0, 1]), marks_of([]).lacking([0, 1])) == (0, [], [0, 1])


def test_few_great_numbers_take_little_memory():
    tracemalloc.start()
    try:
        marks = marks_of([50_000_000])
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (len(marks), taken < 10_000) == (1, True)
