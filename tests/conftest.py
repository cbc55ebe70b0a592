"""What every test stands on: the parts of the machine, the shared fixtures, and no way out to the network.

Fixtures live in ``tests/support/fixtures``; this file names them, gives each worker a Postgres, and says at the very end
what could not run here.
"""

import gc

import hypothesis
import pytest

from tests.support import figures, forks, missed_statements, network, on_sqlite
from tests.support.fixtures.application import (
    account,
    app,
    app_with,
    database,
    database_url,
    databases,
    empty_database,
    make_account,
    make_field,
    make_group,
    make_user,
    once,
    other_account,
    page,
    scim,
    scope,
    sign_in_as,
    statements,
    visitor,
)
from tests.support.fixtures.browser import axe, browser, browser_page, contexts, open_page, picture
from tests.support.fixtures.outside import clock, live_account, live_server, smtp_sink, start_server
from tests.support.parts import IN_CI, Parts
from tests.support.tries import EXAMPLES, tries

__all__ = [
    "account", "app", "app_with", "axe", "browser", "browser_page", "clock", "contexts", "database", "database_url",
    "databases", "empty_database", "live_account", "live_server", "make_account", "make_field", "make_group",
    "make_user", "once", "open_page", "other_account", "page", "picture", "scim", "scope", "sign_in_as", "smtp_sink",
    "start_server", "statements", "visitor",
]  # fmt: skip

PARTS = pytest.StashKey[Parts]()
ON_SQLITE = ("tests/cli", "tests/idp", "tests/mail", "tests/scim_api")  # run on SQLite but for some tests

hypothesis.settings.register_profile(
    "scimapp",
    deadline=None,
    max_examples=tries(EXAMPLES),
    derandomize=False,  # in CI too, or each run would try the same
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("scimapp")


def pytest_configure(config):
    network.watch()
    config.stash[PARTS] = Parts(getattr(config, "workerinput", {}).get("parts"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["parts"] = node.config.stash[PARTS].to_give()


def pytest_collection_modifyitems(config, items):
    kept, left_out = config.stash[PARTS].leave_out(items)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def pytest_collection_finish(session):
    """What is here now stays to the end, and tests make much that is soon gone: the collector need not look so often."""
    on_sqlite.know_both(session.config, session.items)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield from on_sqlite.note(item))


def pytest_unconfigure(config):
    forks.end()
    parts = config.stash.get(PARTS, None)
    if parts is None or hasattr(config, "workerinput"):
        return
    parts.stop()
    if parts.last_line() and not IN_CI:
        print(f"Not run on this machine: {parts.last_line()}")


def pytest_sessionfinish(session, exitstatus):
    """A run of a whole folder fails where a statement was never sent to Postgres."""
    if exitstatus == pytest.ExitCode.OK and _missed(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    for line in figures.lines(_called(config)):
        terminalreporter.write_line(line)
    for statement, test in _missed(config).items():
        terminalreporter.write_line(
            f"Postgres is never sent this, so mark the test on_both: {test}: {statement}", red=True
        )


def _called(config):
    """The reports of what tests did; none in a worker."""
    stats = getattr(config.pluginmanager.get_plugin("terminalreporter"), "stats", {})
    reports = (report for outcome in ("passed", "failed") for report in stats.get(outcome, ()))
    return [report for report in reports if report.when == "call"]


def _missed(config):
    """What ``missed_statements`` finds in the folders of which all tests ran and passed."""
    is_narrowed = config.option.keyword or config.option.markexpr or any("::" in name for name in config.args)
    called, found = _called(config), {}
    for folder in () if is_narrowed else ON_SQLITE:
        reports = [report for report in called if report.nodeid.startswith(f"{folder}/")]
        ran = {report.nodeid.partition("::")[0] for report in reports}
        files = (config.rootpath / folder).rglob("test_*.py")
        is_whole = ran == {path.relative_to(config.rootpath).as_posix() for path in files}
        if is_whole and all(report.passed for report in reports):
            found |= missed_statements.missed(reports, called)
    return found


@pytest.fixture
def figure(request):
    """``figure("crashes survived", 3)`` counts something that is told at the end of the run."""
    return lambda name, number: request.node.user_properties.append((figures.PREFIX + name, number))


@pytest.fixture(scope="session")
def parts(pytestconfig):
    """The parts of the machine that may be missing."""
    return pytestconfig.stash[PARTS]


@pytest.fixture(autouse=True)
def _stay_on_this_machine():
    network.attempts()
    yield
    tried = network.attempts()
    assert not tried, f"the test tried to leave the machine: {tried}"
