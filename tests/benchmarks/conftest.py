"""Benchmarks in a hurry: nobody reads their figures here."""

import os

import pytest

from benchmarks.speed import floors_beside, rounds, servers, stage
from tests.support import forks

SECONDS = 0.02  # of the server's CPU time in each look at a floor


@pytest.fixture
def hurried(monkeypatch, tmp_path):
    """What a benchmark starts is forked from a process that has imported it (decision 0155), and floors are looked at for a moment.

    Nothing waits for the log of calls. Who is signed in for the screens still comes from a process as in a benchmark.
    """
    process = stage._process

    def begin(server, log):
        child = forks.start(server._command[2:], server._environment, log)
        os.sched_setaffinity(child.pid, server._on)
        return child

    def told_by(do, *words):
        if do != "write":
            return process(do, *words)
        with (tmp_path / "written").open("w") as output:
            ended = forks.start([stage.__name__, do, *words], os.environ, output).wait(stage.WRITING_SECONDS)
        printed = (tmp_path / "written").read_text()
        assert ended == 0, printed
        return printed

    monkeypatch.setattr(servers.Server, "_begin", begin)
    monkeypatch.setattr(stage, "_process", told_by)
    monkeypatch.setattr(floors_beside.Floors.f, "__defaults__", (SECONDS,))
    for name in ("REST_SECONDS", "AT_REST_SECONDS"):
        monkeypatch.setattr(rounds, name, 0)
