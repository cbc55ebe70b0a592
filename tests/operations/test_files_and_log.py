"""What the server leaves behind: files for its user alone, and a log that is one JSON object a line."""

import json
import logging
import logging.config
import stat
import urllib.request

import pytest

from scimapp.request_log import JsonLines, json_lines
from tests.support.server import LiveServer


@pytest.fixture
def first_start(tmp_path):
    """A server that has made its own data folder, database and key."""
    (tmp_path / "s").mkdir()
    server = LiveServer(tmp_path / "s", f"sqlite:///{tmp_path}/s/data/scimapp.db", SCIMAPP_OUTBOX_WORKER="0")
    server.flask("db", "upgrade")
    server.start()
    yield server
    server.stop()


def test_every_file_is_for_the_server_alone_and_every_line_of_the_log_is_json(first_start):
    first_start.wait_for_line("is served at")
    with urllib.request.urlopen(f"{first_start.url}/sign-in") as answer:
        assert answer.status == 200
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (first_start.folder / "data").iterdir()}

    assert {"scimapp.db", "secret_key"} <= files.keys()
    assert set(files.values()) == {0o600}
    lines = [line for line in first_start.log.splitlines() if "is served at" not in line]
    assert all(json.loads(line)["at"].endswith("Z") for line in lines), lines


def test_what_others_log_is_a_line_of_json_as_well(capfd):
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logging.config.dictConfig(json_lines())
    try:
        logging.getLogger("gunicorn.error").error("Worker (pid:%s) was sent SIGKILL!", 7)
        logging.getLogger("some.library").warning("two\r\nlines and \x1b[31m colour")
    finally:
        logging.getLogger().handlers[:], logging.getLogger().level = before

    first, second = (json.loads(line) for line in capfd.readouterr().err.splitlines())

    assert (first["log"], first["message"]) == ("gunicorn.error", "Worker (pid:7) was sent SIGKILL!")
    assert second["message"] == "two\r\nlines and \x1b[31m colour"


def test_a_line_stays_a_line(capsys):
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\nb\r\x00\x1b[2J%s", ("\n",), None)

    line = JsonLines().format(record)

    assert not [character for character in line if ord(character) < 32]
    assert json.loads(line)["message"] == "a\nb\r\x00\x1b[2J\n"
