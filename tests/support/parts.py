"""What a machine may lack: Postgres and Chromium. In CI a missing part fails its tests; elsewhere they are left out and
the last line of the run names them.
"""

import os

import pytest

from . import chromium, postgres

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


class Parts:
    """The parts of one run. Workers are given what the process that started them has found."""

    def __init__(self, given=None):
        self._given = given
        self.missing = dict(given["missing"]) if given else {}
        self._cluster, self._given_away, self._looked = None, [], set()

    def cluster(self):
        """The Postgres cluster of this process, started at the first call; None when it is missing."""
        if "postgres" not in self._looked:
            self._looked.add("postgres")
            if self._given:
                folder = self._given["postgres"]
                self._cluster = postgres.Cluster(folder) if folder else None
            else:
                self._cluster = self._started_postgres()
        return self._cluster

    def chromium(self):
        """The path of Chromium; None when it is missing."""
        if self._given:
            return self._given["chromium"]
        if "chromium" not in self._looked:
            self._looked.add("chromium")
            self._chromium = chromium.find()
            if self._chromium is None:
                self.missing["browser"] = "no Chromium found; apt install chromium, or playwright install chromium"
        return self._chromium

    def to_give(self):
        """What one worker process needs to know. Each has a Postgres of its own: what a process keeps of a list depends on the
        transactions of the whole server, so tests would read more while another worker writes.
        """
        cluster = None if "Postgres" in self.missing else self._started_postgres()
        self._given_away += [cluster] if cluster else []
        return {
            "postgres": str(cluster.folder) if cluster else None,
            "chromium": self.chromium(),
            "missing": self.missing,
        }

    def stop(self):
        for cluster in filter(None, (self._cluster, *self._given_away)):
            cluster.stop()

    def leave_out(self, items):
        """Split ``items`` into those that can run here and those that cannot; in CI all run, and fail."""
        kept, left_out = [], []
        for item in items:
            lacks = (uses_postgres(item) and not self.cluster()) or (uses_browser(item) and not self.chromium())
            (left_out if lacks and not IN_CI else kept).append(item)
        return kept, left_out

    def last_line(self):
        """What could not run, in words; empty when all could."""
        return "; ".join(f"{part}: {reason}" for part, reason in self.missing.items())

    def _started_postgres(self):
        try:
            return postgres.start()
        except postgres.PostgresMissing as problem:
            self.missing["Postgres"] = str(problem)


def uses_postgres(item):
    return getattr(item, "callspec", None) is not None and item.callspec.params.get("database") == "postgres"


def uses_browser(item):
    return "browser" in getattr(item, "fixturenames", ())


def fail_without(part, value):
    """``value``, or a failure that says which part of the machine is missing."""
    if value is None:
        pytest.fail(f"{part} is missing on this machine, and CI runs every part", pytrace=False)
    return value
