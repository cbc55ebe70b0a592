"""What holds in every test that knocks at all doors."""

import re

import pytest

from tests.architecture.test_account_isolation import TENANT_TABLES
from tests.support.write_watch import writes_without_the_lock

_ABOUT = re.compile(rf"\b(FROM|JOIN|UPDATE) ({'|'.join(TENANT_TABLES)})\b")
_NAMES_IT = re.compile(
    r"\baccount_id (=|IN)|\baccounts\.id ="
    r"|\b(token_hash|id_hash) ="  # a secret decides the account by itself
    r"|^(UPDATE|DELETE FROM) (\w+) .*WHERE \4\.(?:user_)?seq = \S+$",  # the session writes back a row that it has read
    re.DOTALL,
)
# Values name no account: each time they are asked for it is at a number of the account, or of a person of it.
_VALUES = re.compile(r"\b(FROM|JOIN|UPDATE|INTO) indexed_values\b")
_OF_THE_ACCOUNT = re.compile(
    r"path_number (?:=|IN) \(SELECT value_paths\.number\s+FROM value_paths\s+WHERE value_paths\.account_id ="
    r"|path_number = (\S+) AND \(SELECT value_paths\.number\s+FROM value_paths\s+WHERE value_paths\.account_id =.*?\) = \1"
    r"|user_seq = \(SELECT users\.seq\s+FROM users\s+WHERE users\.account_id ="
    r"|^INSERT (?:OR IGNORE )?INTO indexed_values .*FROM value_paths(?:, json_to_recordset\(.*?\) AS \w+\(.*?\))?\s+"
    r"WHERE value_paths\.account_id =",
    re.DOTALL,
)
# What one worker does for every account (see OTHER_DOORS in test_account_isolation).
_OF_WORKERS = re.compile(
    r"WHERE batches\.action = \S+ AND batches\.state = \S+ AND batches\.created_at <|batches\.leased_until IS NULL OR"
)


@pytest.fixture
def writes_take_the_lock_first(app, database):
    """Fails a test on SQLite in which the application changed a row outside of a transaction that began with the lock."""
    if database != "sqlite":
        yield
        return
    with writes_without_the_lock() as found:
        yield
    assert not found, found


@pytest.fixture
def statements_name_the_account(statements):
    """Fails a test in which a statement about rows of accounts ran that did not say of which one (security I6)."""
    with statements() as log:
        yield
    asked = [statement for statement in dict.fromkeys(log) if _ABOUT.search(statement)]
    nameless = [each for each in asked if not _NAMES_IT.search(each) and not _OF_WORKERS.search(each)]
    assert not nameless, nameless
    loose = [each for each in log if len(_VALUES.findall(each)) > len(_OF_THE_ACCOUNT.findall(each))]
    assert not loose, loose
