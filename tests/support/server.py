"""The real thing: gunicorn in a process of its own, on a free loopback port, with a database and settings of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from . import forks
from .forks import ROOT

START_SECONDS = 30
STOP_SECONDS = 35
_GUNICORN = ("gunicorn", "--config", "python:scimapp.gunicorn_conf")
# How systemd starts a program for a socket: as file 3, with the process it is meant for.
_FOR_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


class LiveServer:
    """A running server. ``url`` is its address; ``flask`` runs a command beside it with the same settings.

    ``listener`` is a socket at that address that outlives the server, or None: then the server listens by itself.
    """

    def __init__(self, folder, database_url, application="wsgi:app", **settings):
        self.folder, self.database_url, self.application = folder, database_url, application
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {
            "SCIMAPP_DATABASE_URL": database_url,
            "SCIMAPP_DATA_DIR": str(folder / "data"),
            "SCIMAPP_PASSWORD_MEMORY_KIB": "64",
            "SCIMAPP_SCIM_RATE": "0",
            "PORT": str(self.port),
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SCIMAPP_", "FLASK_"))}
        self.environment = inherited | own | settings
        self._process = self.listener = None

    def start(self):
        """Start gunicorn and wait until it can serve."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = self._begin(log)
        for _ in range(START_SECONDS * 20):
            if self._is_ready():
                return self
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        raise AssertionError(f"the server did not start:\n{self.log[-3000:]}")

    @property
    def pid(self):
        """The process that watches over the workers."""
        return self._process.pid

    @property
    def workers(self):
        """The process ids of the workers, lowest first."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = (line.split() for line in listed.splitlines())
        return sorted(int(pid) for pid, parent in pairs if int(parent) == self.pid)

    def kill(self, *, with_workers=True):
        """End the server without a word, as a power cut would; ``start`` begins it again."""
        pids = [self.pid, *(self.workers if with_workers else ())]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def wait_for_silence(self):
        """Return when nobody listens any more: workers without a master finish what is at hand and go by themselves."""
        for _ in range(STOP_SECONDS * 20):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"somebody still listens:\n{self.errors}")

    def wait_for_line(self, words):
        """Return once the server has written a line with these words."""
        for _ in range(START_SECONDS * 20):
            if words in self.log:
                return
            time.sleep(0.05)
        raise AssertionError(f"no line says {words!r}:\n{self.log[-3000:]}")

    @property
    def log(self):
        """What the server has written so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    @property
    def errors(self):
        """The end of what it has written, without its lines about requests."""
        return "\n".join(line for line in self.log.splitlines() if '"level":"INFO"' not in line)[-6000:]

    def flask(self, *arguments, typed=""):
        """Run ``flask --app wsgi …`` with the server's settings; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT, env=self.environment, input=typed, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def flask_json(self, *arguments, typed=""):
        """Run a command with ``--json`` and return the object it printed."""
        return json.loads(self.flask(*arguments, "--json", typed=typed))

    def stop(self):
        """End the server as a supervisor would and return its exit status; one that does not go is killed: a failure."""
        if self._process is None:
            return None
        self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the server did not stop:\n{self.log[-3000:]}") from None
        finally:
            self._process = None

    def end(self):
        """End what still runs when its test is over, at once: a graceful stop waits for a browser's kept connections."""
        if self._process is not None:
            self.kill()

    def _begin(self, log):
        files = () if self.listener is None else (self.listener.fileno(),)
        given = [word for file in files for word in ("-c", _FOR_SOCKET, str(file))]
        return subprocess.Popen(
            [sys.executable, *given, "-m", *_GUNICORN, self.application], cwd=ROOT, env=self.environment,
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, pass_fds=files,
        )  # fmt: skip

    def _is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


class ForkedServer(LiveServer):
    """A ``LiveServer`` for tests of what a server does, not of how it starts: it is forked, which costs a tenth."""

    def _begin(self, log):
        if self.listener is not None:
            return super()._begin(log)
        return forks.start([*_GUNICORN, self.application], self.environment, log)


def free_port():
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
