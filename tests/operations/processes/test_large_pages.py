"""Memory that is moved to large pages: it stays what it was, and systems that have none are left alone."""

import subprocess
import sys

import pytest

from scimapp.serving import large_pages

IN_A_PROCESS = """
import re
from scimapp.serving import large_pages

def large():
    return int(re.search(r"AnonHugePages: +(\\d+) kB", open("/proc/self/smaps_rollup").read())[1]) * 1024

texts, before = [str(number) * 20 for number in range(200_000)], large()
moved = large_pages.gather()
assert texts == [str(number) * 20 for number in range(200_000)]
assert 0 <= large() - before <= moved, (before, moved, large())
assert moved == 0 or large() > before
"""


def test_what_is_moved_to_large_pages_stays_what_it_was():
    done = subprocess.run([sys.executable, "-c", IN_A_PROCESS], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("told", ["always madvise [never]\n", None])
def test_a_system_without_large_pages_is_left_alone(tmp_path, told):
    if told is not None:
        (tmp_path / "enabled").write_text(told)

    assert large_pages.gather(tmp_path) == 0


@pytest.mark.parametrize(
    "line, pages",
    [
        ("00200000-00800000 rw-p 00000000 00:00 0                          [heap]", [0x200000, 0x400000, 0x600000]),
        ("00300000-00700000 rw-p 00000000 00:00 0 ", [0x400000]),
        ("00300000-00500000 rw-p 00000000 00:00 0 ", []),
        ("00200000-00800000 rw-s 00000000 00:00 0 ", []),
        ("00200000-00800000 r-xp 00000000 00:00 0 ", []),
        ("00200000-00800000 rw-p 00000000 fe:00 4711                       /usr/lib/libpython3.11.so.1.0", []),
        ("00200000-00800000 rw-p 00000000 00:00 0                          [stack]", []),
    ],
)
def test_only_memory_of_the_process_alone_is_moved(line, pages):
    assert list(large_pages._pages_in(line, 0x200000)) == pages
