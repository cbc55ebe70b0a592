"""Prepared questions are as strict as scripts: an answer has to be the one that a script looked at."""

import os

import pytest

from benchmarks.speed import servers, two_workers
from benchmarks.speed.floors_beside import floor_server
from benchmarks.speed.kinds import Sqlite
from benchmarks.speed.prepared import Prepared


def test_nothing_but_the_moment_and_the_number_of_a_request_may_differ_from_the_answer_before():
    before = b"Date: Fri\r\nETag: 1\r\nX-Request-ID: 77\r\n\r\nbody"
    prepared = Prepared(
        b"", len(before), ((0, b"Date: "), (9, b"\r\nETag: 1\r\nX-Request-ID: "), (36, b"\r\n\r\nbody"))
    )

    assert prepared.fits(before.replace(b"Fri", b"Sat").replace(b"77", b"78"))
    for other in (before.replace(b"ETag: 1", b"ETag: 2"), before.replace(b"body", b"bodi"), before + b"."):
        assert not prepared.fits(other)


@pytest.mark.usefixtures("hurried")
def test_two_workers_answer_prepared_questions_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr(two_workers, "TURNS", 1)
    monkeypatch.setattr(two_workers, "_SECONDS", 0.1)
    monkeypatch.setattr(two_workers, "_PREPARED", 40)

    found, complaints = two_workers.look(Sqlite(tmp_path), 100, tmp_path, "sqlite, 100 people")

    assert complaints == []
    assert found and all(one.value > 0 for one in found)
    assert all("with workers that move" in one.note and "F, the machine's own" in one.note for one in found)


def test_workers_that_are_kept_apart_have_a_core_each(tmp_path):
    mine = set(sorted(servers.every_core())[:2])
    with floor_server(100, tmp_path, workers=len(mine), on=mine) as server:
        server.keep_apart()

        assert [os.sched_getaffinity(pid) for pid in server._pids[1:]] == [{core} for core in sorted(mine)]
