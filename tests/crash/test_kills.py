"""SIGKILL under load: every acknowledged write is there, none is half-applied, and the next start needs no hand."""

import os
import signal

WRITES = 6  # acknowledged between two strikes


def test_nothing_is_lost_with_a_worker_the_whole_tree_or_the_master_alone(
    start_server, smtp_sink, load_on, rounds, figure
):
    server = start_server(WEB_CONCURRENCY="2", SCIMAPP_MAIL_URL=smtp_sink.url)
    load, kills = load_on(server), 0

    for number in rounds(1):
        with load.running():
            load.wait_for_writes(WRITES)
            os.kill(server.workers[number % 2], signal.SIGKILL)
            load.wait_for_writes(WRITES)
            server.kill()
            server.start()
            load.wait_for_writes(WRITES)
            server.kill(with_workers=False)
        server.wait_for_silence()  # workers without a master finish what is at hand and go by themselves
        server.start()
        kills += 3

    load.assert_nothing_lost(figure, kills)
    assert len(server.workers) == 2
    assert server.stop() == 0
    load.assert_every_mail_leaves(smtp_sink, figure)
