"""A statement whose result nobody waits for yet: on Postgres it goes with the next one."""

from contextlib import suppress

import pytest
from sqlalchemy import Integer, bindparam, cast, literal, select
from sqlalchemy.exc import DataError

from scimapp.database import writing
from scimapp.database.statements import Prepared
from scimapp.directory.model import User
from scimapp.directory.scope import own_rows

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
POSTGRES = pytest.mark.parametrize("database", ["postgres"], indirect=True)
ONE = Prepared(own_rows(User, User.id, User.active, User.created_at).where(User.id == bindparam("id")))
BROKEN = Prepared(select(cast(literal(1) / bindparam("by", type_=Integer), Integer)))


@BOTH
@pytest.mark.parametrize("times", [1, 2, 3])
def test_it_gives_what_the_statement_gives(account, make_user, times):
    key = {"account_id": account.id, "id": make_user().id}
    for _ in range(times):
        with writing():
            asked, nobody = ONE.soon(**key), ONE.soon(account_id=account.id, id="nobody")

            assert nobody.first() is None
            assert nobody.tuples() == []
            assert asked.first() == asked.first() == ONE.first(**key)
            assert asked.tuples() == ONE.tuples(**key)


@BOTH
def test_outside_of_a_transaction_it_runs_when_it_is_asked_for(account, make_user):
    key = {"account_id": account.id, "id": make_user().id}

    assert ONE.soon(**key).first() == ONE.first(**key)


@POSTGRES
def test_its_refusal_is_told_with_the_next_statement_and_undoes_the_transaction(account, make_user):
    key = {"account_id": account.id, "id": make_user().id}

    with pytest.raises(DataError), writing():
        BROKEN.soon(by=0)
        ONE.first(**key)

    assert ONE.first(**key)


@POSTGRES
def test_one_that_was_undone_before_it_was_sent_is_dropped(account, make_user):
    key = {"account_id": account.id, "id": make_user().id}

    with suppress(RuntimeError), writing():
        BROKEN.soon(by=0)
        raise RuntimeError

    assert ONE.first(**key)
