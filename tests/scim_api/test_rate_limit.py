"""How often a token may call."""

from scimapp.scim_api.rate_limit import RateLimit

from .bodies import assert_error


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


def test_a_bucket_holds_two_seconds_of_calls_and_refills():
    clock = Clock()
    limit = RateLimit(5, clock)

    assert [limit.seconds_to_wait("a") for _ in range(10)] == [0] * 10
    assert limit.seconds_to_wait("a") == 1
    assert limit.seconds_to_wait("b") == 0
    clock.now += 0.2
    assert limit.seconds_to_wait("a") == 0
    assert limit.seconds_to_wait("a") == 1


def test_a_slow_rate_says_how_long_in_whole_seconds():
    limit = RateLimit(0.1, Clock())

    assert limit.seconds_to_wait("a") == 0
    assert limit.seconds_to_wait("a") == 10


def test_zero_is_no_limit():
    limit = RateLimit(0, Clock())

    assert not any(limit.seconds_to_wait("a") for _ in range(1_000))


def test_too_many_calls_are_429_with_whole_seconds(app_with, account):
    limited = app_with(scim_rate=1)
    token = account.make_token("okta")
    address = f"/scim/{account.id}/v2/Users"
    client = limited.test_client()

    answers = [client.get(address, headers={"Authorization": f"Bearer {token}"}) for _ in range(4)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert_error(answers[-1], 429)
    assert answers[-1].headers["Retry-After"].isdigit()
