"""Calls that wait for the provisioning log, described the short way and the long way."""

from scimapp.directory.calls import call_buffer
from scimapp.scim_api.calls.call_description import describe
from scimapp.scim_api.calls.call_reads import describe_read
from scimapp.scim_api.calls.call_writes import describe_write
from tests.support.dice import thrown

from .odd_calls import odder


def waiting():
    """What the front saw of each call that waits, oldest first; they wait no more."""
    return [call.describe for call in call_buffer.buffer().take(100_000)]


def describe_short(seen):
    """The Description of a call for which there is a short way, or None."""
    return describe_read(seen) or describe_write(seen)


def told(described):
    """Everything that a Description says."""
    name = described.label() if described.scim_id and described.label else None
    return described.columns, described.scim_id, described.request, described.answer, name


def told_apart(calls):
    """The first calls, at most three, of which the short way says something else than the long way; and how many took it."""
    short = [(seen, described) for seen in calls if (described := describe_short(seen)) is not None]
    return [seen for seen, described in short if told(described) != told(describe(seen))][:3], len(short)


def assert_odd_calls_are_told_the_same(calls, bodies):
    """Of 3,000 calls that ``odder`` makes of these and ``bodies`` both ways say the same; many go the short way, many do not."""
    dice = thrown()

    differing, short = told_apart([odder(dice.choice(calls), dice, bodies) for _ in range(3_000)])

    assert differing == [], differing[0]
    assert 100 < short < 2_900, short
