"""Measures how long a page of a list takes in a large account: ``make bench-lists``, or

    python -m benchmarks.lists --people 100000 --only people --database postgresql+psycopg://…/empty

Builds the account in a separate database (a temporary file, unless an empty database is named), requests each page from
the application as a browser would, without a network, and prints the median of the tries: right after somebody changed people, when
lists are mended, and right after somebody committed anything else, when they are kept. Ends with an error if a page counts
wrong, fails, or takes longer than ``--limit`` milliseconds after a change.
"""

import argparse
import logging
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from sqlalchemy import create_engine, event, text

from scimapp.database import db, statements
from scimapp.directory.sign_in import sessions

from . import crowd
from .application import application
from .beside import change_people, commit_something, computed_beside, watching
from .pages import PAGES

HOST = "http://bench.example"
LONGEST_SECONDS = 900  # of measuring; pages left out are reported
_SAID = re.compile(r'data-said="([\d,]+)?')


@dataclass(frozen=True, slots=True)
class Result:
    """A page after a change of people, and ``kept``: CPU after a commit of anything else."""

    page: object
    milliseconds: float
    processor: float  # CPU milliseconds, including the database's; the rest is waiting
    kept: float
    statements: int
    complaint: str = ""


def main(arguments=None):
    """Measure what the command line asks for; returns the exit code."""
    wanted = _arguments(arguments)
    with tempfile.TemporaryDirectory(prefix="scimapp-bench-") as folder:
        app = application(wanted.database or f"sqlite:///{folder}/bench.db", Path(folder), HOST)
        with app.app_context():
            flask_migrate.upgrade()
            began = time.perf_counter()
            built = crowd.build(wanted.people)
            settle()
            print(f"{wanted.people:,} people written in {time.perf_counter() - began:.0f} s ({db.engine.dialect.name})")
        pages = [page for page in PAGES if not wanted.only or page.area in wanted.only]
        results = _measure(app, built, pages, wanted)
        return _print(results, len(pages), wanted.limit)


def _arguments(given):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--tries", type=int, default=5, help="after a first one that fills caches; 0: that one alone")
    parser.add_argument("--limit", type=float, default=60, help="milliseconds that no page may take longer than")
    parser.add_argument("--processor", action="store_true", help="judge by the CPU column, on a machine that is busy")
    parser.add_argument("--only", action="append", help="an area of pages, such as people; may stand several times")
    parser.add_argument("--database", help="the address of an empty database, in place of a file")
    return parser.parse_args(given)


def settle():
    """Do on Postgres what autovacuum does in use, so that it does not come to it while pages are measured: collect statistics,
    and note the pages whose rows everybody sees. Until then Postgres takes no list from an index alone. SQLite has neither.
    """
    if db.engine.dialect.name == "sqlite":
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def _measure(app, built, pages, wanted):
    client = app.test_client()
    with app.app_context():
        secret = sessions.start(built.owner, "127.0.0.1", "bench")
        engine = db.engine
    with client.session_transaction(base_url=HOST) as session:
        session["_user_id"], session["_fresh"] = secret, True
    counted, log = [], logging.getLogger("scimapp.requests")
    event.listen(engine, "before_cursor_execute", lambda *sent: counted.append(sent[2]))
    statements.observers.append(counted.append)
    level = log.level
    log.setLevel(logging.WARNING)  # the table is the report
    beside = create_engine(engine.url)  # counted nowhere
    watch = watching(beside)
    began = time.perf_counter()
    try:
        for page in pages:
            if time.perf_counter() - began > LONGEST_SECONDS:
                return
            yield _one(client, page, built, wanted, counted, watch, beside)
    finally:
        if watch is not None:
            watch.close()
        beside.dispose()
        log.setLevel(level)
        statements.observers.remove(counted.append)


def _one(client, page, built, wanted, counted, watch, beside):
    def tried(commit):
        """``(answer, milliseconds, CPU milliseconds, statements)`` of a page right after a ``commit``."""
        times, computed = [], []
        for number in range(wanted.tries + 1):
            commit(beside)
            counted.clear()
            elsewhere = computed_beside(watch)
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(page.address, base_url=HOST)
            took, here = time.perf_counter() - began, time.process_time() - worked
            if number or not wanted.tries:  # the first fills caches
                times.append(took * 1_000)
                computed.append((here + computed_beside(watch) - elsewhere) * 1_000)
        sent = sum(1 for one in counted if not one.upper().startswith(("BEGIN", "PRAGMA")))
        return answer, statistics.median(times), statistics.median(computed), sent

    answer, took, processor, asked = tried(change_people)
    complaint = _complaint(page, answer, built, processor if wanted.processor else took, wanted.limit)
    answer, _, kept, _ = tried(commit_something)
    complaint = complaint or _complaint(page, answer, built, kept, wanted.limit)
    return Result(page, took, processor, kept, asked, complaint)


def _complaint(page, answer, built, took, limit):
    if answer.status_code != 200:
        return f"answered {answer.status_code}"
    if page.found is not None:
        said = _SAID.search(answer.text)
        found, wanted = int((said and said[1] or "0").replace(",", "")), page.found(built)
        if found != wanted:
            return f"found {found:,}, wrote {wanted:,}"
    return f"longer than {limit:.0f} ms" if took > limit else ""


def _print(results, pages, limit):
    done, bad = 0, 0
    print(f"{'page':<44}{'ms':>8}{'CPU':>8}{'kept':>8}{'SQL':>6}  address")
    for result in results:
        done, bad = done + 1, bad + bool(result.complaint)
        line = f"{result.page.area + ': ' + result.page.name:<44}{result.milliseconds:>8.1f}"
        line += f"{result.processor:>8.1f}{result.kept:>8.1f}{result.statements:>6}"
        print(f"{line}  {result.page.address}" + (f"   <-- {result.complaint}" if result.complaint else ""), flush=True)
    left = f", {pages - done} left out for time" if done < pages else ""
    print(f"{done} pages, {bad} of them wrong or longer than {limit:.0f} ms{left}")
    return 1 if bad or done < pages else 0


if __name__ == "__main__":
    sys.exit(main())
