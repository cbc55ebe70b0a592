"""A server that is told to end or to begin anew, on tables that grew meanwhile: what is at hand is finished first."""

import http.client
import os
import signal
import socket

import pytest
from sqlalchemy import create_engine, inspect

from tests.support.next_tables import expand
from tests.support.patience import wait_until

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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_comes_during_a_restart_waits_for_the_new_server(start_server, database):
    """As behind deploy/scimapp.socket: systemd holds the socket, and this test is systemd."""
    server = start_server()
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)) as server.listener:
        server.start()
        assert server.stop() == 0
        waiting = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        waiting.request("GET", "/healthz")

        server.start()

        assert waiting.getresponse().status == 200
        waiting.close()


def migrate(server):
    """Give the tables what a next release may add to them; the old workers write on. Once."""
    engine = create_engine(server.database_url, connect_args={"isolation_level": None, "timeout": 30})
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if not inspect(connection).has_table("later"):
            expand(connection)
        connection.exec_driver_sql("COMMIT")
    engine.dispose()
