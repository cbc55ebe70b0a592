"""On Postgres a call that only reads is made while the database looks its token up, and nothing is told of it before."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from scimapp.database import db, idle_connections, let_go_of_driver, run
from scimapp.directory import clock
from scimapp.directory.client_reads import reading
from scimapp.directory.connection import connection, scim_tokens
from tests.scim_api.bodies import assert_error

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture
def ann(scim, make_user):
    """Whom the token has read so often that its use is noted and the statements are prepared."""
    ann = make_user()
    for _ in range(4):
        assert scim.get(f"/Users/{ann.scim_id}").status_code == 200
    return ann


@pytest.fixture
def token(ann, scope):
    return scim_tokens.list_tokens(scope)[0]


@pytest.fixture
def reads(monkeypatch):
    """Grows with each look for a person."""
    counted, read = [], reading.person
    monkeypatch.setattr(reading, "person", lambda *given, **named: counted.append(1) or read(*given, **named))
    return counted


@pytest.mark.parametrize("path", ["/Users/{}", "/Users/nobody", "/Schemas"])
def test_the_token_takes_no_wait_of_its_own(scim, ann, waits, path):
    scim.get(path.format(ann.scim_id))

    assert len(waits) == 1


@pytest.mark.parametrize(
    "path", ["/Users/{}", "/Users/nobody", '/Users?filter=userName eq "nobody"', "/Schemas", "/Users?count=x"]
)
def test_a_token_that_was_revoked_is_told_nothing(scim, ann, token, scope, path):
    scim_tokens.revoke(scope, token.id)

    answers = [scim.get(path.format(ann.scim_id)) for _ in range(2)]

    for answer in answers:
        assert_error(answer, 401)
    assert answers[0].text == answers[1].text == scim.with_token("x" * 53).get("/Users").text


def test_what_was_read_for_a_token_that_has_ended_is_read_once(scim, ann, token, scope, reads):
    scim_tokens.revoke(scope, token.id)

    for _ in range(3):
        assert_error(scim.get(f"/Users/{ann.scim_id}"), 401)

    assert len(reads) == 1


def test_the_line_of_a_refused_call_names_nobody(scim, ann, token, scope, caplog):
    scim_tokens.revoke(scope, token.id)

    with caplog.at_level("INFO", "scimapp.requests"):
        scim.get(f"/Users/{ann.scim_id}")

    (line,) = [fields for record in caplog.records for _, fields in getattr(record, "lines", ())]
    assert (line["actor"], line["account"]) == (None, None)


def test_nothing_is_looked_for_once_a_token_has_expired_or_pauses(scim, ann, token, scope, reads, monkeypatch):
    connection.pause(scope)
    assert [scim.get(f"/Users/{ann.scim_id}").status_code for _ in range(2)] == [503, 503]
    connection.resume(scope)
    monkeypatch.setattr(clock, "now", lambda moment=token.expires_at + timedelta(seconds=1): moment)

    assert_error(scim.get(f"/Users/{ann.scim_id}"), 401)

    assert len(reads) == 1  # of the call that found the pause


def test_a_pause_acts_on_the_next_call(scim, ann, scope):
    connection.pause(scope)

    assert_error(scim.get(f"/Users/{ann.scim_id}"), 503)
    assert_error(scim.get("/Users/nobody"), 503)


def test_a_call_whose_token_became_another_is_made_again(scim, ann, make_field, reads):
    make_field("shoeSize")

    answer = scim.get(f"/Users/{ann.scim_id}")

    assert answer.status_code == 200
    assert len(reads) == 2


def test_another_account_is_refused_as_ever(scim, ann, other_account, reads, statements):
    stranger = other_account.scim().with_token(scim.token)

    with statements() as log:
        assert_error(stranger.get(f"/Users/{ann.scim_id}"), 401)

    assert not reads
    assert len(log) == 1  # the look-up of the token, which was made twice


# What is read by the session, or not at all, leaves the token waiting on a connection that nothing else has tried.
@pytest.mark.parametrize("path", ["/Users/{}", "/Users/nobody", "/Schemas", '/?filter=id eq "{}"', "/Me"])
def test_a_connection_that_broke_meanwhile_is_replaced(scim, ann, path):
    path = path.format(ann.scim_id)
    before = scim.get(path)
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                           " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"))  # fmt: skip

    answer = scim.get(path)

    assert (answer.status_code, answer.text) == (before.status_code, before.text)


def test_what_was_never_a_token_takes_no_connection(scim, ann, monkeypatch):
    """With all of them in use, or none to be had, it was answered 503 after a wait."""
    let_go_of_driver()
    monkeypatch.setattr(idle_connections, "take", lambda *_given, **_named: pytest.fail("a connection was taken"))

    assert_error(scim.with_token("garbage").get(f"/Users/{ann.scim_id}"), 401)


def slow_statement(*_given, **_named):
    run("SET statement_timeout = 1")
    try:
        run("SELECT pg_sleep(30)")
    finally:
        run("SET statement_timeout = 30000")


def slow_query(*_given, **_named):
    db.session.execute(text("SET LOCAL statement_timeout = 1"))
    db.session.execute(text("SELECT pg_sleep(30)"))


@pytest.mark.parametrize("is_revoked", [False, True])
@pytest.mark.parametrize(
    "path, name, slow", [("/Users/nobody", "person", slow_statement), ("/?filter=id pr", "count_people", slow_query)]
)
def test_a_read_that_the_database_ends_is_told_to_whoever_may_ask(
    scim, ann, token, scope, monkeypatch, is_revoked, path, name, slow
):
    """Otherwise an ended token could keep the database busy time and again, and learn that it did."""
    counted = []
    monkeypatch.setattr(reading, name, lambda *given, **named: counted.append(1) or slow())
    if is_revoked:
        scim_tokens.revoke(scope, token.id)

    for _ in range(2):
        assert_error(scim.get(path), 401 if is_revoked else 503)
    assert len(counted) == (1 if is_revoked else 2)


def test_what_the_lock_of_the_account_is_for_waits_with_it(scim, scope, make_group, waits):
    """A group's row is read in the trip that locks the account for a PUT, which may give it another name."""
    group, counts = make_group("Sales"), []
    for name in ("One", "Two", "Three", "Four", "Five"):
        waits.clear()
        assert scim.put(f"/Groups/{group.id}", {"displayName": name}).status_code == 200
        counts.append(len(waits))

    assert (
        counts[-1] == 4
    )  # for the group, with the token and the lock, the rules, COMMIT, and the group for the answer
