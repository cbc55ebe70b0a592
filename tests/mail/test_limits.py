"""Invitations leave no faster than a person, and a mail server, can bear; none is lost over it (security V14)."""

from datetime import timedelta

import pytest

from scimapp.directory.links import invitations, password_resets
from scimapp.directory.outbox import outbox_limits

AS_SERVED = outbox_limits.PER_ACCOUNT


def test_an_account_sends_a_hundred_invitations_a_minute_and_a_thousand_an_hour():
    assert ((100, timedelta(minutes=1)), (1_000, timedelta(hours=1))) == AS_SERVED


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(outbox_limits, "PER_ACCOUNT", ((3, timedelta(minutes=1)), (5, timedelta(hours=1))))


def test_invitations_of_one_account_wait_for_their_turn_and_hold_up_nobody(
    account, other_account, deliver, mails, clock
):
    for number in range(7):
        account.make_user(state="invited", email=f"p{number}@corp.example")
    password_resets.request_for(account.scope, account.make_user(email="ann@corp.example").id)
    other_account.make_user(state="invited", email="elsewhere@other.example")

    assert deliver().sent == 3 + 1 + 1  # the link for a new password and the other account's mail pass
    assert deliver().sent == 0
    waiting = [mail for mail in mails() if mail.state == "waiting"]
    assert len(waiting) == 4
    assert {mail.attempts for mail in waiting} == {0}
    clock.advance(minutes=1, seconds=1)
    assert deliver().sent == 2
    clock.advance(minutes=30)
    assert deliver().sent == 0
    clock.advance(minutes=30)
    assert deliver().sent == 2
    assert not [mail for mail in mails() if mail.state == "waiting"]


def test_a_directory_that_switches_somebody_off_and_on_sends_one_invitation_in_ten_minutes(
    scim, deliver, smtp_sink, clock
):
    body = {"userName": "ann@corp.example", "emails": [{"value": "ann@corp.example"}]}
    path = f"/Users/{scim.post('/Users', body).json['id']}"
    deliver()
    for _ in range(3):
        scim.patch(path, replace={"active": False})
        scim.patch(path, replace={"active": True})
        clock.advance(minutes=1)
        deliver()

    assert len(smtp_sink.to("ann@corp.example")) == 1
    clock.advance(minutes=8)
    assert deliver().sent == 1  # the newest link; those before it were withdrawn
    assert len(smtp_sink.to("ann@corp.example")) == 2


def test_somebody_who_sends_an_invitation_again_by_hand_is_not_kept_waiting(account, make_user, deliver, smtp_sink):
    row = make_user(state="invited", email="ann@corp.example")
    deliver()
    invitations.resend(account.scope, row.id)

    assert deliver().sent == 1
    assert len(smtp_sink.to("ann@corp.example")) == 2
