"""Invitations leave no faster than a person, and a mail server, can bear; none is lost over it (security V14)."""

from datetime import timedelta

import pytest

from scimapp.directory.links import invitations, password_resets
from scimapp.directory.outbox import outbox, outbox_limits

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


def test_a_new_address_gets_its_invitation_at_once(scim, deliver, smtp_sink):
    body = {"userName": "ann@corp.example", "emails": [{"value": "ann@corp.example"}]}
    path = f"/Users/{scim.post('/Users', body).json['id']}"
    deliver()

    scim.patch(path, replace={"emails": [{"value": "ann@new.example"}]})
    deliver()

    assert len(smtp_sink.to("ann@new.example")) == 1


def test_what_left_by_a_clock_that_ran_ahead_keeps_nobody_waiting(scim, deliver, smtp_sink, clock):
    clock.advance(days=100)
    body = {"userName": "ann@corp.example", "emails": [{"value": "ann@corp.example"}]}
    path = f"/Users/{scim.post('/Users', body).json['id']}"
    deliver()

    clock.advance(days=-100)
    for active in (False, True):
        scim.patch(path, replace={"active": active})
    deliver()

    assert len(smtp_sink.to("ann@corp.example")) == 2


def test_holding_back_touches_neither_mails_in_hand_nor_those_that_wait_longer(account, deliver, mails, clock):
    for number in range(6):
        account.make_user(state="invited", email=f"p{number}@corp.example")
    assert deliver().sent == 3
    clock.advance(minutes=1, seconds=1)
    assert deliver().sent == 2
    for number in range(6, 9):
        account.make_user(state="invited", email=f"p{number}@corp.example")
    clock.advance(minutes=30)
    held, patient, in_hand, *_ = (mail for mail in outbox.lease(limit=1_000) if mail.account_id == account.id)
    outbox.mark_failed(patient, "451 try later", retry_in=3 * 3600)
    due = {mail.id: mail.next_attempt_at for mail in mails()}

    assert outbox_limits.hold_back(held)

    after = {mail.id: mail.next_attempt_at for mail in mails()}
    assert after[held.id] > due[held.id]
    assert after[patient.id] == due[patient.id]
    assert outbox.mark_sent(in_hand)
