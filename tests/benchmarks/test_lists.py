"""The benchmark of the lists keeps up with the tables and the pages; how long they take is not a matter of tests."""

import logging

from benchmarks import lists
from scimapp.database import statements


def test_every_measured_page_answers_and_counts_what_was_written(capsys):
    log = logging.getLogger("scimapp.requests")
    before = log.level, list(statements.observers)

    assert lists.main(["--people", "300", "--tries", "0", "--limit", "100000"]) == 0

    assert "0 of them wrong" in capsys.readouterr().out
    assert (log.level, statements.observers) == before
