"""What a backup of SQLite leaves on disk: whose files they are, and what stays when it breaks off."""

import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scimapp import backup


def test_two_copies_to_one_place_leave_one_that_is_whole(databases, tmp_path, monkeypatch):
    """Two timers, or a timer and somebody in a hurry: neither writes into what the other has begun."""
    url, there, to_disk = databases.copy("sqlite", "copied_twice"), tmp_path / "copy", backup.files.to_disk

    def while_another_copies(part):
        monkeypatch.setattr(backup.files, "to_disk", to_disk)
        backup.create(url, there)
        to_disk(part)

    monkeypatch.setattr(backup.files, "to_disk", while_another_copies)
    with pytest.raises(backup.BackupError, match="exists already"):
        backup.create(url, there)

    backup.sqlite.check(there)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


@pytest.fixture
def sqlite_copy(databases, tmp_path):
    """A copy, and the file of another database in a folder of its own."""
    copy, folder = tmp_path / "copy", tmp_path / "data"
    backup.create(databases.copy("sqlite", "copied"), copy)
    folder.mkdir()
    there = folder / "scimapp.db"
    shutil.copyfile(copy, there)
    return copy, there


def test_what_root_puts_back_belongs_to_the_server(sqlite_copy):
    copy, there = sqlite_copy
    server = 65_534 if os.geteuid() == 0 else os.geteuid()  # only root can give files away
    os.chown(there, server, -1)

    backup.restore(f"sqlite:///{there}", copy)

    assert (there.stat().st_uid, stat.S_IMODE(there.stat().st_mode)) == (server, 0o600)


def test_who_is_not_root_puts_a_copy_into_a_folder_that_takes_it(sqlite_copy):
    """Folders of others may take files: /tmp, or one that a group shares."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        copy, there = shutil.copy(sqlite_copy[0], folder), Path(folder) / "scimapp.db"
        os.chmod(copy, 0o644)
        own = os.geteuid()
        somebody = 65_534 if own == 0 else own  # only root can be somebody else
        os.seteuid(somebody)
        try:
            kept = backup.restore(f"sqlite:///{there}", copy)
        finally:
            os.seteuid(own)

        assert (kept, there.stat().st_uid) == (None, somebody)


def test_a_full_disk_leaves_nothing_of_a_copy_and_the_database_as_it_was(sqlite_copy):
    copy, there = sqlite_copy
    before = there.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(backup.BackupError, match="cannot be put back"):
            backup.restore(f"sqlite:///{there}", copy)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert [path.name for path in there.parent.iterdir()] == ["scimapp.db"]
    assert there.read_bytes() == before


@pytest.mark.parametrize("damaged", [b"no database at all " * 999, None], ids=["overwritten", "cut"])
def test_a_copy_is_put_back_over_a_damaged_database_which_is_kept(sqlite_copy, damaged):
    copy, there = sqlite_copy
    there.write_bytes(damaged or there.read_bytes()[:150_000])
    before = there.read_bytes()

    kept = backup.restore(f"sqlite:///{there}", copy)

    assert there.read_bytes() == copy.read_bytes()
    assert kept.read_bytes() == before


def test_nothing_is_put_back_over_a_damaged_database_that_a_server_has_open(sqlite_copy):
    copy, there = sqlite_copy
    reading = (
        "import sqlite3, sys; server = sqlite3.connect(sys.argv[1]); server.execute('PRAGMA journal_mode=WAL').fetchall();"
        " server.execute('SELECT count(*) FROM users').fetchall(); print(); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reading, there], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        server.stdout.readline()
        there.write_bytes(b"no database at all " * 999)
        with pytest.raises(backup.BackupError, match="in use"):
            backup.restore(f"sqlite:///{there}", copy)
        server.communicate(b"\n")


def test_what_cannot_be_opened_is_not_said_to_be_in_use(sqlite_copy):
    copy, there = sqlite_copy
    there.unlink()
    there.mkdir()

    with pytest.raises(backup.BackupError, match="cannot be put back: unable to open database file"):
        backup.restore(f"sqlite:///{there}", copy)


def test_there_is_a_database_at_every_moment_of_putting_one_back(sqlite_copy, monkeypatch):
    """A server that is started in between would make an empty one and serve that."""
    copy, there = sqlite_copy
    replace, seen = os.replace, []

    def watched(source, target):
        seen.append(there.exists())
        replace(source, target)
        seen.append(there.exists())

    monkeypatch.setattr(os, "replace", watched)
    kept = backup.restore(f"sqlite:///{there}", copy)

    assert all(seen)
    assert kept.stat().st_ino != there.stat().st_ino
