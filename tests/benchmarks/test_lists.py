"""The benchmark of the lists keeps up with the tables and the pages; how long they take is not a matter of tests."""

from benchmarks import lists


def test_every_measured_page_answers_and_counts_what_was_written(capsys):
    assert lists.main(["--people", "300", "--tries", "0", "--limit", "100000"]) == 0

    assert "0 of them wrong" in capsys.readouterr().out
