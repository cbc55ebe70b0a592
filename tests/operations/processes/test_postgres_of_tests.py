"""The Postgres servers that tests start do not outlive them."""

import os
import select
import shutil
import subprocess
import sys

import pytest

from tests.support import forks

STARTING = (
    "import signal; from tests.support import postgres; made = postgres.start();"
    " print(made.pid, made.folder, flush=True); signal.pause()"
)


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no way to end a process with its parent")
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_server_ends_when_the_tests_are_killed(database):
    """It went on until somebody ended it, and took memory and a folder with it."""
    with subprocess.Popen([sys.executable, "-c", STARTING], cwd=forks.ROOT, stdout=subprocess.PIPE) as tests:
        pid, folder = tests.stdout.readline().decode().split()
        with open(os.pidfd_open(int(pid))) as server:
            tests.kill()

            assert select.select([server], [], [], 60)[0]
    shutil.rmtree(folder)
