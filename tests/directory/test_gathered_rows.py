"""Rows that a transaction gathers: sent together and in order, seen by whatever comes next, and undone with it."""

import pytest
from sqlalchemy import delete, select

from scimapp.audit.log import AuditEntry
from scimapp.database import db, writing
from scimapp.database.inserts import PreparedRows
from scimapp.database.statements import Prepared
from scimapp.directory import clock
from scimapp.directory.ids import new_id
from scimapp.directory.model import User, UserDocument
from tests.directory.audit_rows import said_by_the_server
from tests.support.people import seen_by_scim

COLUMNS = tuple(column.key for column in AuditEntry.__table__.columns if column.key != "seq")
ENTRIES = PreparedRows(AuditEntry, COLUMNS)
LABELS = Prepared(select(AuditEntry.target_label).where(AuditEntry.event == "gathered").order_by(AuditEntry.seq))


@pytest.fixture(autouse=True)
def nothing_gathered_before(app):
    with writing():
        db.session.execute(delete(AuditEntry).where(AuditEntry.event == "gathered"))


def entry(account, label, **more):
    said = {"event": "gathered", "target_label": label}
    return dict.fromkeys(COLUMNS) | said_by_the_server(account) | said | more


def labels():
    return [row.target_label for row in LABELS.all()]


@pytest.mark.parametrize("amount", [1, 2, 3, 200])
def test_they_are_one_statement_in_the_order_in_which_they_came(account, statements, amount):
    names = [f'{number} é "quoted" \\ \n' for number in range(amount)]
    with statements() as log, writing():
        for name in names:
            ENTRIES.gather(entry(account, name))
        assert log == []

    assert len(log) == 1
    assert labels() == names


def test_every_kind_of_value_comes_back_as_it_went(account):
    moment = clock.now()
    changes = [{"field": "userName", "before": None, "after": "Ä 🙂"}]
    with writing():
        ENTRIES.gather(*[entry(account, str(at), at=moment, changes=changes, address=None) for at in range(5)])

    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "gathered")).all()
    assert {(row.at, str(row.changes), row.address) for row in rows} == {(moment, str(changes), None)}


def test_the_next_statement_and_the_session_see_them(account):
    with writing() as session:
        ENTRIES.gather(entry(account, "a"), entry(account, "b"), entry(account, "c"))
        assert labels() == ["a", "b", "c"]
        ENTRIES.gather(entry(account, "d"))
        query = select(AuditEntry.target_label).where(AuditEntry.event == "gathered").order_by(AuditEntry.seq)
        assert session.scalars(query).all() == ["a", "b", "c", "d"]
        ENTRIES.gather(entry(account, "e"))

    assert labels() == ["a", "b", "c", "d", "e"]


def test_they_are_undone_with_their_transaction(account):
    with pytest.raises(ZeroDivisionError), writing():
        ENTRIES.gather(entry(account, "a"))
        raise ZeroDivisionError

    with writing():
        ENTRIES.gather(entry(account, "b"))
    assert labels() == ["b"]


def test_no_row_comes_before_those_that_it_refers_to(okta_scope, make_user):
    like = make_user()
    columns = tuple(column.key for column in User.__table__.columns)
    people = PreparedRows(User, columns)
    documents = PreparedRows(UserDocument, ("user_seq", "account_id", "core"))
    fresh = {
        "seq": like.seq + 1_000,
        "id": new_id(),
        "user_name": "z",
        "user_name_key": "z",
        "email": None,
        "email_key": None,
    }
    row = {name: getattr(like, name) for name in columns} | fresh
    row["scim_id"] = row["id"]

    with writing():
        documents.gather({"user_seq": row["seq"], "account_id": row["account_id"], "core": '{"userName":"z"}'})
        people.gather(row)

    assert seen_by_scim(okta_scope, row["id"])
