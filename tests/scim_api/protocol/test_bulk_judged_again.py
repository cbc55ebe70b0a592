"""A /Bulk of several transactions: each is judged by what the token, the account and the maker's role are by then."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from scimapp.database import db
from scimapp.directory import clock
from scimapp.directory.accounts import accounts
from scimapp.directory.model import Account, ScimToken
from scimapp.directory.people import users
from scimapp.scim_api import bulk
from tests.support.databases import on_both

from ..bodies import assert_error, id_in, person
from .test_bulk import post, send, statuses

PEOPLE = [post(f"new{number}", person("Kim", f"Number{number}")) for number in range(6)]


@pytest.fixture(autouse=True)
def short_transactions(monkeypatch):
    monkeypatch.setattr(bulk, "TOGETHER", 2)


@pytest.fixture
def after(monkeypatch):
    """``after(transactions, act)``: act once between two transactions, as another process does it."""

    def arrange(transactions, act):
        take, seen = bulk._Run.take_together, []

        def taken(run, steps):
            done = take(run, steps)
            seen.append(1)
            if len(seen) == transactions:
                act()
            return done

        monkeypatch.setattr(bulk._Run, "take_together", taken)

    return arrange


def otherwise(statement):
    with db.engine.begin() as other:
        other.execute(statement)


def people_here(account):
    return db.session.scalar(text("SELECT count(*) FROM users WHERE account_id = :id").bindparams(id=account.id)) - 1


@on_both
def test_a_token_that_is_revoked_meanwhile_writes_no_more(scim, account, after):
    """All six were created."""
    revoke = update(ScimToken).where(ScimToken.account_id == account.id).values(state="revoked")
    after(1, lambda: otherwise(revoke))

    answer = send(scim, *PEOPLE)

    assert statuses(answer) == ["201"] * 2 + ["401"] * 4
    assert "revoked or has ended" in answer.json["Operations"][2]["response"]["detail"]
    assert people_here(account) == 2
    assert_error(send(scim, *PEOPLE), 401)


@on_both
def test_an_account_that_is_paused_meanwhile_takes_no_more(scim, account, after):
    of_account = update(Account).where(Account.id == account.id)
    after(2, lambda: otherwise(of_account.values(scim_paused_at=clock.now())))

    answer = send(scim, *PEOPLE)

    assert statuses(answer) == ["201"] * 4 + ["503"] * 2
    assert people_here(account) == 4
    otherwise(of_account.values(scim_paused_at=None))
    assert statuses(send(scim, *PEOPLE[4:])) == ["201"] * 2


def test_a_token_that_expires_meanwhile_writes_no_more(scim, account, after, clock):
    after(1, lambda: clock.advance_to(clock.now() + timedelta(days=800)))

    assert statuses(send(scim, *PEOPLE)) == ["201"] * 2 + ["401"] * 4


@on_both
def test_a_maker_who_loses_a_role_meanwhile_takes_it_from_the_token(scim, scope, account, after):
    """The rest was done with the role that the maker had."""
    accounts.change_options(scope, directory_roles="user_admin")
    weaken = update(ScimToken).where(ScimToken.account_id == account.id).values(maker_role="member")
    after(1, lambda: otherwise(weaken))
    roles = [{"value": "User Admin", "primary": True}]
    admins = [post(f"new{number}", person("Kim", f"N{number}", roles=roles)) for number in range(5)]

    answer = send(scim, *admins)

    made = [users.get(scope, id_in(result)).role for result in answer.json["Operations"]]
    assert made == ["user_admin"] * 2 + ["member"] * 3


@on_both
def test_fields_that_the_request_itself_changes_are_no_reason_to_judge_otherwise(
    scim, account, make_field, monkeypatch
):
    make_field("site", "dropdown", choices=["Oslo"], unknown_choice="add")
    urn = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    crowd = [post(f"new{n}", person("Kim", f"N{n}", **{urn: {"site": f"Site {n}"}})) for n in range(6)]

    singly = []
    monkeypatch.setattr(bulk, "judge_again", lambda *call: singly.append(call))

    assert statuses(send(scim, *crowd)) == ["201"] * 6
    assert not singly


def test_one_by_one_each_is_judged(scim, account, after):
    """After a refusal the operations of a transaction are carried out singly."""
    revoke = update(ScimToken).where(ScimToken.account_id == account.id).values(state="revoked")
    twice = [PEOPLE[0], PEOPLE[0] | {"bulkId": "again"}]
    after(1, lambda: otherwise(revoke))

    answer = send(scim, *twice)

    assert_error(answer, 401)
    assert people_here(account) == 0
