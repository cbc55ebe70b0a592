"""What goes wrong outside of the commands, in a process of its own: it is told in one line as well."""

import subprocess
import sys

import pytest

from tests.support.server import ROOT

FLASK = ("flask", "--app", "wsgi")
GUNICORN = ("gunicorn", "--config", "python:scimapp.gunicorn_conf", "wsgi:app")


@pytest.fixture
def process(tmp_path):
    """``process("accounts", "--help", TZ="…")`` → the finished process of ``flask``; ``to`` is where its output goes."""

    def run(*arguments, program=FLASK, to=subprocess.PIPE, **settings):
        own = {"SCIMAPP_DATABASE_URL": f"sqlite:///{tmp_path}/edge.db", "SCIMAPP_DATA_DIR": str(tmp_path)} | settings
        command = [sys.executable, "-m", *program, *arguments]
        return subprocess.run(command, cwd=ROOT, env=own, stdout=to, stderr=subprocess.PIPE, text=True)

    return run


def test_the_list_of_all_groups_that_cannot_be_written_is_told_in_a_line(process):
    with open("/dev/full", "w") as full:
        done = process("--help", to=full)

    assert (done.returncode, done.stderr) == (1, "Error: The help cannot be written: No space left on device\n")


@pytest.mark.parametrize(
    "program, content", [(FLASK, b"Europe/Berlin\n"), (FLASK, b"TZif"), (FLASK, b""), (GUNICORN, b"Europe/Berlin\n")]
)
def test_a_time_zone_that_is_a_file_of_something_else_is_told_in_a_line(process, tmp_path, program, content):
    """Such as TZ=/etc/timezone, which holds the name of a zone and no zone."""
    file = tmp_path / "timezone"
    file.write_bytes(content)

    done = process("--help" if program is FLASK else "--check-config", program=program, TZ=str(file))

    assert f"TZ is '{file}', a file that is no time zone\n" in done.stderr
    assert "Traceback" not in done.stderr
