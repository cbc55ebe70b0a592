"""On Postgres the server itself collects statistics of tables that have grown, or it would keep plans that were made for few rows.
Autovacuum is asked to come early.
"""

import psycopg
import pytest
from sqlalchemy import text

from scimapp.database import db, run
from scimapp.database.postgres import statistics
from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.client_reads.kept_members import KeptMembers
from scimapp.statistics_worker import StatisticsWorker
from tests.support.databases import database_address
from tests.support.patience import wait_until
from tests.support.people import MadeAccount

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)
_MANY = """
INSERT INTO users SELECT (jsonb_populate_record(users, jsonb_build_object(
  'seq', nextval(pg_get_serial_sequence('users', 'seq')), 'id', 'p' || number, 'scim_id', 'p' || number,
  'user_name_key', 'p' || number, 'email_key', 'p' || number))).*
FROM users, generate_series({first}, {last}) AS number WHERE users.seq = {seq}
"""
_THEIR_MEMBERSHIPS = """
INSERT INTO memberships SELECT (jsonb_populate_record(memberships, jsonb_build_object('user_seq', users.seq))).*
FROM memberships JOIN users ON users.id LIKE 'p%' WHERE memberships.user_seq = {seq}
ON CONFLICT DO NOTHING
"""
# Each statement asks anew: within a transaction the numbers stay what they were.
_ARE_TOLD = """
SELECT (SELECT sum(n_live_tup) FROM pg_stat_user_tables WHERE relname IN ('users', 'memberships'))
  >= (SELECT count(*) FROM users WHERE id LIKE 'p%')
   + (SELECT count(*) FROM memberships JOIN users ON users.seq = memberships.user_seq WHERE users.id LIKE 'p%')
"""


@pytest.fixture
def account(alone):
    return MadeAccount(alone, "Acme")


def _add(app, ann, first, last):
    """A connection tells how many rows it wrote when it ends, and otherwise once in a while; only Postgres 15 can be asked to."""
    with psycopg.connect(database_address(app)) as adding:
        adding.execute(_MANY.format(first=first, last=last, seq=ann.seq))
        adding.execute(_THEIR_MEMBERSHIPS.format(seq=ann.seq))
    wait_until(lambda: run(_ARE_TOLD).fetchone()[0])  # before Postgres 15 another process counts them, a moment later


def test_a_large_group_is_not_read_by_the_plan_of_a_small_one(alone, account, monkeypatch):
    """It compared each of 10,000 members with each of 10,000 people, for 27 seconds."""
    ann = account.make_user()
    group, client = account.make_group(members=[ann]), account.scim()
    for _ in range(8):  # after five times Postgres plans for all values
        monkeypatch.setattr(members_of_groups, "_kept", KeptMembers())
        assert len(client.get(f"/Groups/{group.id}").json["members"]) == 1
    _add(alone, ann, 1, 600)
    assert any("Join Filter: (memberships_1.user_seq = users.seq)" in line for line in _kept_plan())

    StatisticsWorker(alone).work()

    assert not any("Join Filter: (memberships_1.user_seq = users.seq)" in line for line in _kept_plan())
    assert statistics.renew() == []


def test_few_rows_are_counted_after_a_while(alone, account, monkeypatch):
    """An account of 1,900 people beside one of 20,000 was in no statistics: each search compared all of them with each other."""
    ann = account.make_user()
    _add(alone, ann, 1, 600)
    statistics.renew()

    _add(alone, ann, 601, 660)

    assert statistics.renew() == []
    monkeypatch.setattr(statistics, "ROW_SECONDS", 0)
    assert statistics.renew() == ["users"]


def test_where_postgres_counts_no_rows_nothing_is_collected(alone, account):
    """The number of rows would be another one for good, and each look would collect everything once more."""
    _add(alone, account.make_user(), 1, 600)
    db.session.execute(text("SET LOCAL track_counts = off"))

    assert statistics.renew() == []


def test_postgres_tidies_up_what_lists_read_before_they_are_slow(alone):
    """It waited for a fifth of the rows: with a tenth of the people changed, a list in order took five times as long."""
    shares = run("""
      SELECT relname, option_name, CAST(option_value AS FLOAT) FROM pg_class, pg_options_to_table(reloptions)
      WHERE relnamespace = CAST(current_schema() AS regnamespace) ORDER BY relname, option_name
    """).fetchall()  # fmt: skip

    options = "autovacuum_vacuum_insert_scale_factor", "autovacuum_vacuum_scale_factor"
    tables = {"indexed_values": 0.002, "memberships": 0.01, "users": 0.01}
    assert shares == [(table, option, share) for table, share in tables.items() for option in options]


def _kept_plan():
    """The lines of the plan of the statement that reads members, in a connection that has kept it."""
    [(name, statement)] = run(
        "SELECT name, statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT groups.seq%AS people%'"
    ).fetchall()
    values = ", ".join(["NULL"] * max(number for number in range(1, 99) if f"${number}" in statement))
    return [line for (line,) in run(f"EXPLAIN EXECUTE {name}({values})").fetchall()]
