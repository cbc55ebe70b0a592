"""Measures how soon a server of a large account serves again after it was killed under load: ``make bench-restart``, or

    python -m benchmarks.restart --people 100000

Builds the account as ``benchmarks.lists`` does, starts the shipped server on it, adds people over SCIM, kills every process at
once, and starts it again. Then every acknowledged person must be there, the file must be sound, and mails must leave again.
Ends with an error if one of these fails, or if the start takes longer than ``--limit`` seconds. What its processes waited
for a core does not count: on a busy machine a start that computes for a second takes six.
"""

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import flask_migrate
from sqlalchemy import update

from scimapp.database import db, writing
from scimapp.directory import clock
from scimapp.directory.connection import scim_tokens
from scimapp.directory.model import OutboxMail
from scimapp.directory.scope import person_scope
from scimapp.mail.delivery import LEASE_SECONDS
from tests.support.live_account import SocketScimClient
from tests.support.mail_sink import SmtpSink
from tests.support.server import LiveServer

from . import crowd
from .application import application
from .lists import HOST

WRITERS = 4
MAIL_SECONDS = LEASE_SECONDS + 60  # mails that were being sent wait for the end of their lease


def main(arguments=None):
    """Measure what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--limit", type=float, default=5, help="seconds that the start may take, cores being free")
    parser.add_argument("--writes", type=int, default=200, help="acknowledged before the server is killed")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scimapp-bench-") as folder:
        file, sink = Path(folder) / "bench.db", SmtpSink()
        account_id, secret = _built(f"sqlite:///{file}", Path(folder), wanted.people)
        server = LiveServer(Path(folder), f"sqlite:///{file}", SCIMAPP_MAIL_URL=sink.url, WEB_CONCURRENCY="2")
        try:
            return _measure(server.start(), file, sink, f"/scim/{account_id}/v2", secret, wanted)
        finally:
            server.stop()
            sink.stop()


def _built(url, folder, people):
    """``(account id, secret of a token)``."""
    app = application(url, folder, HOST)
    with app.app_context():
        flask_migrate.upgrade()
        owner = crowd.build(people).owner
        _, secret = scim_tokens.generate(person_scope(owner), "Bench", "okta", activate=True)
        with writing():  # else the invitations of this hour would be used up
            sent = update(OutboxMail).where(OutboxMail.account_id == owner.account_id)
            db.session.execute(sent.values(sent_at=clock.now() - timedelta(days=1)))
        db.session.remove()
        db.engine.dispose()
    return owner.account_id, secret


def _measure(server, file, sink, path, secret, wanted):
    acknowledged = _killed_under_load(server, path, secret, wanted.writes)
    log = file.with_name(file.name + "-wal").stat().st_size
    sent = len(sink.messages)
    began = time.perf_counter()
    server.start()
    took = time.perf_counter() - began
    computed, waited = _core_seconds(server)
    print(
        f"{wanted.people:,} people, {len(acknowledged)} writes, a log of {log / 1e6:.1f} MB: ready after {took:.2f} s, "
        f"of which {waited:.2f} s waiting for a core; {computed:.2f} s of CPU"
    )
    complaints = [f"the start took longer than {wanted.limit} s"] if took - waited > wanted.limit else []
    scim = SocketScimClient(server.url + path, secret)
    for name in acknowledged:
        if scim.get("/Users", filter=f'userName eq "{name}"').json["totalResults"] != 1:
            complaints.append(f"{name} is lost")
    scim.close()
    with closing(sqlite3.connect(file)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if sound != "ok":
        complaints.append(f"integrity_check says {sound}")
    if not _comes_about(lambda: len(sink.messages) > sent, MAIL_SECONDS):
        complaints.append("no mail left after the start")
    print("\n".join(complaints) or "everything acknowledged is there, the file is sound, mails leave")
    return 1 if complaints else 0


def _core_seconds(server):
    """``(computed, waited)`` since the start, of the first threads of all processes, which do nearly all of a start:
    their CPU, and how long that of the first process and then of the slowest worker waited for a core (Linux; elsewhere
    nothing).
    """
    try:
        told = [Path(f"/proc/{pid}/schedstat").read_text().split() for pid in (server.pid, *server.workers)]
    except FileNotFoundError:
        return 0.0, 0.0
    computed, (first, *workers) = sum(int(own[0]) for own in told), [int(own[1]) for own in told]
    return computed / 1e9, (first + max(workers, default=0)) / 1e9


def _killed_under_load(server, path, secret, writes):
    """The user names that were acknowledged before the server was killed."""
    acknowledged, is_over = [], threading.Event()

    def write(number):
        scim, count = SocketScimClient(server.url + path, secret), 0
        try:
            while not is_over.is_set():
                name, count = f"restart-{number}-{count}@bench.example", count + 1
                body = {"userName": name, "emails": [{"value": name}], "name": {"givenName": "R", "familyName": name}}
                if scim.post("/Users", body).status_code == 201:
                    acknowledged.append(name)
        except (OSError, HTTPException):
            pass  # killed
        finally:
            scim.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    _comes_about(lambda: len(acknowledged) >= writes)
    server.kill()
    is_over.set()
    for thread in threads:
        thread.join()
    return list(acknowledged)


def _comes_about(is_so, seconds=60):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


if __name__ == "__main__":
    sys.exit(main())
