"""A folder whose tests run on SQLite alone, but for some; its ``conftest.py`` says which and takes the ``hooks``.

That Postgres misses no statement by it is checked at the end of a run of the whole folder (``missed_statements``).
"""

import pytest

from .databases import KINDS, on_both, only_sqlite
from .missed_statements import PROPERTY, noted


def hooks(files):
    """``(pytest_generate_tests, pytest_runtest_call)`` for the ``conftest.py`` of a folder.

    A test runs on both databases if its file is among ``files``, by their stems, or it counts statements; else on SQLite. A mark of
    the test itself, ``on_both`` or ``only_sqlite``, decides first. What it sends to SQLite is noted.
    """

    @pytest.hookimpl(tryfirst=True)  # before the marks are read
    def pytest_generate_tests(metafunc):
        if "database" in metafunc.fixturenames and not _marked_databases(metafunc.definition):
            metafunc.definition.add_marker(on_both if _is_on_both(metafunc.definition, files) else only_sqlite)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(item):
        marked = _marked_databases(item)
        is_on_sqlite = getattr(item, "callspec", None) is not None and item.callspec.params.get("database") == "sqlite"
        if not is_on_sqlite or marked == ("sqlite",):  # the second was decided by whoever marked it
            return (yield)
        with noted() as found:
            result = yield
        is_on_both = set(marked) == set(KINDS) if marked else _is_on_both(item, files)
        item.user_properties.append((PROPERTY, (is_on_both, sorted(found))))
        return result

    return pytest_generate_tests, pytest_runtest_call


def _marked_databases(item):
    """The databases that a mark names, () for none."""
    marks = (mark.args for mark in item.iter_markers("parametrize"))
    return next((tuple(kinds) for names, kinds, *_ in marks if names == "database"), ())


def _is_on_both(item, files):
    return item.path.stem in files or "statements" in item.fixturenames
