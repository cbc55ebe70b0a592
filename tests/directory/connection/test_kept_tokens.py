"""What was read of a token is kept beside changes that it does not come from. All others act at the next call."""

import sqlite3
import sys

import pytest
from sqlalchemy import bindparam, delete, insert, update

from scimapp.database import at_hand, db, let_go_of_driver, writing
from scimapp.database.columns import touched_by
from scimapp.database.inserts import PreparedInsert
from scimapp.database.statements import Prepared
from scimapp.directory import clock
from scimapp.directory.connection import live_tokens, scim_tokens
from scimapp.directory.groups.named_members import OfSome
from scimapp.directory.model import Account, Counter, Group, ScimToken, User
from tests.support.databases import only_sqlite

_LISTS = "list_changes"  # lists look there by themselves
_KEY = bindparam("in_account")
_RENAMED = Prepared(update(Group).where(Group.account_id == _KEY), ["display_name"])
_OTHER_MAKER = Prepared(update(User).where(User.account_id == _KEY), ["role"])
_TITLED = Prepared(update(User).where(User.account_id == _KEY).values(title="x"))
_PAUSED = Prepared(
    update(Account).where(Account.id == _KEY).values(scim_paused_at=bindparam("at", type_=Account.scim_paused_at.type))
)
_REVOKED = Prepared(update(ScimToken).where(ScimToken.account_id == _KEY).values(state="revoked"))


@pytest.fixture
def secret(scope):
    _, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    db.session.remove()
    return secret


def asked_again(statements, secret):
    """Whether the row of the token is read now."""
    with statements() as log:
        live_tokens.authenticate(secret)
    return any("scim_tokens" in text for text in log)


def change(statement, **values):
    with writing():
        statement.run(**values)


def is_sqlite():
    return db.engine.dialect.name == "sqlite"


def test_a_token_is_not_read_again_after_what_it_does_not_come_from(account, secret, statements):
    assert asked_again(statements, secret)

    for statement, values in ((_RENAMED, {"display_name": "x"}), (_TITLED, {})):
        change(statement, in_account=account.id, **values)
        assert asked_again(statements, secret) is not is_sqlite()


def test_what_a_token_comes_from_acts_at_once(account, secret):
    assert live_tokens.authenticate(secret).maker_role == "owner"

    change(_OTHER_MAKER, in_account=account.id, role="member")
    assert live_tokens.authenticate(secret).maker_role != "owner"
    change(_PAUSED, in_account=account.id, at=clock.now())
    assert live_tokens.authenticate(secret).is_paused
    change(_REVOKED, in_account=account.id)
    assert live_tokens.authenticate(secret) is None


def test_it_is_read_again_after_the_session_has_written_beside(account, secret, statements):
    """Nobody tells of the session which columns it writes."""
    asked_again(statements, secret)
    with writing() as session:
        session.execute(update(Group).where(Group.account_id == account.id).values(display_name="x"))
        session.execute(update(ScimToken).where(ScimToken.account_id == account.id).values(state="revoked"))
        _RENAMED.run(in_account=account.id, display_name="y")

    assert live_tokens.authenticate(secret) is None


def test_it_is_read_again_after_somebody_else_has_committed(account, secret):
    """On another connection, before our own change that leaves tokens alone."""
    assert live_tokens.authenticate(secret)
    let_go_of_driver()
    with db.engine.begin() as other:
        other.execute(update(ScimToken).values(state="revoked"))

    change(_RENAMED, in_account=account.id, display_name="x")
    assert live_tokens.authenticate(secret) is None


def test_it_is_read_again_after_a_change_that_was_undone(account, secret):
    assert live_tokens.authenticate(secret)
    with pytest.raises(ZeroDivisionError), writing():
        _REVOKED.run(in_account=account.id)
        assert live_tokens.authenticate(secret) is None
        raise ZeroDivisionError

    assert live_tokens.authenticate(secret)
    change(_RENAMED, in_account=account.id, display_name="x")
    assert live_tokens.authenticate(secret)


@only_sqlite
def test_a_statement_writes_no_column_that_is_not_told(app):
    """SQLite itself says what each prepared statement writes, with triggers and what follows from foreign keys."""
    told = set()
    connection, checked = at_hand().connection, 0
    for statement in prepared():
        form = statement._form(at_hand())
        if not form.touches:
            assert not form.text.startswith(("INSERT", "UPDATE", "DELETE")), form.text
            continue
        told.clear()
        connection.set_authorizer(lambda *said: _note(told, *said))
        try:
            connection.execute(f"EXPLAIN {form.text}", [None] * form.text.count("?")).fetchall()
        except sqlite3.OperationalError:  # for Postgres alone
            continue
        finally:
            connection.set_authorizer(None)

        assert _columns(told) <= form.touches, form.text
        checked += 1
    assert checked > 30


def prepared():
    """The Prepared of all modules, those in dicts and inside of others too."""
    found = [
        value
        for name, module in sorted(sys.modules.items())
        if name.startswith("scimapp.")
        for value in vars(module).values()
    ]
    for one in found:
        if isinstance(one, dict):
            found += [value for value in one.values() if isinstance(value, Prepared | PreparedInsert | OfSome)]
        elif isinstance(one, PreparedInsert):
            found += [one._plain, one._telling, one._numbered]
        elif isinstance(one, OfSome):
            found += [one._one, one._many]
    return [one for one in found if isinstance(one, Prepared)]


def _note(told, action, table, column, *_):
    if action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_UPDATE):
        told.add((table, column if action == sqlite3.SQLITE_UPDATE else None))
    return sqlite3.SQLITE_OK


def _columns(told):
    tables = db.metadata.tables
    return {
        f"{table}.{name}"
        for table, column in told
        if table in tables and table != _LISTS
        for name in ([column] if column else tables[table].c.keys())
    }


@pytest.mark.parametrize(
    "statement, names, some, none",
    [
        (update(User).values(title="x"), ["active"], {"users.title", "users.active"}, {"users.role"}),
        (insert(Group), None, {"groups.id", "groups.display_name"}, {"memberships.user_seq"}),
        (delete(Group), None, {"groups.id", "memberships.user_seq"}, {"users.role", "scim_tokens.id"}),
        (delete(Account), None, {"scim_tokens.state", "users.role", "memberships.user_seq"}, set()),
        (update(Counter).values(value=Counter.value + 1), None, {"counters.value"}, {"counters.name"}),
    ],
)
def test_columns_that_a_statement_may_change(statement, names, some, none):
    touched = touched_by(statement, names)

    assert some <= touched
    assert not none & touched
