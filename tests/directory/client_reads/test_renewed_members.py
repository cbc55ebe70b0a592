"""The text of a group that changed is the same, made from what it was and written anew."""

from random import Random

import pytest

from scimapp.directory.client_reads import renewed_members
from scimapp.directory.client_reads.reference_form import ReferenceForm
from scimapp.directory.client_reads.renewed_members import changes_of, renewed_text

END = b"]}"
PEOPLE = {seq: f'{{"value":"{seq:02}"}}'.encode() for seq in range(1, 31)}


def written(seqs):
    return b",".join(map(PEOPLE.get, seqs)) + END


def renewed(before, now):
    come, gone, followers = changes_of(before, now)
    assert (followers.keys(), gone) == (come, set(before) - set(now))
    return renewed_text(written(before), END, PEOPLE, gone, followers)


@pytest.mark.parametrize("before, now", [
    ([2, 4], [2, 4]), ([2, 4], [1, 2, 4]), ([2, 4], [2, 3, 4]), ([2, 4], [2, 4, 5, 6]), ([2, 4], [2]), ([2, 4], [4]),
    ([2, 4], [3]), ([2, 4], [1, 3, 5]), ([2, 4], [3, 4]), ([2, 4], [2, 3]), ([2, 4], [2, 5]), ([2], [1]), ([2], []),
])  # fmt: skip
def test_who_comes_and_goes_stands_in_place(before, now):
    assert renewed(before, now) == written(now)


def test_any_two_lists_make_the_same_text():
    random = Random(74)
    for _ in range(2_000):
        among = random.sample(sorted(PEOPLE), random.randint(2, 30))
        before, now = (sorted(random.sample(among, random.randint(1, len(among)))) for _ in range(2))

        assert renewed(before, now) == written(now), (before, now)


def test_a_text_that_is_not_what_it_should_be_is_not_renewed():
    _, gone, followers = changes_of([1, 2], [1])

    assert renewed_text(written([1, 3]), END, PEOPLE, gone, followers) is None


def test_ids_are_found_whatever_the_names_are(monkeypatch):
    monkeypatch.setattr(renewed_members, "_PART", 40)
    form = ReferenceForm('{"value":"', '","$ref":"/', '","display":', "}")
    ids, names = [f"id-{number}" for number in range(50)], ['{"value":"no"', "Ünal", "\n,", '\\"},{\\"value\\":\\"no']
    text = b",".join(form.named(one, names[place % 4]) for place, one in enumerate(ids)) + END

    assert renewed_members.scim_ids_in(text, form) == ids


def test_what_differs_between_two_lists_is_found():
    random = Random(80)
    for _ in range(2_000):
        before, now = (sorted(random.sample("abcdefghij", random.randint(0, 10))) for _ in range(2))

        come, gone = renewed_members.differences(before, now)

        assert (come, gone) == (sorted({*now} - {*before}), sorted({*before} - {*now}))
