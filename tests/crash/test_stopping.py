"""A server that is told to end or to begin anew: what is at hand is finished first."""

import os
import signal
import time

import pytest

WRITES = 6


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_reload_refuses_nothing_and_the_end_loses_nothing(start_server, smtp_sink, load_on, rounds, figure, database):
    server = start_server(WEB_CONCURRENCY="2", SCIMAPP_MAIL_URL=smtp_sink.url)
    load = load_on(server)

    with load.running():
        for _ in rounds(1):
            before = server.workers
            load.wait_for_writes(WRITES)
            os.kill(server.pid, signal.SIGHUP)
            wait_until(lambda gone=before: not set(gone) & set(server.workers))
            load.wait_for_writes(WRITES)
        assert load.journal.unanswered == 0, server.errors
        assert server.stop() == 0
        server.start()
        load.wait_for_writes(WRITES)

    load.assert_nothing_lost(figure, kills=0)


def wait_until(is_so):
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in half a minute")
