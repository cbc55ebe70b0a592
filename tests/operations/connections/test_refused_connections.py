"""A Postgres that takes nobody just now, in whatever language it says so: few wait, and what is at hand is used first."""

import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import event, text

from scimapp.database import db, idle_connections, let_go_of_driver, run
from scimapp.database.postgres import refusals, silence
from tests.scim_api.bodies import create, person
from tests.support import databases as made

REFUSED = "SFATAL\0VFATAL\0C{}\0M{}\0\0"
IN_GERMAN = [("57P03", "das Datenbanksystem startet"), ("53300", "tut mir leid, schon zu viele Verbindungen")]
WELCOME = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"  # AuthenticationOk, ReadyForQuery


@contextmanager
def server_that_says(*refusals_):
    """The port of a server that refuses one connection after the other with these and takes the next, as Postgres would."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            for refusal in refusals_:
                asking, _ = listening.accept()
                with asking:
                    asking.recv(10_000)
                    body = REFUSED.format(*refusal).encode()
                    asking.sendall(b"E" + struct.pack("!i", len(body) + 4) + body)
            asking, _ = listening.accept()
            with asking:
                asking.recv(10_000)
                asking.sendall(WELCOME)
                asking.recv(10_000)  # until it goes

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]


def none_in_use():
    return 0


def test_a_server_is_waited_for_in_whatever_language_it_says_that_it_takes_nobody():
    pauses = []

    with server_that_says(*IN_GERMAN) as port:
        watch = silence.Watch(refusals.Door(pauses.append, none_in_use))
        watch.connect(host="127.0.0.1", port=port, sslmode="disable", user="x", connect_timeout=5).close()

    assert pauses == [0] + [refusals.PAUSE_SECONDS] * len(IN_GERMAN)


def refuse():
    raise psycopg.OperationalError("nicht jetzt")


@pytest.mark.parametrize("in_use, most", [(0, refusals.MOST_WAITING), (20, 10)])
def test_few_wait_unless_others_have_connections_that_they_will_give_back(monkeypatch, in_use, most):
    """Ten more come, each while the one before waits; those who do not wait are told at once."""
    waiting = []

    def meanwhile(seconds):
        if seconds and (waiting.append(1) or len(waiting) < 10):
            with pytest.raises(psycopg.OperationalError):
                door.enter(refuse)

    door = refusals.Door(meanwhile, lambda: in_use)
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)
    with pytest.raises(psycopg.OperationalError):
        door.enter(refuse)

    assert len(waiting) == most


def test_once_somebody_has_waited_in_vain_nobody_waits_until_a_connection_was_to_be_had(monkeypatch):
    pauses = []
    door = refusals.Door(lambda seconds: pauses.append(1) if seconds else None, none_in_use)
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)

    for connect, paused in [(refuse, 1), (refuse, 1), (object, 1), (refuse, 2)]:
        with nullcontext() if connect is object else pytest.raises(psycopg.OperationalError):
            door.enter(connect)
        assert len(pauses) == paused


def test_a_connection_that_was_put_back_is_one_that_was_to_be_had(monkeypatch):
    pauses, put_back = [], []
    door = refusals.Door(lambda s: pauses.append(1) if s else put_back and put_back.pop() or None, none_in_use)
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)
    with pytest.raises(psycopg.OperationalError):
        door.enter(refuse)
    put_back.append("connection")

    assert door.enter(refuse) == "connection"
    with pytest.raises(psycopg.OperationalError):
        door.enter(refuse)

    assert len(pauses) == 2


class Taken(list):
    """Connections that another thread takes as soon as somebody has asked whether there are any."""

    def __len__(self):
        found = super().__len__()
        self.clear()
        return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_two_threads_may_close_what_waits(app, monkeypatch):
    run("SELECT 1")
    let_go_of_driver()
    waiting = Taken([idle_connections.take(db.engine)])
    monkeypatch.setitem(idle_connections._idle, db.engine, waiting)

    idle_connections.forget(db.engine)

    assert list(waiting) == []


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_what_another_thread_puts_back_is_given_to_the_one_that_waits(app, databases, narrow):
    small, has_it, may_go = made.build_app(narrow, databases.folder), Event(), Event()

    def hold():
        with small.app_context():
            run("SELECT 1")
            has_it.set()
            may_go.wait()

    def want():
        with small.app_context():
            return run("SELECT 2").fetchone()

    def wait(self, seconds):
        may_go.set()
        self._is_given.wait()

    with ThreadPoolExecutor(2) as pool, pytest.MonkeyPatch.context() as patched:
        patched.setattr(idle_connections._Wanting, "wait", wait)
        holding = pool.submit(hold)
        has_it.wait()
        assert pool.submit(want).result() == (2,)
        holding.result()
    made.dispose(small)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_call_that_is_refused_takes_no_second_connection(app, scim):
    taken, someone = [], person()
    create(scim, someone)
    event.listen(db.engine, "checkout", lambda *_: taken.append(1))

    answer = scim.post("/Users", someone)

    assert (answer.status_code, taken) == (409, [])


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_prepared_statements_and_the_session_give_each_other_what_they_do_not_need(databases, narrow):
    """Of a server that has room for one connection."""
    small = made.build_app(narrow, databases.folder)
    with small.app_context():
        for number in range(3):
            for _ in range(3):
                assert run("SELECT $1::INTEGER", (number,)).fetchone() == (number,)
            let_go_of_driver()
            assert db.session.scalar(text("SELECT 7")) == 7
            db.session.close()
    made.dispose(small)
