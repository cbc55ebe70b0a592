"""Server processes on loopback: started with their own settings, pinned to a core, observed through /proc, and stopped."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.support.server import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30
STOP_SECONDS = 15
_WHEN_THE_PARENT_DIES = 1  # PR_SET_PDEATHSIG
_EVERY_CORE = os.sched_getaffinity(0)


class ServerFault(RuntimeError):
    """A server did not start, did not stop, or lost a process."""


def cores():
    """``(cores for servers, cores for the load)``: separate if there are two."""
    ordered = sorted(_EVERY_CORE)
    return ({ordered[0]}, set(ordered[1:])) if len(ordered) > 1 else (_EVERY_CORE, _EVERY_CORE)


def every_core():
    """All cores that this benchmark may use."""
    return set(_EVERY_CORE)


def scimapp(stage, folder, workers=1, on=None):
    """The shipped server on a Stage, not yet started."""
    return Server("wsgi:app", "python:scimapp.gunicorn_conf", stage.settings, folder, workers=workers, on=on)


def pin_load():
    """Keep this process off the core of the servers."""
    os.sched_setaffinity(0, cores()[1])


class Server:
    """A gunicorn with the shipped configuration. ``application`` is what it serves, ``settings`` its environment.

    ``on`` are the cores it may use; ``python``, ``cwd`` and ``probe`` are for applications of another environment.
    """

    def __init__(
        self,
        application,
        config,
        settings,
        folder,
        *,
        workers=1,
        on=None,
        python=sys.executable,
        cwd=ROOT,
        probe="/healthz",
    ):
        self.port, self._cwd, self._probe = free_port(), cwd, probe
        self.application, self.workers, self._on = application, workers, on or cores()[0]
        self._command = [python, "-m", "gunicorn", "--config", config, application]
        self._log = folder / f"{application.partition(':')[0]}-{self.port}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SCIMAPP_", "FLASK_"))}
        inherited.pop("PYTHONDONTWRITEBYTECODE", None)
        inherited["GUNICORN_CMD_ARGS"] = "--max-requests 0"  # a replaced process takes its CPU clock with it
        self._environment = inherited | settings | {"PORT": str(self.port), "WEB_CONCURRENCY": str(workers)}
        self._process, self._pids, self.seconds_to_serve = None, (), None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Start and wait for the first 200. Raises ServerFault."""
        began = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = self._begin(log)
        try:
            self._wait(began, f"GET {self._probe} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            self._wait_for_workers()
        except BaseException:
            self.stop()
            raise
        return self

    def keep_apart(self):
        """Give each worker a core of its own, with all of its threads."""
        for core, pid in zip(sorted(self._on), self._pids[1:], strict=True):
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(thread), {core})  # those that begin later inherit it

    def stop(self):
        """End the server; kill it if it does not end."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()

    def processor(self):
        """CPU seconds of master and workers so far, user and system. Raises ServerFault if one is gone."""
        try:
            return sum(time.clock_gettime_ns(_clock_of(pid)) for pid in self._pids) / 1e9
        except OSError:
            raise ServerFault(f"{self.application} lost a process:\n{self.log()}") from None

    def memory(self):
        """``(PSS, peak RSS)`` of the largest worker in bytes; PSS counts shared pages by share."""
        return max(_memory(pid) for pid in self._pids[1:])

    def log(self, characters=2_000):
        """The end of what the server wrote."""
        return self._log.read_text(errors="replace")[-characters:]

    @property
    def complaints_of_locks(self):
        """A line that tells how often a lock of the database stands in what the server wrote; [] if it does not."""
        count = self._log.read_bytes().count(b"database is locked")
        return [f"'database is locked' stands {count} times in the log of a server"] if count else []

    def _begin(self, log):
        return subprocess.Popen(
            self._command, cwd=self._cwd, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            preexec_fn=self._before_exec, start_new_session=True,
        )  # fmt: skip

    def _before_exec(self):
        os.sched_setaffinity(0, self._on)
        ctypes.CDLL(None).prctl(_WHEN_THE_PARENT_DIES, signal.SIGTERM)  # nothing outlives a killed benchmark

    def _wait(self, began, request):
        while time.perf_counter() - began < START_SECONDS:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as probe:
                probe.sendall(request)
                if probe.recv(64).split(b" ")[1:2] == [b"200"]:
                    self.seconds_to_serve = time.perf_counter() - began
                    return
            time.sleep(0.005)
        raise ServerFault(f"{self.application} did not start:\n{self.log()}")

    def _wait_for_workers(self):
        for _ in range(START_SECONDS * 20):
            children = _children(self._process.pid)
            if len(children) == self.workers:
                self._pids = (self._process.pid, *children)
                return
            time.sleep(0.05)
        raise ServerFault(f"{self.application} has {len(children)} workers, not {self.workers}")


def computed_by_children_of(pid):
    """CPU seconds of the living children of a process."""
    return sum(map(computed_by, _children(pid)))


def computed_by(pid):
    """CPU seconds of a process; 0.0 if there is no such process here."""
    with contextlib.suppress(OSError):
        return time.clock_gettime_ns(_clock_of(pid)) / 1e9
    return 0.0


def _children(pid):
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def _clock_of(pid):
    """The CPU clock of another process (Linux: the clock id is made from the process id)."""
    return (~pid << 3) | 2


def _memory(pid):
    return _kilobytes(f"/proc/{pid}/smaps_rollup", "Pss"), _kilobytes(f"/proc/{pid}/status", "VmHWM")


def _kilobytes(path, name):
    for line in Path(path).read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise ServerFault(f"{path} does not tell {name}")
