"""The release before writes values into ``user_values``, which is a view now: what it says to it, word for word (O5)."""

import pytest
from sqlalchemy import text

from scimapp.database import db
from scimapp.directory.model import IndexedValue
from scimapp.directory.people import value_index
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import attributes
from scimapp.directory.user_list.search import UserSearch

ADD = """
    INSERT INTO user_values (account_id, user_seq, path, element, text_key, number)
    VALUES (:account_id, :user_seq, :path, :element, :text_key, :number)
"""
HERE = "account_id = :account_id AND user_seq = :user_seq AND path = :path AND element = :element"
CHANGE = f"UPDATE user_values SET text_key = :text_key, number = :number WHERE {HERE}"
REMOVE = f"DELETE FROM user_values WHERE {HERE}"
CLEAR = "DELETE FROM user_values WHERE account_id = :account_id AND user_seq = :user_seq"
FOUND = "SELECT user_seq FROM user_values WHERE account_id = :account_id AND path = :path AND text_key = :text_key"
OF_ONE = (
    "SELECT path, element, text_key, number FROM user_values WHERE account_id = :account_id AND user_seq = :user_seq"
)
# In the same transaction it writes the document that the values come from, which ends lists that are kept (decision 0139).
WRITE = "UPDATE user_documents SET custom = custom WHERE account_id = :account_id AND user_seq = :user_seq"


def say(statement, rows):
    """Run a statement of the release before, once for each row, and commit with the document."""
    db.session.rollback()
    db.session.execute(text(statement), rows)
    db.session.execute(text(WRITE), rows)
    db.session.commit()


@pytest.fixture
def alike(account, other_account):
    """Two people with the same values in two accounts."""
    for each in (account, other_account):
        each.make_field("grade", "text")
        each.make_field("level", "number")
    return [each.make_user(core={"title": "Smith"}) for each in (account, other_account)]


def values(row):
    return {
        (path, element): (text_key, number)
        for path, element, text_key, number in db.session.execute(
            text(OF_ONE), {"account_id": row.account_id, "user_seq": row.seq}
        )
    }


def found(account, key, operator, *typed):
    condition = user_filters.read(attributes(account.scope)[key], operator, typed)
    return [row.user.seq for row in search.find_users(account.scope, UserSearch(conditions=(condition,))).items]


def test_what_older_code_writes_is_found_by_this_code(account, alike):
    mine, theirs = alike
    before = values(theirs)
    key = {"account_id": account.id, "user_seq": mine.seq, "element": 0}

    say(ADD, [
        key | {"path": "custom.grade", "text_key": "a", "number": None},  # a path that has no number yet
        key | {"path": "custom.level", "text_key": "4", "number": 4.0},
    ])  # fmt: skip
    assert found(account, "custom.grade", "is", "A") == found(account, "custom.level", "is", "4") == [mine.seq]
    say(CHANGE, [key | {"path": "custom.level", "text_key": "5", "number": 5.0}])
    assert (found(account, "custom.level", "is", "4"), found(account, "custom.level", "is", "5")) == ([], [mine.seq])
    say(CHANGE, [key | {"path": "title", "text_key": "boss", "number": None}])
    assert found(account, "title", "is", "boss") == [mine.seq]
    say(REMOVE, [key | {"path": "custom.level"}, key | {"path": "custom.grade"}])
    assert (found(account, "custom.level", "filled"), found(account, "custom.grade", "filled")) == ([], [])

    assert values(theirs) == before
    say(CLEAR, [{"account_id": theirs.account_id, "user_seq": mine.seq}])  # in another account it does nothing
    assert values(mine)["title", 0] == ("boss", None)
    say(CLEAR, [{"account_id": account.id, "user_seq": mine.seq}])
    assert (values(mine), values(theirs)) == ({}, before)


def test_what_this_code_writes_is_found_by_older_code(account, alike):
    mine, theirs = alike

    for row in alike:
        asked = {"account_id": row.account_id, "path": "title", "text_key": "smith"}
        assert db.session.scalars(text(FOUND), asked).all() == [row.seq]
    assert values(mine)["emails.value", 1] == (mine.email_key, None)
    at_title = value_index.select_at(account.scope, "title", IndexedValue.user_seq)
    assert db.session.scalars(at_title).all() == [mine.seq]
