"""A folder whose tests run on SQLite alone, but for some; its ``conftest.py`` says which and takes the hook ``on_both_in``.

That Postgres misses no statement by it is checked at the end of a run of the whole folder (``missed_statements``).
"""

import pytest

from .databases import KINDS, on_both, only_sqlite
from .missed_statements import PROPERTY, noted

BOTH = pytest.StashKey()
SQLITE, POSTGRES = KINDS


def on_both_in(files):
    """``pytest_generate_tests`` for the ``conftest.py`` of a folder.

    A test runs on both databases if its file is among ``files``, by their stems, or it counts statements; else on SQLite. A mark of
    the test itself, ``on_both`` or ``only_sqlite``, decides first.
    """

    @pytest.hookimpl(tryfirst=True)  # before the marks are read
    def pytest_generate_tests(metafunc):
        if "database" in metafunc.fixturenames and not _is_marked(metafunc.definition):
            is_on_both = metafunc.definition.path.stem in files or "statements" in metafunc.fixturenames
            metafunc.definition.add_marker(on_both if is_on_both else only_sqlite)

    return pytest_generate_tests


def know_both(config, items):
    """Remember which of the tests that run are there for Postgres too."""
    config.stash[BOTH] = {_key(item) for item in items if _database(item) == POSTGRES}


def note(item):
    """A wrapper of the call of a test, which notes what it sends to SQLite and whether it runs on both databases.

    One that its own mark keeps on SQLite is left out: whoever marked it has decided.
    """
    is_on_both = _key(item) in item.config.stash[BOTH]
    if _database(item) != SQLITE or (_is_marked(item) and not is_on_both):
        return (yield)
    with noted() as found:
        result = yield
    item.user_properties.append((PROPERTY, (is_on_both, sorted(found))))
    return result


def _is_marked(item):
    return any("database" in mark.args[0] for mark in item.iter_markers("parametrize"))  # alone, or among other names


def _database(item):
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database") if callspec else None


def _key(item):
    """What a test on SQLite and the same on Postgres have in common."""
    return item.nodeid.replace(f"[{_database(item)}", "[").replace(f"-{_database(item)}", "-")
