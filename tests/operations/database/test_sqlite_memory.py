"""SQLite takes its memory without counting it, as long as nobody had used it before the application was imported."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from scimapp.database.sqlite.memory import leave_uncounted
from tests.support.server import ROOT

IS_PART_OF_PYTHON = find_spec("_sqlite3").origin == "built-in"  # then there is no library to tell it to
USED = """
import ctypes
{first}
import scimapp
import sqlite3
connection = sqlite3.connect(":memory:")
connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
print(ctypes.CDLL(__import__("_sqlite3").__file__).sqlite3_memory_used())
"""


@pytest.mark.parametrize("first, is_counted", [("", False), ("import sqlite3", True)])
def test_memory_is_counted_only_where_sqlite_was_in_use_before(first, is_counted):
    if IS_PART_OF_PYTHON:
        assert leave_uncounted() is False
        return
    told = subprocess.run(
        [sys.executable, "-c", USED.format(first=first)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert (int(told.stdout) > 0) is is_counted


def test_a_library_in_use_is_left_as_it_is():
    assert leave_uncounted() is False
