"""Compiles what the tests are made of, on every core: ``python -m tests.support.ahead``.

In a fresh clone each worker of pytest would read the same files at the same moment, and each of them rewrite the asserts of all tests
for itself, which takes as long as to collect them. Here every file is compiled once, and what is compiled already costs a look.
"""

import compileall
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

from _pytest.assertion import rewrite

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("scimapp", "migrations", "benchmarks", "tests")
_AT_ONCE = 8  # files that are handed to a process
_STATE = SimpleNamespace(trace=print)  # of pytest, which tells of a file that cannot be written


def main():
    """Compile what is not, or has changed."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    # A file with a warning is left to pytest as well, for which that is an error.
    with ProcessPoolExecutor(initializer=warnings.simplefilter, initargs=("error",)) as pool:
        list(pool.map(compile_file, files, chunksize=_AT_ONCE))


def compile_file(path):
    """Write what Python, or pytest for a file of tests, would write beside a file when it is imported."""
    if path.name.startswith("test_") or path.name == "conftest.py":
        write_asserts(path)
    else:
        compileall.compile_file(path, quiet=2)


def write_asserts(path):
    """Do with a file of tests what pytest does at the import. pytest looks into the source again before it takes what is written, and
    tells of a file that is no Python or cannot be written, if it is one of those that are to run.
    """
    kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
    if rewrite._read_pyc(path, kept) is None:
        with suppress(SyntaxError, ValueError, OSError):
            source_hash, code = rewrite._rewrite_test(path, None)
            kept.parent.mkdir(exist_ok=True)
            rewrite._write_pyc(_STATE, code, source_hash, kept)


if __name__ == "__main__":
    main()
