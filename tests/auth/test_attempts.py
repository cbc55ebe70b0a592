"""Who guesses has to wait: by the address that is tried and by the network it is tried from (security L5)."""

import pytest

from scimapp.auth.attempts import CODES_PER_PERSON, PER_ADDRESS, PER_NETWORK, Attempts, CodeAttempts
from scimapp.database import db
from tests.support.at_once import at_once


def fail(times, network):
    for number in range(times):
        Attempts(f"guessed{number}-{network}@corp.example", network).begin()


@pytest.mark.parametrize(
    "network, same, other",
    [("198.18.0.7", "198.18.0.7", "198.18.0.8"), ("2001:db8:7:1::5", "2001:db8:7:1:ffff::9", "2001:db8:7:2::5")],
)
def test_a_network_that_guesses_at_many_addresses_waits_at_every_one(app, clock, network, same, other):
    fail(PER_NETWORK - 1, network)
    assert Attempts("new@corp.example", same).begin() is None

    assert Attempts("newer@corp.example", same).begin() > clock.now()
    assert Attempts("newer@corp.example", other).begin() is None
    clock.advance(minutes=6)
    assert Attempts("newer@corp.example", same).begin() is None


def test_a_right_password_forgives_the_wrong_ones_before_it(app):
    mine = Attempts("ann@forgiven.example", "198.18.1.7")
    for _ in range(PER_ADDRESS - 1):
        mine.begin()
    assert mine.left() == 1

    assert mine.begin() is None
    mine.succeeded()

    assert mine.left() == PER_ADDRESS
    assert mine.begin() is None


def test_right_passwords_of_many_people_keep_nobody_behind_their_network_out(app):
    network = "198.18.2.7"
    fail(PER_NETWORK - 1, network)

    for number in range(3):
        one = Attempts(f"ann{number}@crowded.example", network)
        assert one.begin() is None
        one.succeeded()

    assert Attempts("guessed@crowded.example", network).begin() is None
    assert Attempts("ann@crowded.example", network).begin() is not None


def test_tries_at_the_same_moment_are_no_more_than_one_after_the_other(app):
    db.session.close()

    begun = at_once(app, *[Attempts("ann@raced.example", "198.18.3.7").begin] * (PER_ADDRESS + 4))

    assert begun.count(None) == PER_ADDRESS


def test_codes_of_somebody_who_has_to_wait_keep_nobody_behind_the_network_out(app, clock):
    network = "198.18.4.7"
    begun = [CodeAttempts("code", "ann", network).begin() for _ in range(PER_NETWORK + 1)]

    assert begun.count(None) == CODES_PER_PERSON
    assert Attempts("bo@crowded.example", network).begin() is None
