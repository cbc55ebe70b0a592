"""Searches of the provisioning log stay quick, however many calls it holds."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from scimapp.database import db
from scimapp.directory import clock as time
from scimapp.directory.calls import call_pulse, call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.model import ScimCall
from tests.support.pending_calls import COLUMNS


@pytest.fixture
def many(once):
    """The scope of an account with thousands of calls about a hundred people."""
    return once(populate)[0]


def populate(account):
    start = time.now() - timedelta(days=20)
    rows = [
        COLUMNS | {"account_id": account.id, "request_id": f"r{number}", "at": start + timedelta(minutes=4 * number),
                   "facts": {}, "times": 1, "token_id": "t1", "target_kind": "person", "target_id": f"p{number % 100}",
                   "target_label": f"Person {number % 100}", "target_key": f"person {number % 100}",
                   "result": "failed" if number % 50 == 0 else "answered",
                   "cause": "taken" if number % 50 == 0 else None, "operation": ("find", "update")[number % 2]}
        for number in range(6_000)
    ]  # fmt: skip
    with db.engine.begin() as connection:
        connection.execute(insert(ScimCall), rows)
        if db.engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE scim_calls"))
    return (account.scope,)


@pytest.mark.parametrize(
    "search",
    [
        CallSearch(),
        CallSearch(result="failed"),
        CallSearch(token="t1", operation="update"),
        CallSearch(target="p7"),
        CallSearch(q="person 7"),
        CallSearch(q="r77"),
        CallSearch(q="nobody"),
        CallSearch(result="failed", before=10**9),
    ],
)
def test_no_search_reads_the_whole_table(many, search, statements):
    with statements() as log:
        call_search.find(many, search)
    call = call_search.find(many, CallSearch(result="failed")).items[0]
    with statements() as more:
        call_search.neighbours(many, search, call)
        call_search.same_problem(many, call)
        call_search.newer_count(many, search, call.seq)

    assert len(log) <= 7
    if db.engine.dialect.name == "sqlite":
        assert [plan for plan in _plans(log + more) if plan.startswith("SCAN scim_calls")] == []


def _plans(log):
    connection = db.session.connection().connection.driver_connection
    for statement in log:
        placeholders = tuple("x" for _ in range(statement.count("?")))
        yield from (row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", placeholders))


def test_refused_calls_are_found_by_indexes_that_hold_no_others(many, statements):
    call = call_search.find(many, CallSearch(result="failed")).items[0]
    ways = (
        ("ix_scim_calls_result", lambda: call_search.find(many, CallSearch(result="failed")).items),
        ("ix_scim_calls_result", lambda: call_pulse.recent_warnings(many, days=30)),
        ("ix_scim_calls_target", lambda: call_search.find(many, CallSearch(result="failed", target="p0")).items),
        ("ix_scim_calls_target", lambda: call_search.find(many, CallSearch(result="failed", q="p0")).items),
        (
            "ix_scim_calls_operation",
            lambda: call_search.find(many, CallSearch(result="failed", operation="find")).items,
        ),
        ("ix_scim_calls_cause", lambda: call_search.same_problem(many, call)),
    )
    for index, ask in ways:
        with statements() as log:
            found = ask()
        assert {(other.result, other.cause) for other in found} == {("failed", "taken")}
        if db.engine.dialect.name == "sqlite":
            assert any(f" {index} " in plan for plan in _plans(log)), (index, log)


def test_calls_about_few_people_are_found_by_their_ids_alone(many, statements, monkeypatch):
    monkeypatch.setattr(call_search, "LOOKED_THROUGH", 500)

    with statements() as log:
        call_search.find(many, CallSearch(q="p0", result="failed", operation="find"))

    if db.engine.dialect.name == "sqlite":
        found, *_ = [statement for statement in log if "UNION" in statement and "scim_calls" in statement]
        by_request, by_target, newest = [plan for plan in _plans([found]) if plan.startswith("SEARCH scim_calls")]
        assert "ix_scim_calls_request" in by_request
        assert "ix_scim_calls_target" in by_target
        assert newest.endswith("(account_id=? AND seq>?)")


def test_a_name_is_sought_in_the_newest_calls_alone(many, monkeypatch):
    monkeypatch.setattr(call_search, "LOOKED_THROUGH", 500)

    found = call_search.find(many, CallSearch(q="person 7", per_page=1000)).items

    assert {call.target_label for call in found} == {"Person 7", *(f"Person {number}" for number in range(70, 80))}
    assert len(found) == 55


def test_very_many_namesakes_are_said_to_be_many(account, scope, make_user, monkeypatch):
    monkeypatch.setattr(call_search, "MOST_NAMED", 2)
    for number in range(3):
        make_user(given_name="Ann", family_name=f"Berg{number}", state="invited")

    assert call_search.find(scope, CallSearch(q="ann")).is_partial
    assert not call_search.find(scope, CallSearch(q="berg1")).is_partial


def test_the_period_is_exact_and_newest_first(many):
    since = time.now() - timedelta(days=10)
    items = call_search.find(many, CallSearch(since=since, per_page=5_000)).items

    assert all(call.at >= since for call in items)
    assert [call.seq for call in items] == sorted((call.seq for call in items), reverse=True)
    assert 2_390 <= len(items) <= 2_410
    assert call_search.find(many, CallSearch(since=time.now() + timedelta(days=1))).items == []


def test_a_period_holds_calls_that_were_written_before_one_that_came_first(account, scope):
    start = time.now() - timedelta(hours=1)
    came = {
        "before": -30,
        "soon": 2,
        "later": 4,
        "flood": 1,
    }  # minutes behind the start, in the order they were written
    rows = [
        COLUMNS | {"account_id": account.id, "request_id": name, "at": start + timedelta(minutes=minutes), "facts": {}}
        for name, minutes in came.items()
    ]  # fmt: skip
    db.session.execute(insert(ScimCall), rows)

    assert [call.request_id for call in call_search.find(scope, CallSearch(since=start)).items] == [
        "flood",
        "later",
        "soon",
    ]
