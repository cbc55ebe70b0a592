"""Transactions that Postgres undoes for the sake of others are made once more, whole, and only where nothing was kept."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

import psycopg
import pytest
from sqlalchemy import exc, text

from scimapp import database
from scimapp.database import db, repeats
from scimapp.directory.events import UserDeactivated
from scimapp.directory.groups import groups
from scimapp.scim import work
from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import PATCH_OP, create, group, person
from tests.scim_api.call_log.kept_calls import last
from tests.support.databases import database_address

REFUSED = {
    "deadlock": "DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '40P01'; END $$",
    "serialization": "DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '40001'; END $$",
}
LOCK_TIMEOUT = "DO $$ BEGIN RAISE EXCEPTION 'waited' USING ERRCODE = '55P03'; END $$"
pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture
def without_pauses(monkeypatch):
    monkeypatch.setattr(repeats, "PAUSE_SECONDS", 0)


@contextmanager
def somebody_else(app):
    """Another connection, which never gives up when it waits for somebody who waits for it."""
    with psycopg.connect(database_address(app)) as other:
        other.execute("SET deadlock_timeout = '5min'")
        yield other
        other.rollback()


def in_each_others_way(app, account, person_id, call):
    """What ``call()`` returns, made while somebody else takes what it locks last and at once wants what it locked first.

    Postgres looks for a deadlock once in each wait. So the call waits in a line, behind the other one, and only when a third
    lets go of the row it begins to wait for the other one itself, who goes on to the person within the same message.
    """
    db.session.close()
    count = f"SELECT 1 FROM counters WHERE account_id = '{account.id}' AND name = 'active' FOR UPDATE"
    with somebody_else(app) as third, somebody_else(app) as other, ThreadPoolExecutor(2) as pool:
        third.execute(count)
        taken = pool.submit(other.execute, f"{count}; SELECT 1 FROM users WHERE scim_id = '{person_id}' FOR UPDATE")
        await_somebody_behind(app, third, taken)
        answer = pool.submit(call)
        await_somebody_behind(app, other, answer)
        third.rollback()
        taken.result()  # once the call is undone
        other.rollback()
        return answer.result()


def await_somebody_behind(app, connection, future):
    """Wait until somebody waits for this connection, or the future is done."""
    waits = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
    with psycopg.connect(database_address(app), autocommit=True) as looking:
        while not future.done() and looking.execute(waits, [connection.info.backend_pid]).fetchone() is None:
            pass


def entries(account, person_id, event):
    """How often the record tells this of a person."""
    query = (
        "SELECT count(*) FROM audit_entries JOIN users ON users.id = target_id WHERE scim_id = :of AND event = :event"
    )
    return db.session.scalar(text(query), {"of": person_id, "event": event})


def test_a_call_whose_transaction_ended_a_deadlock_is_answered_all_the_same(app, account, scim):
    made = create(scim, person())

    answer = in_each_others_way(
        app, account, made["id"], lambda: scim.patch(f"/Users/{made['id']}", replace={"active": False})
    )

    assert (answer.status_code, answer.json["active"]) == (200, False)
    assert entries(account, made["id"], UserDeactivated.name) == 1


def test_an_operation_of_a_bulk_request_is_made_again_by_itself(app, account, scim):
    made = create(scim, person())
    stop = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "active", "value": False}]}
    steps = [
        {"method": "PATCH", "path": f"/Users/{made['id']}", "data": stop},
        {"method": "DELETE", "path": "/Users/nobody"},  # refused, so that the steps do not share a transaction
    ]

    answer = in_each_others_way(
        app, account, made["id"], lambda: scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": steps})
    )

    assert [result["status"] for result in answer.json["Operations"]] == ["200", "404"]
    assert entries(account, made["id"], UserDeactivated.name) == 1


def counted_and_warned_of(entra, monkeypatch):
    """A person, and a PATCH that looks at as many values as one request may and names something unknown."""
    made = create(entra, person())
    monkeypatch.setattr(work, "MOST", 4 + 1)  # a comparison over one address, and the list that is left
    looks = {"op": "replace", "path": 'emails[type eq "work"].display', "value": "Desk"}
    stop = {"op": "replace", "path": "active", "value": False}
    return made, [looks, {"op": "add", "path": "shoeSize", "value": 42}, stop]


def test_what_a_call_looked_at_is_counted_anew_when_it_is_made_again(app, account, monkeypatch):
    entra = account.scim("entra")
    made, operations = counted_and_warned_of(entra, monkeypatch)

    answer = in_each_others_way(app, account, made["id"], lambda: entra.patch(f"/Users/{made['id']}", *operations))

    assert (answer.status_code, answer.json["active"]) == (200, False), answer.text
    assert len(last(account).warnings) == 1


def test_what_an_operation_of_a_bulk_looked_at_is_counted_anew_when_it_is_made_again(app, account, monkeypatch):
    entra = account.scim("entra")
    made, operations = counted_and_warned_of(entra, monkeypatch)
    steps = [
        {"method": "PATCH", "path": f"/Users/{made['id']}", "data": {"schemas": [PATCH_OP], "Operations": operations}},
        {"method": "DELETE", "path": "/Users/nobody"},
    ]

    answer = in_each_others_way(
        app,
        account,
        made["id"],
        lambda: entra.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": steps}),
    )

    assert [result["status"] for result in answer.json["Operations"]] == ["200", "404"]
    assert [warning["cause"] for warning in last(account).warnings].count("ignored") == 1


def test_what_cannot_be_completed_is_taken_back_although_the_database_undid_that_once(
    account, scim, monkeypatch, without_pauses
):
    """Two who refer to each other in a circle that the directory does not take: groups in groups."""
    removals, remove = [], groups.remove

    def undone_once(*arguments, **named):
        removals.append(arguments)
        if len(removals) == 2:  # the first one was made in the transaction of both
            with database.writing():
                database.run(REFUSED["deadlock"])
        remove(*arguments, **named)

    monkeypatch.setattr(groups, "remove", undone_once)
    steps = [
        {"method": "POST", "bulkId": name, "path": "/Groups", "data": group(name, f"bulkId:{other}")}
        for name, other in (("one", "two"), ("two", "one"))
    ]

    answer = scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": steps})

    assert sorted(result["status"] for result in answer.json["Operations"]) == ["201", "409"]
    assert len(removals) == 3
    assert scim.get("/Groups").json["totalResults"] == 1


@pytest.mark.parametrize("reason", REFUSED)
def test_a_call_is_made_five_times_more_and_then_told(app, without_pauses, reason):
    calls = []

    def undone():
        calls.append(reason)
        with database.writing():
            database.run(REFUSED[reason])

    with pytest.raises(exc.OperationalError):
        repeats.insist(undone)

    assert len(calls) == 6


def test_the_session_begins_anew_each_time(app, account, without_pauses):
    """The same, where SQLAlchemy's session met the refusal, and outside a transaction that writes."""
    calls = []

    def undone_once():
        calls.append(1)
        if len(calls) == 1:
            db.session.execute(text(REFUSED["serialization"]))
        return db.session.scalar(text("SELECT count(*) FROM accounts WHERE id = :id"), {"id": account.id})

    assert repeats.insist(undone_once) == 1
    assert len(calls) == 2


