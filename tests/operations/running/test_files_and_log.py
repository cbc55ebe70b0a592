"""What the server leaves behind: files for its user alone, and a log that is one JSON object a line."""

import json
import logging
import logging.config
import re
import stat
import urllib.request

import pytest

from scimapp import request_log
from scimapp.database import db
from scimapp.private_files import open_to_others
from scimapp.request_log import JsonLines, json_lines
from scimapp.settings import Settings
from tests.support import databases as made
from tests.support.live_account import SocketScimClient
from tests.support.people import MadeAccount
from tests.support.server import LiveServer


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """A server that has made its own data folder, database and key, and tells what it opens and starts."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "tmp").mkdir()
    url = f"sqlite:///{folder}/data/scimapp.db"
    server = LiveServer(folder, url, "tests.support.audited:app", TMPDIR=str(folder / "tmp"))
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
    lines = [line for line in first_start.log.splitlines() if "is served at" not in line and "audited:" not in line]
    assert all(json.loads(line)["at"].endswith("Z") for line in lines), lines


@pytest.mark.parametrize(
    "mode, of_folder, is_told", [(0o644, 0o755, True), (0o640, 0o755, False), (0o644, 0o750, False)]
)
def test_a_file_that_every_user_may_read_is_told(tmp_path, mode, of_folder, is_told):
    """As a database is that somebody has copied into its place, unless nobody else gets into the folder."""
    settings = Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path)})
    (tmp_path / "scimapp.db").touch(mode)
    (tmp_path / "scimapp.db").chmod(mode)
    tmp_path.chmod(of_folder)

    assert open_to_others(settings) == ([tmp_path / "scimapp.db"] if is_told else [])


def test_a_folder_in_the_place_of_the_database_is_told_by_nobody_to_be_made_private(tmp_path):
    settings = Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path)})
    (tmp_path / "scimapp.db").mkdir(0o755)

    assert open_to_others(settings) == []


def test_the_server_writes_below_its_data_folder_and_starts_no_program(first_start, tmp_path):
    """So its file system may be read-only around that, and there need be no shell in it."""
    app = made.build_app(first_start.database_url, tmp_path)
    with app.app_context():
        account = MadeAccount(app)
        scim = SocketScimClient(f"{first_start.url}/scim/{account.id}/v2", account.make_token())
        db.session.remove()
    assert (
        scim.post("/Users", {"userName": "ann@corp.example", "emails": [{"value": "ann@corp.example"}]}).status_code
        == 201
    )
    scim.close()
    made.dispose(app)
    first_start.stop()  # what waited for the log is written now

    heard = re.findall(r"audited: (writes|starts) (.+)", first_start.log)
    assert ("writes", str(first_start.folder / "data" / "scimapp.db")) in heard
    places = tuple(f"{first_start.folder / name}/" for name in ("data", "tmp"))
    assert [each for each in heard if each[0] == "starts" or not f"{each[1]}/".startswith(places)] == []
    assert list((first_start.folder / "tmp").iterdir()) == []


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


def test_the_line_of_a_form_that_is_refused_tells_how_long_it_took(visitor, caplog):
    caplog.set_level("INFO", "scimapp")

    refused = visitor.go("/sign-in", method="POST", data="email=x")

    ((_moment, told),) = [line for record in caplog.records for line in record.lines]
    assert refused.status_code == told["status"] == 403
    assert told["ms"] > 0


def test_no_call_writes_the_lines_of_a_second_with_many_calls(app, caplog):
    client = app.test_client()
    caplog.set_level("INFO", "scimapp")
    request_log.write()
    caplog.clear()
    request_log.hold()
    try:
        for _ in range(1_050):
            client.get("/healthz")
        assert caplog.records == []

        request_log.write()
    finally:
        request_log.hold(False)
    written = [len(record.lines) for record in caplog.records]

    assert (sum(written), max(written)) == (1_050, request_log.TOGETHER)
