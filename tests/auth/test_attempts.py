"""Who guesses has to wait: by the address that is tried and by the network it is tried from (security L5)."""

import pytest

from scimapp.auth.attempts import PER_ADDRESS, PER_NETWORK, Attempts


def fail(times, network, email="guessed{}@corp.example"):
    for number in range(times):
        Attempts(email.format(f"{number}-{network}"), network).failed()


@pytest.mark.parametrize(
    "network, same, other",
    [("198.18.0.7", "198.18.0.7", "198.18.0.8"), ("2001:db8:7:1::5", "2001:db8:7:1:ffff::9", "2001:db8:7:2::5")],
)
def test_a_network_that_guesses_at_many_addresses_waits_at_every_one(app, clock, network, same, other):
    fail(PER_NETWORK - 1, network)
    assert Attempts("new@corp.example", same).wait_until() is None
    fail(1, network, "one more{}@corp.example")

    assert Attempts("new@corp.example", same).wait_until() > clock.now()
    assert Attempts("new@corp.example", other).wait_until() is None
    clock.advance(minutes=6)
    assert Attempts("new@corp.example", same).wait_until() is None


def test_a_right_password_forgives_the_wrong_ones_before_it(app):
    mine = Attempts("ann@forgiven.example", "198.18.1.7")
    for _ in range(PER_ADDRESS - 1):
        left = mine.failed()
    assert left == 1

    mine.succeeded()

    assert mine.failed() == PER_ADDRESS - 1
    assert mine.wait_until() is None
