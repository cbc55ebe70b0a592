"""How fast the provisioning calls are, compared with bare Flask and SQLite in the same run.

    python -m benchmarks.speed --only get,patch-active      these calls, in seconds
    python -m benchmarks.speed                              everything at 1,000 and 10,000 people, in some minutes
    python -m benchmarks.speed --full --write               also Postgres, 100,000 people, 16 clients; writes docs/performance

It reports the server's CPU time for each request in µs (all of its processes), and multiples of F (Flask and one SQLite read)
and W (Flask, one UPDATE and commit). On a shared machine read the multiples: requests a second and waiting times mean little.
"""

import argparse
import json
import os
import signal
import tempfile
from pathlib import Path

from . import document, goals, report
from .kinds import KINDS
from .operations import OPERATIONS
from .peers import PEERS, add_peers
from .run import run
from .servers import pin_load

LONGEST_SECONDS = 7_200
_USUAL = {"people": [1_000, 10_000], "database": ["sqlite"], "clients": [1], "rounds": 2, "push": 1_000,
          "again": 240, "seconds": 1.0}  # fmt: skip
_FULL = {"people": [1_000, 10_000, 100_000], "database": ["sqlite", "postgres"], "clients": [1, 16], "rounds": 2,
         "push": 2_000, "again": 420, "seconds": 0.7}  # fmt: skip
_SOME = {"people": [10_000], "database": ["sqlite"], "clients": [1], "rounds": 3, "push": 0,
         "again": 120, "seconds": 1.0}  # fmt: skip


def main(arguments=None):
    """Measure what the command line asks for; return the exit code, 1 if an answer was wrong."""
    wanted = _arguments(arguments)
    pin_load()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_SECONDS)
    with tempfile.TemporaryDirectory(prefix="scimapp-bench-") as folder:
        try:
            outcome = run(wanted, Path(folder))
            add_peers(wanted, Path(folder), outcome)
            outcome.findings[:0] = goals.judge(outcome.figures)
        except KeyboardInterrupt:
            return 130
        finally:
            signal.alarm(0)
    report.findings(outcome)
    told = report.told(outcome, load=os.getloadavg()[0])
    if wanted.json:
        wanted.json.write_text(json.dumps(told, indent=1))
    if wanted.write:
        document.write(told)
    return 1 if outcome.complaints else 0


def _arguments(given):
    parser = argparse.ArgumentParser(
        prog="benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ", ".join(operation.name for operation in OPERATIONS)
    parser.add_argument("--full", action="store_true", help="more of everything, in about 45 minutes")
    parser.add_argument("--only", type=_words, help=f"some of: {names}")
    parser.add_argument("--people", type=_numbers, help="how many, several with commas")
    parser.add_argument("--database", type=_words, help="sqlite, postgres, or the address of an empty database")
    parser.add_argument("--clients", type=_numbers, help="how many ask at once, several with commas")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of computing a stretch; each operation has one a round")
    parser.add_argument("--push", type=int, help="how many people are pushed while others read")
    parser.add_argument("--again", type=int, help="seconds for a second look at what missed its goal; 0: none")
    parser.add_argument("--peers", type=_words, default=[], help=f"some of: {', '.join(PEERS)}")
    parser.add_argument("--json", type=Path, help="a file for all that was found")
    parser.add_argument("--write", action="store_true", help="write docs/performance/figures.md and its pictures")
    wanted = parser.parse_args(given)
    usual = _FULL if wanted.full else _SOME if wanted.only else _USUAL
    for name, value in usual.items():
        if getattr(wanted, name) is None:
            setattr(wanted, name, value)
    for given_names, known in ((wanted.only or (), {one.name for one in OPERATIONS}), (wanted.peers, set(PEERS))):
        if unknown := set(given_names) - known:
            parser.error(f"{', '.join(sorted(unknown))}: not known; known are {', '.join(sorted(known))}")
    if set(wanted.database) - set(KINDS) and (not wanted.only or len(wanted.people) > 1):
        parser.error("a database that is named is good for some calls (--only) at one size (--people)")
    wanted.operations = [one for one in OPERATIONS if not wanted.only or one.name in wanted.only]
    return wanted


def _words(text):
    return [word for word in text.split(",") if word]


def _numbers(text):
    return [int(word) for word in _words(text)]


def _too_long(_signal, _frame):
    raise SystemExit(f"ended after {LONGEST_SECONDS} s")
