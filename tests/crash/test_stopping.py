"""A server that is told to end or to begin anew, on tables that grew meanwhile: what is at hand is finished first."""

import os
import signal

import pytest
from sqlalchemy import create_engine, inspect

from tests.support.next_tables import expand

from .patience import wait_until

WRITES = 6


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_reload_refuses_nothing_and_the_end_loses_nothing(start_server, smtp_sink, load_on, rounds, figure, database):
    server = start_server(WEB_CONCURRENCY="2", SCIMAPP_MAIL_URL=smtp_sink.url)
    load = load_on(server)

    with load.running():
        for _ in rounds(1):
            before = server.workers
            load.wait_for_writes(WRITES)
            migrate(server)
            os.kill(server.pid, signal.SIGHUP)
            wait_until(lambda gone=before: not set(gone) & set(server.workers))
            load.wait_for_writes(WRITES)
        assert load.journal.unanswered == 0, server.errors
        assert server.stop() == 0
        server.start()
        load.wait_for_writes(WRITES)

    load.assert_nothing_lost(figure, kills=0)


def migrate(server):
    """Give the tables what a next release may add to them; the old workers write on. Once."""
    engine = create_engine(server.database_url, connect_args={"isolation_level": None, "timeout": 30})
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if not inspect(connection).has_table("later"):
            expand(connection)
        connection.exec_driver_sql("COMMIT")
    engine.dispose()
