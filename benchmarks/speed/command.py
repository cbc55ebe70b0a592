"""How fast the provisioning calls are, beside bare Flask and SQLite in the same run.

    python -m benchmarks.speed                                     the usual calls at 10,000 people, a minute
    python -m benchmarks.speed --only get,patch-active --people 1000,100000 --rounds 5

Reads: µs of server computing a request (all of its processes), multiples of F (Flask and one SQLite read) and W (Flask, one
UPDATE and commit). On a machine that others use, read the multiples; requests a second and waiting times mean little.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from . import groups, report, stage, truth
from .figures import figure
from .floors import DATABASE, write_documents
from .known import Known
from .operations import FLOORS, OPERATIONS
from .rounds import Bench, Series, warm
from .servers import Server, pin_load
from .target import Target, of_stage
from .wire import Wire

LONGEST_SECONDS = 7_200


def main(arguments=None):
    """Measure what the command line asks for; returns the exit code: 1 when an answer was wrong."""
    wanted = _arguments(arguments)
    pin_load()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_SECONDS)
    with tempfile.TemporaryDirectory(prefix="scimapp-bench-") as folder:
        try:
            figures, complaints = _run(wanted, Path(folder))
        except KeyboardInterrupt:
            return 130
        finally:
            signal.alarm(0)
    if wanted.json:
        wanted.json.write_text(json.dumps([one.told() for one in figures], indent=1))
    for complaint in complaints:
        print(f"WRONG: {complaint}")
    return 1 if complaints or any(one.complaint for one in figures) else 0


def _too_long(_signal, _frame):
    raise SystemExit(f"ended after {LONGEST_SECONDS} s")


def _arguments(given):
    parser = argparse.ArgumentParser(
        prog="benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ", ".join(operation.name for operation in OPERATIONS)
    parser.add_argument("--only", type=_words, help=f"some of: {names}")
    parser.add_argument("--people", type=lambda text: [int(one) for one in _words(text)], default=[10_000])
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.35, help="of load a stretch; each operation has one a round")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    wanted = parser.parse_args(given)
    unknown = set(wanted.only or ()) - {operation.name for operation in OPERATIONS}
    if unknown:
        parser.error(f"--only does not know {', '.join(sorted(unknown))}; it knows {names}")
    return wanted


def _words(text):
    return [word for word in text.split(",") if word]


def _run(wanted, folder):
    figures, complaints = [], []
    operations = [one for one in OPERATIONS if not wanted.only or one.name in wanted.only]
    for people in wanted.people:
        began = time.perf_counter()
        staged = stage.prepare(people, folder)
        with _floor_server(people, folder) as floor_server, _server(staged, folder) as server:
            floors = floor_server, _floor_target(floor_server, people), FLOORS
            target = of_stage(staged, server.port)
            groups.make(target, server, operations)
            series = [Series(operation, target, wanted.clients) for operation in operations]
            _play(Bench(floors, wanted.seconds), series, server, wanted.rounds)
            complaints += truth.compare(target, server)
        found = [figure(one, "sqlite", people) for one in series]
        report.table(found, [one for each in series for one in each.floors], time.perf_counter() - began)
        figures += found
    return figures, complaints


def _play(bench, series, server, rounds):
    warm([one.operation for one in series], series[0].target, server)
    for number in range(rounds):
        start = number * len(series) // rounds  # a rotating order
        for one in series[start:] + series[:start]:
            if not one.complaint and (one.operation.rounds is None or number < one.operation.rounds):
                bench.play(one, server)


def _server(staged, folder, workers=1):
    return Server("wsgi:app", "scimapp.gunicorn_conf", staged.settings, folder, workers=workers)


def _floor_server(documents, folder):
    database = folder / f"floor-{documents}.db"
    write_documents(database, documents)
    return Server("benchmarks.speed.floors:app", "benchmarks.speed.floors_conf", {DATABASE: str(database)}, folder)


def _floor_target(server, documents):
    return Target("floor", Wire(server.port), Known({}, documents))


if __name__ == "__main__":
    sys.exit(main())
