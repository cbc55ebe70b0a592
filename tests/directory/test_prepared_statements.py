"""Prepared statements give what the ORM gives, see what is committed, and fail as SQLAlchemy does."""

import orjson
import pytest
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from scimapp.audit.log import AuditEntry
from scimapp.database import at_hand, current_engine, db, let_go_of_driver, writing
from scimapp.database.inserts import PreparedInsert
from scimapp.database.statements import Prepared
from scimapp.directory.model import Group, User
from scimapp.directory.scope import own_rows
from scimapp.directory.sql.lists import among
from tests.directory.audit_rows import said_by_the_server
from tests.support.databases import build_app, dispose

ONE = Prepared(own_rows(User, User.id, User.active, User.created_at, User.title).where(User.id == bindparam("id")))
THESE = Prepared(own_rows(User, User.id).where(among(User.seq, bindparam("seqs"))).order_by(User.seq))
RENAME = Prepared(
    update(User)
    .where(User.account_id == bindparam("account"), User.id == bindparam("person"))
    .values(title=bindparam("new_title"))
)


def test_a_row_holds_what_the_orm_gives(account, make_user):
    user = make_user()

    row = ONE.first(account_id=account.id, id=user.id)

    assert row == (user.id, user.active, user.created_at, user.title)
    assert row.created_at.tzinfo is not None


def test_nothing_is_found_in_another_account(account, other_account, make_user):
    assert ONE.first(account_id=other_account.id, id=make_user().id) is None


def test_a_value_that_is_missing_is_an_error_and_never_null(account):
    with pytest.raises(KeyError):
        ONE.first(account_id=account.id)


def test_a_list_of_values_is_one_value(account, make_user):
    people = [make_user() for _ in range(3)]
    wanted = orjson.dumps([people[0].seq, people[2].seq, -1]).decode()

    assert [row.id for row in THESE.all(account_id=account.id, seqs=wanted)] == [people[0].id, people[2].id]
    assert THESE.all(account_id=account.id, seqs="[]") == []


def test_an_index_finds_a_list_of_values(app):
    query = own_rows(User, User.id).where(User.scim_id == "x", among(User.seq, bindparam("seqs")))

    text = str(query.compile(dialect=db.engine.dialect))

    assert " = 1" not in text, "SQLite compares the outcome with 1 and walks the table"


def test_a_row_that_is_put_in_tells_its_number(account, statements):
    said = said_by_the_server(account)
    add = PreparedInsert(AuditEntry, [*said, "event", "target_label"])

    with statements() as log, writing():
        numbers = [add.number(said | {"event": "tried", "target_label": label}) for label in "ab"]

    tried = select(AuditEntry.seq).where(AuditEntry.event == "tried").order_by(AuditEntry.target_label)
    assert db.session.scalars(tried).all() == numbers
    assert all(("RETURNING" in each) is (db.engine.dialect.name == "postgresql") for each in log[:2])


def test_it_is_part_of_the_transaction_that_writes(account, make_user):
    user = make_user()

    with pytest.raises(ZeroDivisionError), writing():
        assert RENAME.run(account=account.id, person=user.id, new_title="Baker") == 1
        assert ONE.first(account_id=account.id, id=user.id).title == "Baker"
        raise ZeroDivisionError
    assert ONE.first(account_id=account.id, id=user.id).title == ""

    with writing():
        RENAME.run_many([{"account": account.id, "person": user.id, "new_title": title} for title in ("Cook", "Chef")])
    assert ONE.first(account_id=account.id, id=user.id).title == "Chef"


def test_it_sees_what_others_have_committed_meanwhile(account, make_user):
    user = make_user()
    before = ONE.first(account_id=account.id, id=user.id).title

    with db.engine.begin() as another:
        another.execute(update(User).where(User.account_id == account.id).values(title="Committed"))

    assert (before, ONE.first(account_id=account.id, id=user.id).title) == ("", "Committed")


def test_a_broken_rule_is_the_error_that_sqlalchemy_raises_without_its_values(account, make_group):
    group = make_group("Secret society")
    again = Prepared(insert(Group).values(seq=bindparam("seq"), account_id=bindparam("account"), id=bindparam("id")))

    with pytest.raises(IntegrityError) as failed, writing():
        again.run(seq=group.seq, account=account.id, id="another-id")

    assert failed.value.params is None


@pytest.mark.parametrize("wrong", ["SELECT nothing FROM nowhere", "SELECT concat(1" + ", 1" * 127 + ")"])
@pytest.mark.parametrize("ask", [lambda sql: Prepared(text(sql)).first(), lambda sql: db.session.execute(text(sql))])
def test_a_statement_that_no_repetition_mends_is_a_fault_on_every_way(app, ask, wrong):
    """A name that is not there, and more arguments than a function takes; each driver calls one of them a busy server."""
    with pytest.raises(ProgrammingError):
        ask(wrong)


def test_a_statement_with_a_list_of_no_length_is_refused(app):
    with pytest.raises(ValueError, match="no list"):
        Prepared(own_rows(User, User.id).where(User.id.in_(bindparam("ids", expanding=True)))).first(ids=["1"])


def end(connection, database):
    """Break a connection, where it can be: on Postgres in the server."""
    if database == "sqlite":
        connection.close()
        return
    its_process = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    with db.engine.begin() as another:
        another.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": its_process})


def test_a_connection_that_broke_is_replaced_where_nobody_writes(account, database):
    broken = at_hand().connection
    end(broken, database)

    assert ONE.first(account_id=account.id, id="x") is None
    assert at_hand().connection is not broken


def test_a_connection_that_breaks_while_somebody_writes_is_the_end_of_what_they_wrote(account, database):
    with pytest.raises((OperationalError, ProgrammingError)), writing():
        end(at_hand().connection, database)
        ONE.first(account_id=account.id, id="x")

    assert ONE.first(account_id=account.id, id="x") is None


def test_connections_that_read_wait_for_the_next_reader_and_go_with_the_engine(app, account):
    first = at_hand().connection
    let_go_of_driver()

    assert at_hand().connection is first
    let_go_of_driver()
    db.engine.dispose()
    assert at_hand().connection is not first


def test_an_application_inside_the_context_of_another_one_has_its_own_connections(
    account, database, databases, tmp_path
):
    outer, own_session = db.engine, db.session()
    inner = build_app(databases.copy(database, "inner"), tmp_path)

    with inner.app_context():
        assert (current_engine(), at_hand().engine) == (db.engine, db.engine) != (outer, outer)
        assert db.session() is not own_session
        assert ONE.first(account_id=account.id, id="x") is None
    assert (current_engine(), at_hand().engine) == (outer, outer)
    assert db.session() is own_session
    dispose(inner)


def test_no_connection_is_taken_outside_of_a_context():
    with pytest.raises(LookupError):
        at_hand()
