"""Puts peers into an environment of their own, fills them over SCIM, and plays the same operations."""

import subprocess
import sys
import time
from pathlib import Path

from .. import groups, kinds, truth
from ..floors_beside import Floors
from ..known import Known
from ..load import drive
from ..operations import Caller, people
from ..rounds import FOREVER, Bench, Series
from ..run import add, play
from ..servers import Server
from ..target import OKTA, Target
from ..wire import Wire
from .peer import PEERS

HERE = Path(__file__).parent
LARGEST = 10_000  # people; most peers read everybody for each question
INSTALL_SECONDS = 600
_LEFT_OUT = ("custom", "bulk", "sweep-cursor", "schemas", "modified", "unchanged")  # not theirs, or not told by them


def add_peers(wanted, folder, outcome):
    """Measure the peers that are wanted at the largest size up to LARGEST; a peer that cannot be had is told in a line."""
    sizes = [people for people in wanted.people if people <= LARGEST]
    for name in wanted.peers if sizes else ():
        try:
            python = _environment(PEERS[name])
            _measure(PEERS[name], python, max(sizes), wanted, folder, outcome)
        except (subprocess.SubprocessError, RuntimeError) as problem:
            print(f"{name} is left out: {str(problem).strip().splitlines()[-1][:300]}")


def _environment(peer):
    """The Python of an environment with the peer, made where it is not there. Raises CalledProcessError."""
    folder = kinds.KEPT / f"peer-{peer.name}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        kinds.KEPT.mkdir(exist_ok=True)
        _call(sys.executable, "-m", "venv", "--clear", folder)
        _call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "gunicorn<28", *peer.packages)
        (folder / "ready").touch()
    return python


def _call(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout or f"{command[0]} failed")


def _measure(peer, python, size, wanted, folder, outcome):
    server = Server(
        peer.application, "python:gunicorn_conf", {"BENCH_PEER_DATABASE": str(folder / f"{peer.name}.db")}, folder,
        python=python, cwd=HERE, probe="/healthz" if peer.name == "django-scim2" else "/v2/ServiceProviderConfig",
    )  # fmt: skip
    with server, Floors(size, folder) as floors:
        wire = Wire(server.port, peer.path, OKTA | {"Authorization": "Bearer bench"})
        target = Target(peer.name, wire, Known({}, 0), words=peer.words)
        began = time.perf_counter()
        _fill(target, server, size)
        print(
            f"\n{peer.name} ({peer.note}): {size:,} people created in {time.perf_counter() - began:.0f} s", flush=True
        )
        operations = [one for one in wanted.operations
                      if one.name not in _LEFT_OUT and (one.size is None or one.size <= 1_000 <= 0.65 * size or one.size == 10)]  # fmt: skip
        groups.make(target, server, operations)
        series = [Series(one, target) for one in operations]
        kind = kinds.Sqlite(folder)
        play(Bench(floors, wanted.seconds, kind), series, server, min(2, wanted.rounds))
        for complaint in truth.compare(target, server):
            print(f"not as written: {complaint}")
    add(outcome, series, "sqlite", size)


def _fill(target, server, size):
    caller = Caller(target)

    def everybody():
        for _ in range(size):
            yield from people.post(caller)

    came = drive([(server.port, everybody())], FOREVER)
    if came.complaint:
        raise RuntimeError(came.complaint)
    target.known.settle()
    target.known.touched.clear()
