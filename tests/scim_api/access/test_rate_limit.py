"""How often a token may call, and an address try wrong ones; one count for all processes of a server."""

import multiprocessing
import os
import signal
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from scimapp.directory.sign_in.throttle import network_of
from scimapp.scim_api.access.rate_limit import WRONG_TOKENS, Seats
from scimapp.scim_api.access.shared_buckets import WAYS, SharedBuckets
from scimapp.settings import Settings, SettingsError
from tests.scim_api.bodies import assert_error


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock_of_buckets():
    return Clock()


def admitted(buckets, key, tries):
    return sum(not buckets.seconds_to_wait(key) for _ in range(tries))


def test_a_bucket_holds_its_size_and_refills(clock_of_buckets):
    buckets = SharedBuckets(5, 20, clock=clock_of_buckets)

    assert admitted(buckets, "a", 30) == 20
    assert buckets.seconds_to_wait("a") == pytest.approx(0.2)
    assert buckets.seconds_to_wait("b") == 0
    clock_of_buckets.now += 0.2
    assert admitted(buckets, "a", 2) == 1
    clock_of_buckets.now += 1_000
    assert admitted(buckets, "a", 30) == 20


def test_a_steady_half_of_the_rate_is_never_refused(clock_of_buckets):
    """Also right after a burst: what flows off is for those who come, not for nobody."""
    buckets = SharedBuckets(50, 200, clock=clock_of_buckets)
    admitted(buckets, "a", 300)

    for _ in range(25 * 60):
        clock_of_buckets.now += 1 / 25
        assert buckets.seconds_to_wait("a") == 0


def test_every_seat_sees_what_the_others_took_and_when(clock_of_buckets):
    buckets = SharedBuckets(10, 40, seats=3, clock=clock_of_buckets)
    taken = 0
    for seat in (0, 2, 1, 9):  # the last has no cells of its own and shares those of the last seat
        buckets.sit(seat)
        taken += admitted(buckets, "a", 9)
        clock_of_buckets.now += 0.1
    taken += admitted(buckets, "a", 99)

    assert taken == 40 + 4
    clock_of_buckets.now += 60  # long after, no seat holds old calls against the token
    buckets.sit(0)
    assert admitted(buckets, "a", 99) == 40


def test_a_key_whose_row_is_needed_gives_it_up_only_when_its_bucket_is_full_again(clock_of_buckets):
    buckets = SharedBuckets(1, 4, clock=clock_of_buckets)
    sharing = [256 * number + 7 for number in range(1, WAYS + 2)]  # ints are their own hash: all in one set
    for key in sharing[:-1]:
        assert admitted(buckets, key, 9) == 4
    clock_of_buckets.now += 1

    assert admitted(buckets, sharing[0], 9) == 1
    clock_of_buckets.now += 3  # all but the first are full again
    assert admitted(buckets, sharing[-1], 9) == 4
    assert admitted(buckets, sharing[0], 9) == 3


def test_processes_share_a_bucket_and_a_killed_one_blocks_nobody(clock_of_buckets):
    processes = 4
    buckets = SharedBuckets(1, 5_000, seats=processes, clock=clock_of_buckets)
    context = multiprocessing.get_context("fork")
    counts = context.SimpleQueue()

    def work(seat, tries, dies=False):
        buckets.sit(seat)
        counts.put(admitted(buckets, "a", tries))
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)

    def run(*arguments):
        running = [context.Process(target=work, args=each) for each in arguments]
        for process in running:
            process.start()
        for process in running:
            process.join(60)
        return sum(counts.get() for _ in running)

    first = run(*[(seat, 1_000, True) for seat in range(processes)])
    second = run(*[(seat, 1_000) for seat in range(processes)])

    assert first == 4_000
    assert 5_000 <= first + second <= 5_000 + processes - 1  # the last call may be taken by all who look at once


def test_a_seat_is_given_again_when_its_process_is_gone():
    seats = Seats()
    assert [seats.take() for _ in range(3)] == [0, 1, 2]
    seats.leave(1)
    assert [seats.take(), seats.take()] == [1, 3]


@pytest.mark.parametrize(
    "address, counted",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not:an:address", "not:an:address"),
        (None, None),
    ],
)
def test_who_has_a_whole_network_is_counted_as_one(address, counted):
    assert network_of(address) == counted


def test_a_limit_that_identity_providers_would_run_into_is_refused_at_start():
    environment = {"SCIMAPP_SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnop", "SCIMAPP_SCIM_RATE": "24"}

    with pytest.raises(SettingsError, match="25 or more"):
        Settings.from_environment(environment)
    assert Settings.from_environment(environment | {"SCIMAPP_SCIM_RATE": "25"}).scim_rate == 25
    assert Settings.from_environment(environment | {"SCIMAPP_SCIM_RATE": "0"}).scim_rate == 0


def test_too_many_calls_are_429_with_whole_seconds_and_other_tokens_go_on(app_with, account):
    client = app_with(scim_rate=0.5).test_client()

    def get(token):
        headers = {"Authorization": f"Bearer {token}"}
        return client.get(f"/scim/{account.id}/v2/Users", headers=headers)

    hasty, calm = account.make_token("okta"), account.make_token("okta")
    answers = [get(hasty) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_error(answers[-1], 429)
    assert answers[-1].headers["Retry-After"] == "2"
    assert get(calm).status_code == 200


def test_wrong_tokens_are_counted_by_address_and_good_ones_pass_it(scim, account, other_account):
    """An attacker behind the proxy of an identity provider must not lock the provider out."""
    foreign = scim.with_token(other_account.make_token("okta"))
    visitor = foreign._visitor
    answers = [foreign.get("/Users") for _ in range(WRONG_TOKENS + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {401}
    assert_error(answers[-1], 429, says="wrong tokens")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3
    assert_error(foreign.get("/nowhere"), 429)
    good = visitor.open(f"{scim.base_path}/Users", headers={"Authorization": f"Bearer {account.make_token('okta')}"})
    assert good.status_code == 200
    assert visitor.open(f"{scim.base_path}/Users").status_code == 401  # no token at all is no guess
    assert scim.with_token("wrong").get("/Users").status_code == 401  # from another address


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_workers_of_a_server_count_together(start_server):
    server = start_server(WEB_CONCURRENCY="3")
    began = time.monotonic()

    def wrong(_number):
        request = urllib.request.Request(f"{server.url}/scim/A/v2/Users", headers={"Authorization": "Bearer wrong"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        refused.value.close()
        return refused.value.code

    with ThreadPoolExecutor(12) as pool:
        codes = Counter(pool.map(wrong, range(90)))

    assert set(codes) == {401, 429}
    assert codes[401] <= WRONG_TOKENS * (1 + (time.monotonic() - began) / 60) + 2