def test_nothing_that_was_committed_happens_twice(app, without_pauses):
    calls = []

    def undone_in_its_second_transaction():
        calls.append(1)
        with database.writing():
            database.run("SELECT 1")
        with database.writing():
            database.run(REFUSED["deadlock"])

    with pytest.raises(exc.OperationalError):
        repeats.insist(undone_in_its_second_transaction)

    assert len(calls) == 1


def test_a_part_of_a_transaction_is_not_made_again_without_the_rest(app, without_pauses):
    calls = []

    def undone():
        calls.append(1)
        database.run(REFUSED["deadlock"])

    with pytest.raises(exc.OperationalError), database.writing():
        repeats.insist(undone)

    assert len(calls) == 1


def test_whoever_waited_for_a_lock_in_vain_is_not_kept_longer(app, without_pauses):
    calls = []

    def waited():
        calls.append(1)
        with database.writing():
            database.run(LOCK_TIMEOUT)

    with pytest.raises(exc.OperationalError):
        repeats.insist(waited)

    assert len(calls) == 1


@pytest.mark.parametrize("sent, times", [({"name": "x"}, 6), ({"file": (BytesIO(b"x"), "people.csv")}, 1)])
def test_a_file_is_read_once_so_its_request_is_made_once(app, monkeypatch, without_pauses, sent, times):
    calls = []

    def undone():
        calls.append(1)
        with database.writing():
            database.run(REFUSED["deadlock"])

    monkeypatch.setitem(app.view_functions, "web.user_new", undone)

    with app.test_request_context("/users/new", method="POST", data=sent), pytest.raises(exc.OperationalError):
        app.dispatch_request()

    assert len(calls) == times


def test_a_long_list_of_members_is_whole_when_its_call_is_made_again(
    account, scim, make_user, monkeypatch, without_pauses
):
    ids, calls, create_group = [make_user().scim_id for _ in range(200)], [], groups.create  # 9 kB of ids

    def undone_once(scope, draft):
        calls.append(draft)
        if len(calls) == 1:
            with database.writing():
                database.run(REFUSED["deadlock"])
        return create_group(scope, draft)

    monkeypatch.setattr(groups, "create", undone_once)
    made = scim.post("/Groups", group("Many", *ids)).json

    assert len(calls) == 2
    assert [member["value"] for member in made["members"]] == ids
