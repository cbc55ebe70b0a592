"""The databases a benchmark can run on, and fresh copies of filled ones.

Writing 100,000 people takes a minute or more. A SQLite file is kept beside the system's temporary files for a day and
copied for each server; its name contains a fingerprint of the code that decides how people are written. On Postgres a
filled database is the template of the others, for one run.
"""

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from tests.support import postgres

from . import stage
from .servers import ROOT, computed_by_children_of

KEPT = Path(tempfile.gettempdir()) / "scimapp-bench-kept"
KEPT_SECONDS = 86_400  # since it was last used
_DECIDERS = ("migrations/versions/*.py", "benchmarks/*.py", "benchmarks/speed/stage.py", "scimapp/directory/model/*.py",
             "scimapp/directory/people/profile.py", "scimapp/directory/people/value_index.py", "scimapp/directory/text_keys.py",
             "scimapp/texts.py")  # fmt: skip
# Durable like the SQLite mode, with room for what is asked again.
POSTGRES_OPTIONS = (
    "listen_addresses=", "fsync=on", "synchronous_commit=on", "shared_buffers=512MB", "max_wal_size=2GB",
    "max_connections=60", "logging_collector=off", "log_min_messages=error",
)  # fmt: skip


class Sqlite:
    """Files in ``folder``."""

    name = "sqlite"

    def __init__(self, folder):
        self._folder, self._numbers = folder, itertools.count(1)

    def stage(self, people):
        """A separate Stage with so many people."""
        kept = _kept(people)
        folder = self._folder / f"stage-{next(self._numbers)}"
        folder.mkdir()
        _copy_to_disk(kept / "people.db", folder / "people.db")
        return stage.Stage(f"sqlite:///{folder}/people.db", folder, json.loads((kept / "told.json").read_text()))

    def processor(self):
        """CPU seconds outside the server's processes."""
        return 0.0

    def close(self):
        """Nothing to end."""


class Postgres:
    """Its own server, on the core of the load."""

    name = "postgres"

    def __init__(self, folder):
        self._folder, self._numbers = folder, itertools.count(1)
        self._cluster = postgres.start(POSTGRES_OPTIONS)
        self._told = {}

    def stage(self, people):
        template, number = f"people-{people}", next(self._numbers)
        if people not in self._told:
            told = self._folder / f"told-{people}.json"
            self._cluster.create(template)
            stage.write(people, self._cluster.url(template), told)
            self._told[people] = json.loads(told.read_text())
        name = f"copy-{number}"
        self._cluster.create(name, template)
        folder = self._folder / f"postgres-{number}"
        folder.mkdir()
        return stage.Stage(self._cluster.url(name), folder, self._told[people])

    def processor(self):
        return computed_by_children_of(self._cluster.pid)

    def close(self):
        self._cluster.stop()


class Named:
    """An empty database given by its address; it serves one Stage."""

    def __init__(self, database_url, folder):
        self._url, self._folder = database_url, folder
        self.name = "sqlite" if database_url.startswith("sqlite") else "postgres"

    def stage(self, people):
        told = self._folder / "told.json"
        stage.write(people, self._url, told)
        return stage.Stage(self._url, self._folder, json.loads(told.read_text()))

    def processor(self):
        return 0.0

    def close(self):
        """It is not ours."""


KINDS = {"sqlite": Sqlite, "postgres": Postgres}


def of_name(name, folder):
    """The kind that ``--database`` names."""
    return Named(name, folder) if is_named(name) else KINDS[name](folder)


def is_named(name):
    """Whether ``--database`` names an address, which serves one Stage."""
    return name not in KINDS


def _copy_to_disk(source, target):
    """Copy a file and bring the copy to the disk: otherwise the server's first checkpoint would, in the time of some call."""
    shutil.copyfile(source, target)
    with target.open("rb") as copy:
        os.fsync(copy.fileno())


def _kept(people):
    """The folder with the written file, made if it is missing; two runs that make it at once do not mix."""
    KEPT.mkdir(exist_ok=True)
    for folder in KEPT.iterdir():
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
    kept = KEPT / f"{people}-{_fingerprint()}"
    if not kept.exists():
        making = Path(tempfile.mkdtemp(prefix="making-", dir=KEPT))
        try:
            stage.write(people, f"sqlite:///{making}/people.db", making / "told.json")
            with contextlib.suppress(OSError):  # another run was faster
                making.rename(kept)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    os.utime(kept)
    return kept


def _fingerprint():
    digest = hashlib.sha256()
    for pattern in _DECIDERS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
