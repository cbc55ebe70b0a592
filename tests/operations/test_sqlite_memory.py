"""SQLite takes its memory without counting it, as long as nobody had used it before the application was imported."""

import subprocess
import sys

import pytest

from scimapp.database.sqlite_memory import leave_uncounted
from tests.support.server import ROOT

USED = """
import ctypes, sys
{first}
import scimapp
import sqlite3, _sqlite3
connection = sqlite3.connect(":memory:")
connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
print(ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used())
"""


@pytest.mark.parametrize("first, is_counted", [("", False), ("import sqlite3", True)])
def test_memory_is_counted_only_where_sqlite_was_in_use_before(first, is_counted):
    told = subprocess.run(
        [sys.executable, "-c", USED.format(first=first)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert (int(told.stdout) > 0) is is_counted


def test_a_library_in_use_is_left_as_it_is():
    assert leave_uncounted() is False
