"""A server of the tests is forked from a process that has imported everything, and must be what a new process would be."""

import json
import os
import select
import signal
import subprocess
import sys

import pytest

from tests.support import forks

RUN = "tests.operations.processes.told"


@pytest.fixture
def output(tmp_path):
    with (tmp_path / "output").open("w+") as file:
        yield file


@pytest.fixture
def parent():
    """A parent that was started here, with nothing to import."""
    started = forks.Parent(imported=())
    yield started
    started.end()


def test_a_child_is_what_a_new_process_would_be(output, tmp_path):
    looking = [RUN, "look()", "--one", "zwei"]
    environment = os.environ | {"SCIMAPP_PRODUCT_NAME": "Häuser", "PORT": "1"}
    with (tmp_path / "new").open("w+") as other:
        subprocess.run(
            [sys.executable, "-m", *looking], cwd=forks.ROOT, env=environment, check=True,
            stdout=other, stderr=other, stdin=subprocess.DEVNULL,
        )  # fmt: skip

        assert forks.start(looking, environment, output).wait(60) == 0

        expected = json.loads((tmp_path / "new").read_text().replace(other.name, output.name))
    assert json.loads((tmp_path / "output").read_text()) == expected


@pytest.mark.parametrize(
    "code, status, printed",
    [
        ("print('done')", 0, "done\n"),
        ("sys.exit(7)", 7, ""),
        ("sys.exit('no')", 1, "no\n"),
        ("os.kill(os.getpid(), 9)", -signal.SIGKILL, ""),
    ],
)
def test_a_child_ends_as_a_process_does(parent, output, tmp_path, code, status, printed):
    child = parent.start([RUN, code], os.environ, output)

    assert (child.wait(60), child.wait(0), child.returncode) == (status, status, status)
    assert (tmp_path / "output").read_text() == printed


def test_a_child_that_goes_on_can_be_waited_for_and_ended(parent, output):
    child = parent.start([RUN, "import signal; signal.pause()"], os.environ, output)

    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0)
    child.terminate()
    assert child.wait(60) == -signal.SIGTERM
    child.kill()  # there is none any more, and nobody else is hit


def test_a_child_ends_with_its_parent_and_that_with_the_tests(output):
    parent = forks.Parent(imported=())
    child = parent.start([RUN, "import signal; signal.pause()"], os.environ, output)
    with open(os.pidfd_open(child.pid)) as ended:
        parent.end()  # closes the socket, which the end of this process would close as well

        assert select.select([ended], [], [], 60)[0]


def test_what_a_python_reads_when_it_starts_makes_a_new_process(monkeypatch, parent, output):
    monkeypatch.setattr(forks, "_parents", [parent])

    assert isinstance(forks.start([RUN, "0"], os.environ | {"SCIMAPP_SCIM_RATE": "1"}, output), forks.Forked)
    with forks.start([RUN, "0"], os.environ | {"TZ": "Asia/Tokyo"}, output) as other:
        assert isinstance(other, subprocess.Popen)


def test_what_a_server_told_its_processes_no_other_server_knows(output, tmp_path):
    moments = "from scimapp.directory.fields.custom_values import _refused; "
    writing = moments + "from datetime import UTC, datetime; _refused.note('a', datetime.now(UTC))"

    assert forks.start([RUN, writing], os.environ, output).wait(60) == 0
    assert forks.start([RUN, moments + "print(_refused.last('a').year)"], os.environ, output).wait(60) == 0
    assert (tmp_path / "output").read_text() == "1970\n"


def test_the_parent_of_servers_reads_no_setting(output, tmp_path):
    """Else all its children had its settings: these modules read them when they are imported."""
    looking = "print({'wsgi', 'scimapp.gunicorn_conf'} & {*sys.modules}, 'scimapp' in sys.modules)"

    assert forks.start([RUN, looking], os.environ, output).wait(60) == 0
    assert (tmp_path / "output").read_text() == "set() True\n"
