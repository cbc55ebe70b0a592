"""The file of a copy: made beside its place, and given its name only when it is whole and on the disk."""

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from .refusals import BackupError


@contextmanager
def part_of(target):
    """A new, empty file beside ``target``, for its user alone and of a name that nobody else makes;
    deleted where its making fails.
    """
    handle, part = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    try:
        yield Path(part)
    except BaseException:
        for left in (part, f"{part}-journal"):  # SQLite leaves its journal where it could not undo what failed
            with suppress(OSError):
                os.unlink(left)
        raise


def refuse_existing(target):
    if target.exists():
        raise BackupError(f"{target} exists already.")


def to_disk(file):
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
