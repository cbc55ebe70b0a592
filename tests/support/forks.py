"""Processes that need not import everything anew: one that has done so forks itself for each of them (decision 0155).

The import is nine tenths of what the start of a server computes. Each process of pytest that wants one has a parent of such
processes: a fresh Python with one thread that reads no setting, makes no application and opens no database. Its child becomes
what ``python -m gunicorn …`` is, with the same files, environment, arguments and exit status.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Nearly all that a server imports, but not scimapp.gunicorn_conf and wsgi: these read the settings.
IMPORTED = ("gunicorn.app.wsgiapp", "gunicorn.arbiter", "scimapp", "scimapp.serving.worker")
# What a child is told; of all other names of the environment it knows what its parent was started with.
_TOLD = ("SCIMAPP_", "FLASK_", "BENCH_", "PORT", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "PYTEST_")
_LONGEST_REQUEST = 65_536  # bytes
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl.h
_parents = []


def start(arguments, environment, output):
    """Begin ``python -m *arguments`` in the repository; returns a Forked, or a Popen where a child would be something else.

    That is where Python itself or a library may read another environment when it starts, and on systems without
    ``pidfd_open``. ``output`` is the file of all that the process prints.
    """
    if not _parents and hasattr(os, "pidfd_open"):
        _parents.append(Parent())
    for parent in _parents:
        if _as_python_reads(parent.environment) == _as_python_reads(_untold(environment)):
            return parent.start(arguments, environment, output)
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment,
        stdout=output, stderr=output, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def end():
    """End the parent of this process, if there is one, when all tests are over."""
    while _parents:
        _parents.pop().end()


class Forked:
    """A child of a parent, to be used as a ``subprocess.Popen``: its ``pid`` is nobody else's until it was waited for."""

    def __init__(self, parent, pid):
        self.pid, self.returncode = pid, None
        self._parent, self._file = parent, os.pidfd_open(pid)

    def wait(self, timeout=None):
        """The exit status, negative for a signal. Raises ``subprocess.TimeoutExpired`` after ``timeout`` seconds."""
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._file, select.POLLIN)
            if not ended.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            self.returncode = self._parent.status_of(self.pid)
            os.close(self._file)
        return self.returncode

    def poll(self):
        """The exit status, None while it goes on."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def terminate(self):
        self._send(signal.SIGTERM)

    def kill(self):
        self._send(signal.SIGKILL)

    def _send(self, number):
        if self.returncode is None:
            os.kill(self.pid, number)


class Parent:
    """The process that forks, as the tests see it. It ends when the socket to it is closed, so with them in any case."""

    def __init__(self, imported=IMPORTED):
        self.environment = _untold(os.environ)
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(other.fileno()), *imported], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[other.fileno()], start_new_session=True,
            )  # fmt: skip
        self._turn = threading.Lock()

    def start(self, arguments, environment, output):
        """A child that is ``python -m *arguments``, as Forked."""
        told = {name: value for name, value in environment.items() if name.startswith(_TOLD)}
        return Forked(self, self._ask({"arguments": arguments, "environment": told}, [output.fileno()]))

    def status_of(self, pid):
        """The exit status of a child that has ended. Its process id is free then."""
        return self._ask({"ended": pid})

    def end(self):
        """End it, and with it the children that are left."""
        self._socket.close()
        self._process.wait()

    def _ask(self, request, files=()):
        with self._turn:
            socket.send_fds(self._socket, [json.dumps(request).encode()], files)
            answer = self._socket.recv(_LONGEST_REQUEST)
        assert answer, "the parent of the processes has gone"
        return json.loads(answer)


def _untold(environment):
    return {name: value for name, value in environment.items() if not name.startswith(_TOLD)}


def _as_python_reads(environment):
    """An environment without names that say nothing to Python, which are empty."""
    return {name: value for name, value in environment.items() if value or not name.startswith("PYTHON")}


def _serve(requests):
    """Answer until nobody can ask any more, which returns None; a child returns what it was asked to be."""
    while True:
        told, files, _flags, _address = socket.recv_fds(requests, _LONGEST_REQUEST, 1)
        if not told:
            return None
        request = json.loads(told)
        if "ended" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["ended"], 0)[1])
        else:
            assert len(os.listdir("/proc/self/task")) == 1, "a child would not have the other threads"
            parent, answer = os.getpid(), os.fork()
            if answer == 0:
                requests.close()
                _stand_alone(parent, *files)
                return request
            os.close(*files)
        requests.send(json.dumps(answer).encode())


def _stand_alone(parent, output):
    """Print to ``output``, and end when the parent does."""
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)


def _share_no_memory():
    """Forget the memory in which the processes of one server tell each other moments: all children would have the same."""
    shared = sys.modules.get("scimapp.directory.fields.shared_moments")
    modules = [module for name, module in sys.modules.items() if shared and name.startswith("scimapp.")]
    for module in modules:
        for name, value in list(vars(module).items()):
            if isinstance(value, shared.SharedMoments):
                setattr(module, name, shared.SharedMoments())


if __name__ == "__main__":
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.freeze()
    # Nothing stands around the child: SystemExit ends it, and the processes that it forks.
    asked = _serve(socket.socket(fileno=int(sys.argv[1])))
    if asked:
        _share_no_memory()
        os.environ.update(asked["environment"])
        sys.argv = asked["arguments"]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
