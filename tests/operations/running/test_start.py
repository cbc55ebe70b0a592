"""A start in a process of its own: what it leaves for later (decision 0135), and what it says where it cannot listen."""

import json
import socket
import subprocess
import sys

from scimapp.serving import places
from tests.support.server import ROOT

LOOK = """
import json, sys, wsgi
loaded = [*sys.modules]
builders = sum(rule._build_unknown.__name__ != "build" for rule in wsgi.app.url_map.iter_rules())
wsgi.app.cli.get_command(None, "tokens")
print(json.dumps({"loaded": loaded, "builders": builders, "more": [*sys.modules.keys() - {*loaded}]}))
"""
# Needed by migrations, on Postgres, for a QR code, by somebody at the shell.
LATER = {
    "alembic", "flask_migrate", "psycopg", "sqlalchemy.dialects.postgresql", "segno",
    "scimapp.cli.output", "scimapp.cli.demo", "scimapp.cli.tokens", "scimapp.backup",
}  # fmt: skip


def test_a_start_leaves_for_later_what_only_some_need(tmp_path):
    told = _after_a_start(f"sqlite:///{tmp_path}/start.db", tmp_path)

    assert "scimapp.web" in told["loaded"] and LATER & {*told["loaded"]} == set()
    assert told["builders"] == 0, "addresses of routes were compiled before one was built"
    assert {name for name in told["more"] if name.startswith("scimapp.")} == {
        "scimapp.cli.tokens",
        "scimapp.cli.output",
    }


def test_a_start_on_postgres_leaves_out_what_sqlite_needs_of_sqlalchemy(tmp_path):
    told = _after_a_start("postgresql://somebody@127.0.0.1:1/nothing", tmp_path)

    assert "scimapp.web" in told["loaded"] and "sqlalchemy.dialects.postgresql" in told["loaded"]
    assert "sqlalchemy.dialects.sqlite" not in told["loaded"]


def _after_a_start(database_url, folder):
    """What ``LOOK`` tells in a process of its own."""
    settings = {"SCIMAPP_DATABASE_URL": database_url, "SCIMAPP_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_server_that_cannot_listen_says_so_in_one_line(tmp_path):
    settings = {"SCIMAPP_DATA_DIR": str(tmp_path), "GUNICORN_CMD_ARGS": "--bind 203.0.113.9:8000"}
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:scimapp.gunicorn_conf", "wsgi:app"]

    ended = subprocess.run(gunicorn, cwd=ROOT, env=settings, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stdout + ended.stderr == (
        "scimapp cannot start: it cannot listen at 203.0.113.9:8000: Cannot assign requested address. "
        "PORT chooses another port.\n"
    )


def test_a_port_that_another_program_has_is_named_and_one_that_it_left_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()
        sentence = f"it cannot listen at 127.0.0.1:{taken[1]}: Address already in use. PORT chooses another port."
        assert places.why_not(["/run/scimapp.sock", taken], patience=0) == sentence
        with socket.create_connection(taken), other.accept()[0]:
            pass  # which leaves a connection that lingers
    assert places.why_not([taken], patience=0) is None


def test_a_port_that_servers_share_is_taken():
    """``--reuse-port`` lets a second server listen beside the first, and the look refused it."""
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        assert places.why_not([other.getsockname()], shared=True, patience=0) is None
        assert places.why_not([other.getsockname()], patience=0) is not None


def test_a_port_that_a_server_leaves_meanwhile_is_taken(monkeypatch):
    refusal, told = places._refusal, []
    with socket.create_server(("127.0.0.1", 0)) as other:

        def looked(*given):
            told.append(refusal(*given))
            other.close()
            return told[-1]

        monkeypatch.setattr(places, "_refusal", looked)
        assert places.why_not([other.getsockname()]) is None
    assert [problem is None for problem in told] == [False, True]
