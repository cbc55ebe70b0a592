"""What is computed at its first use: once, and for no other object."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from scimapp.directory.unit_of_work import Work
from scimapp.first_use import at_first_use
from scimapp.scim_api.access.gate import Call

LONG = 10  # seconds that nothing takes


class Thing:
    def __init__(self, compute=lambda: 7):
        self.compute, self.times = compute, 0

    @at_first_use
    def value(self):
        """What it is worth."""
        self.times += 1
        return self.compute()


def test_it_is_computed_once():
    thing = Thing()

    assert (thing.value, thing.value, thing.times) == (7, 7, 1)


def test_it_can_be_given_and_forgotten():
    thing = Thing()
    thing.value = 8
    assert (thing.value, thing.times) == (8, 0)

    del thing.value
    assert thing.value == 7


def test_the_class_shows_what_it_is():
    assert Thing.value.__doc__ == "What it is worth."


def test_nobody_waits_for_a_thread_that_computes_the_same_of_another_object():
    """That thread may wait in the database for a lock that the other one holds."""
    begun, done = Event(), Event()
    waiting = Thing(lambda: begun.set() or done.wait(LONG))

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: waiting.value)
        assert begun.wait(LONG)
        assert Thing().value == 7
        done.set()
        assert first.result()


def test_what_may_ask_the_database_is_such_a_property():
    for one in (Work.account, Call.types):
        assert isinstance(one, at_first_use)
