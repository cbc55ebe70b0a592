"""Statements that Postgres is never sent, because the tests that send them run on SQLite alone.

A folder whose tests run on SQLite but for some saves half of their time, and could lose what only Postgres finds: a statement
it does not take. So each test notes what it sends to SQLite, and a run of the whole folder ends with an error where a
statement was sent by no test that runs on both databases, in whatever folder.
"""

import functools
import hashlib
import re
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine

from scimapp.database import statements as prepared

PROPERTY = "sent to SQLite"
_OF_ANY_LENGTH = re.compile(r"\(\?(?:, \?)*\)(?:, \(\?(?:, \?)*\))*")
_UPDATE = re.compile(r"(UPDATE \w+) SET (.*?)( WHERE .*| RETURNING .*|)", re.DOTALL)
_COLUMN = re.compile(r"(\w+)\s*=")
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
_SHOWN = 120  # characters of a statement


@contextmanager
def noted():
    """``with noted() as found``: the forms of the statements that run meanwhile, for ``missed``."""
    found = set()

    def note(text):
        if not text.upper().startswith(_FRAME):
            found.update(_forms(text))

    def note_of_sqlalchemy(_connection, _cursor, text, *_):
        note(text)

    event.listen(Engine, "before_cursor_execute", note_of_sqlalchemy)
    prepared.observers.append(note)
    try:
        yield found
    finally:
        prepared.observers.remove(note)
        event.remove(Engine, "before_cursor_execute", note_of_sqlalchemy)


def missed(reports, all_reports):
    """``{beginning of a statement: name of a test}`` of what tests of ``reports`` sent to SQLite alone, and no test of
    ``all_reports`` to both, by the ``PROPERTY`` of reports: ``(whether the test runs on both databases, forms)``.

    All count, because a test sends more where another left something: who tidies up finds sessions that are over.
    """
    both = {form for report in all_reports for form in _sent(report, on_both=True)}
    alone = {form: report.nodeid for report in reports for form in _sent(report, on_both=False)}
    return {form.partition(" ")[2]: test for form, test in sorted(alone.items()) if form not in both}


def _sent(report, on_both):
    """The forms that a test sent, if it runs on both databases, or on SQLite alone."""
    noted_values = (value for name, value in report.user_properties if name == PROPERTY)
    return [form for is_on_both, forms in noted_values if is_on_both == on_both for form in forms]


@functools.cache
def _forms(text):
    """What is compared of a statement: lists of any length are one, and each column of an UPDATE stands for itself."""
    text = " ".join(_OF_ANY_LENGTH.sub("(?)", text).split())
    update = _UPDATE.fullmatch(text)
    if update is None:
        return [_form(text)]
    table, columns, rest = update.groups()
    return [_form(table + rest), *(_form(f"{table} SET {column}") for column in _COLUMN.findall(columns))]


def _form(text):
    return f"{hashlib.blake2s(text.encode(), digest_size=8).hexdigest()} {text[:_SHOWN]}"
