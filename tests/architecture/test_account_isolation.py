"""One door: a query on an account's rows begins with ``scope.select``, and the tables themselves carry the account.

The exceptions are listed with their reasons; an exception that is no longer used fails as well, so the list stays true.
"""

import ast

import pytest

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory import model

from .source import calls_by_function, modules

# What belongs to the deployment and not to an account.
SHARED_TABLES = frozenset(("accounts", "failed_attempts", "link_requests", "setup_links"))
OTHER_DOORS = {
    ("sign_in", "candidates"): "an address is all that somebody who signs in has; the account is chosen after it",
    ("sessions", "_WITH_PERSON"): "the secret of a session decides the account",
    ("sessions", "why_ended"): "the secret of a session decides the account",
    ("live_tokens", "_ANSWERING"): "the secret of a token decides the account",
    ("invitations", "_usable"): "the secret of a link decides the account",
    ("invitations", "renew"): "somebody with an old link knows an address only; accounts are written one by one",
    (
        "password_resets",
        "send_to",
    ): "somebody who forgot a password knows an address only; accounts are written one by one",
    ("one_time_links", "find_usable"): "the secret of a link decides the account",
    ("import_retention", "prune"): "files that were left alone go by their age, whoever brought them",
    ("erasure_marks", "_DUE"): "one worker goes on with the erasures of every account",
    ("batch_runs", "_DUE"): "one worker carries out the batches of every account",
    ("token_ends", "_due"): "one worker warns of the tokens of every account",
    ("quiet_directories", "_at_rest"): "one worker looks for the quiet directories of every account",
    ("readiness", "is_mail_late"): "one worker sends the mail of every account",
    ("outbox", "server_is_back"): "one worker sends the mail of every account",
    ("outbox", "_DUE"): "one worker sends the mail of every account",
    ("outbox", "material"): "the row of the mail decides the account",
    ("arrivals", "_LAST_NUMBER"): "numbers are unique in the whole database; of whom the last one is, is not told",
    ("arrivals", "_NEXT_NUMBERS"): "a sequence has no account",
    ("own_zone", "_NUMBER"): "it is asked for beside a person, whose account decides",
}
# Rows that name no account. They belong to the account of a path and of a person, by numbers that are unique in the database
# (``tests/trust/test_values_apart.py`` tries to reach those of others). Where they are found, and through what.
OWNED_THROUGH_OTHERS = "IndexedValue"
DOORS_TO_THEM = {
    ("value_index", "_ADD_TO_SQLITE"): "written at the number that the path has in the account",
    ("value_index", "_ADD"): "written at the number that the path has in the account",
    ("value_index", "_ADD_REST"): "the same",
    ("value_index", "_CHANGE"): "at the number of the path in the account, of a person who is locked",
    ("value_index", "_REMOVE"): "the same",
    ("value_index", "clear"): "of a person who is found in the account",
    ("field_options", "_write"): "at a path of the account",
    ("own_zone", "ZONE"): "of the person beside whom it is asked for, at the number of the path in the account",
    ("indexed", "_people"): "its conditions are of value_index: at a path, or below one, of the account",
}
MODELS = {name: getattr(model, name).__table__ for name in model.__all__} | {"AuditEntry": AuditEntry.__table__}
TENANT_MODELS = {name for name, table in MODELS.items() if table.name not in SHARED_TABLES} - {OWNED_THROUGH_OTHERS}
TENANT_TABLES = sorted(MODELS[name].name for name in TENANT_MODELS)


def test_queries_of_an_accounts_rows_begin_at_the_scope():
    beside = {
        (name.rpartition(".")[2], function)
        for _, name, tree in modules()
        if name != "directory.scope"
        for function, call, _ in calls_by_function(tree)
        if _called(call) == "select" and _names(call) & TENANT_MODELS
    }

    assert beside - set(OTHER_DOORS) == set(), "begin with scope.select(Model), or give a reason here"
    assert set(OTHER_DOORS) - beside == set(), "reasons for queries that are gone"


def test_changes_of_an_accounts_rows_name_the_account():
    nameless = [
        f"{path}:{call.lineno} {function}"
        for path, _, tree in modules()
        for function, call, node in calls_by_function(tree)
        if _called(call) in ("update", "delete") and isinstance(call.func, ast.Name)
        if {argument.id for argument in call.args if isinstance(argument, ast.Name)} & TENANT_MODELS
        if not _compares_account(node) and not _is_held_by_its_key(node)
    ]

    assert not nameless, nameless


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_every_table_of_an_account_carries_it(table):
    columns = db.metadata.tables[table].columns

    assert "account_id" in columns
    assert not columns["account_id"].nullable


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_references_between_rows_cannot_leave_the_account(table):
    for constraint in db.metadata.tables[table].foreign_key_constraints:
        if constraint.referred_table.name not in SHARED_TABLES:
            assert constraint.column_keys[0] == "account_id", f"{constraint.name} begins with another column"


def test_rows_that_name_no_account_are_reached_through_those_that_do():
    found = {
        (name.rpartition(".")[2], function)
        for _, name, tree in modules()
        for function, call, _ in calls_by_function(tree)
        if _called(call) in ("select", "insert", "update", "delete") or getattr(call.func, "attr", "") == "insert"
        if OWNED_THROUGH_OTHERS in _names(call)
    }

    assert found == set(DOORS_TO_THEM), "begin with value_index.select_at, or give a reason here"


def test_numbers_that_stand_for_an_account_are_given_once_in_the_database():
    table = MODELS[OWNED_THROUGH_OTHERS]
    references = {key.parent.name: key.column for key in table.foreign_keys}

    assert references == {"user_seq": MODELS["User"].c.seq}
    for number in (MODELS["User"].c.seq, MODELS["IndexedPath"].c.number):
        assert list(number.table.primary_key) == [number]
    assert MODELS["IndexedPath"].info["sqlite_autoincrement"], "a number is not used again"


def _called(call):
    """``select`` for ``select(…)``; calls of methods (``scope.select``) have no name here."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _names(call):
    return {node.id for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Name)}


def _compares_account(function):
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "account_id"
        and isinstance(node.value, ast.Name)
        and node.value.id in TENANT_MODELS
        for node in ast.walk(function)
    )


def _is_held_by_its_key(function):
    """A leased mail is closed by its own row number and the lease that only its worker knows."""
    return any(isinstance(node, ast.Attribute) and node.attr == "lease_id" for node in ast.walk(function))
