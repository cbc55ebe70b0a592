"""How much is remembered of the members of groups, and who goes first."""

import time
from types import SimpleNamespace

import pytest

from scimapp.directory.client_reads import kept_members, members_of_groups
from scimapp.directory.client_reads.kept_members import KeptMembers
from tests.scim_api.bodies import create, group

from .remembering import beside_tokens, remembered, shown

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def kept(monkeypatch):
    """Nothing is remembered yet, and there is room for two or three groups; ``kept.later(seconds)`` moves the clock."""
    kept, clock = KeptMembers(), SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(kept_members, "MAXIMUM_BYTES", 2_500)
    monkeypatch.setattr(kept_members, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(members_of_groups, "_kept", kept)
    kept.later = lambda seconds: setattr(clock, "now", clock.now + seconds)
    return kept


@pytest.mark.parametrize("maximum", [1, 1_000, 2_500])
def test_only_so_much_is_remembered(scope, scim, monkeypatch, kept, make_user, make_group, maximum):
    monkeypatch.setattr(kept_members, "MAXIMUM_BYTES", maximum)
    people = [make_user() for _ in range(4)]
    made = [make_group(f"G{number}", people[number:]) for number in range(4)]

    for _ in range(2):
        for number, each in enumerate(made):
            assert [*shown(scim, each.id)] == [one.scim_id for one in people[number:]]
            assert kept.size == sum(map(kept_members._size_of, remembered(scope)))
            assert kept.size <= maximum
            kept.later(kept_members.RESTING_SECONDS)


def test_what_was_asked_for_a_moment_ago_stays(scim, kept, make_user, make_group, statements):
    """A sweep over more groups than there is room for would else push out each of them before it comes again."""
    made = [make_group(f"G{number}", [make_user()]) for number in range(4)]

    def asked():
        with statements() as log:
            for each in made:
                scim.get(f"/Groups/{each.id}")
        return beside_tokens(log)

    scim.get("/Groups", excludedAttributes="members")
    first, again = asked(), asked()
    kept.later(kept_members.RESTING_SECONDS)

    assert asked() == again == first - 2


def test_what_there_is_no_room_for_pushes_nobody_out(scim, kept, scope, make_user, make_group):
    small, large = make_group("Small", [make_user()]), make_group("Large", [make_user() for _ in range(20)])
    scim.get(f"/Groups/{small.id}")
    kept.later(kept_members.RESTING_SECONDS)

    scim.get(f"/Groups/{large.id}")

    assert [members.count for members in remembered(scope)] == [1]


def test_a_group_that_was_created_a_moment_ago_is_not_remembered(scim, kept, scope, make_user):
    made = create(scim, group("New", make_user().scim_id), "/Groups")

    assert made["members"]
    assert remembered(scope) == []
