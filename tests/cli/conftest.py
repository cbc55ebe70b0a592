"""Commands, run in process against the application of the test.

On SQLite but for copies, first commands, and what looks after everybody (``ON_BOTH``), and tests marked ``on_both``
(``tests.support.on_sqlite``).
"""

import contextvars
import json
from dataclasses import dataclass

import pytest

from scimapp.database import db
from tests.support import on_sqlite

ON_BOTH = frozenset(("test_backup", "test_batches", "test_first_command", "test_log"))
pytest_generate_tests = on_sqlite.on_both_in(ON_BOTH)


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one JSON object on standard output; fails when anything else stands there."""
        return json.loads(self.out)


@pytest.fixture
def flask(app):
    """``flask("accounts", "list", typed="…")`` → Outcome. Runs in a context of its own, as a process would."""

    def run(*arguments, typed="", on=app):
        db.session.close()
        runner = on.test_cli_runner()
        words = [str(argument) for argument in arguments]
        done = contextvars.Context().run(runner.invoke, args=words, input=typed, catch_exceptions=False)
        db.session.close()
        db.session.expire_all()
        return Outcome(done.exit_code, done.stdout, done.stderr)

    return run
