"""What is put aside of the members of groups: found again by form, counted as large as it is, and gone without a trace."""

from types import SimpleNamespace

import pytest

from scimapp.directory.client_reads import kept_members
from scimapp.directory.client_reads.kept_members import KeptMembers, Members, State

ACME, NAMED, UNNAMED = "acme", "with names", "without names"
STATE = State("g-1", 1, 7, "origin")


def members(size=100, seqs="1"):
    return Members(b"x" * size, 1, "0a1b", seqs)


@pytest.fixture
def clock(monkeypatch):
    """``clock.now`` are the seconds that it has come to."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(kept_members, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_a_group_that_is_put_there_again_counts_once():
    kept = KeptMembers()
    for version in range(1, 4):
        kept.put((ACME, 1, NAMED), STATE._replace(version=version), members())
    size = kept.size

    kept.forget((ACME, 1, NAMED))

    assert size > 100
    assert kept.size == 0


def test_the_numbers_of_the_people_count_as_well():
    short, long = KeptMembers(), KeptMembers()
    short.put((ACME, 1, NAMED), STATE, members(seqs="1"))
    long.put((ACME, 1, NAMED), STATE, members(seqs=",".join(map(str, range(100)))))

    assert long.size - short.size == len(",".join(map(str, range(100)))) - 1


def test_a_group_is_known_by_the_form_that_came_last_until_that_goes():
    kept = KeptMembers()
    kept.put((ACME, 1, UNNAMED), STATE, members(1))
    kept.put((ACME, 1, NAMED), STATE, members(2))

    kept.forget((ACME, 1, UNNAMED))
    assert kept.of_group(ACME, 1) == (NAMED, STATE, members(2))

    kept.forget((ACME, 1, NAMED))
    assert kept.of_group(ACME, 1) == (None, None, None)
    assert not kept._forms


def test_whoever_was_asked_for_a_moment_ago_makes_no_room(clock, monkeypatch):
    kept, asked, other = KeptMembers(), (ACME, 1, NAMED), (ACME, 2, NAMED)
    kept.put(asked, STATE, members())
    monkeypatch.setattr(kept_members, "MAXIMUM_BYTES", kept.size)
    clock.now = kept_members.RESTING_SECONDS
    assert kept.get(asked, STATE) == members()

    kept.put(other, STATE, members())
    assert kept.get(asked, STATE) == members()
    assert kept.get(other, STATE) is None

    clock.now += kept_members.RESTING_SECONDS
    kept.put(other, STATE, members())
    assert kept.get(asked, STATE) is None
    assert kept.get(other, STATE) == members()
