"""What a process keeps of its calls: nothing, once its caches are as they stay. And that those who watch see something."""

import gc
import logging
import sys
from random import Random

import pytest

from scimapp.directory.calls import call_buffer
from tests.scim_api.bodies import create, group, person

from .fingerprint import Watch
from .requests import mangled
from .test_scim import alive, corpus, send
from .weather import Weather

INPUTS = 100
# A list of groups remembers each that it shows: with a hundred from the start, as many as a page holds, it has no more to learn.
GROUPS = 100
WARMING, MEASURED = 9, 9  # rounds
MOST_KEPT = 1.0  # blocks of memory a request; 50 MB in 100,000 requests are about five


@pytest.fixture
def without_log():
    """pytest keeps every line of the log until the test is over."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_same_requests_again_leave_nothing_in_memory(app, account, make_field, without_log):
    scim, weather = account.scim(), Weather("the same again", 0)
    make_field("EmpCode")
    for number in range(GROUPS):
        account.make_group(f"Group {number}")
    good = corpus(app, weather.random)
    inputs = good[:50] + [mangled(weather.random, *weather.random.sample(good, 2)) for _ in range(INPUTS - 50)]
    ids = {
        "managed_person": create(scim, person())["id"],
        "managed_group": create(scim, group("Crew"), "/Groups")["id"],
    }

    kept = []
    for number in range(WARMING + MEASURED):
        random = Random(weather.seed)
        for sent in inputs:
            send(random, scim, ids, sent)
        ids = {kind: alive(scim, kind, thing) for kind, thing in ids.items()}
        call_buffer.buffer().clear()  # a thread of a server writes them
        if number in (WARMING - 1, WARMING + MEASURED - 1):
            gc.collect()  # half a second among all that the tests have imported
            kept.append(sys.getallocatedblocks())
    grown = (kept[-1] - kept[0]) / (MEASURED * INPUTS)
    assert grown < MOST_KEPT, f"{grown:.1f} blocks a request (seed {weather.seed}): {kept}"


def test_the_watch_over_refusals_sees_a_change_and_no_note(account, scim):
    watch = Watch(account.id)
    scim.get("/Users")  # notes the first use of the token
    saw_note = not watch.is_as_before()
    account.make_user(given_name="Ann")
    saw_change = not watch.is_as_before()
    watch.close()

    assert (saw_note, saw_change) == (False, True)
