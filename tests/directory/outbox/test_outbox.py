"""Owed mails: leased once, closed by the holder of the lease, never from a change that was rolled back."""

import pytest

from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import NotAllowed
from scimapp.directory.outbox import outbox, outbox_list
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.directory.upkeep import restored
from tests.support.databases import on_both
from tests.support.mails import newest_mails


@pytest.fixture
def owed(okta_scope, scope):
    """One waiting invitation mail."""
    users.provision(okta_scope, UserDraft.from_form(given_name="Ann", email="ann@corp.example"))
    return newest_mails(scope).items[0]


def lease_of(mail):
    return [leased for leased in outbox.lease(limit=1000) if leased.id == mail.id]


def test_a_leased_mail_is_left_alone_until_the_lease_ends(owed, clock):
    assert len(lease_of(owed)) == 1
    assert lease_of(owed) == []

    clock.advance(seconds=61)

    assert len(lease_of(owed)) == 1


def test_a_sent_mail_is_not_leased_again(owed, scope, clock):
    (leased,) = lease_of(owed)
    assert outbox.mark_sent(leased)
    clock.advance(seconds=3600)

    assert lease_of(owed) == []
    assert outbox_list.get(scope, owed.id).state == "sent"


def test_who_lost_the_lease_cannot_close_the_mail(owed, clock):
    (slow,) = lease_of(owed)
    clock.advance(seconds=61)
    (quick,) = lease_of(owed)

    assert not outbox.mark_sent(slow)
    assert outbox.mark_sent(quick)


def test_what_somebody_held_when_a_copy_was_made_is_free_once_it_is_put_back(owed):
    assert len(lease_of(owed)) == 1

    restored.settle(send_mails=True)

    assert len(lease_of(owed)) == 1


def test_a_failed_try_waits_and_then_gives_up(owed, scope, clock):
    (leased,) = lease_of(owed)
    outbox.mark_failed(leased, "451 try later", retry_in=60)
    assert lease_of(owed) == []
    clock.advance(seconds=61)

    (leased,) = lease_of(owed)
    outbox.mark_failed(leased, "550 no such mailbox", retry_in=None)

    mail = outbox_list.get(scope, owed.id)
    assert (mail.state, mail.attempts, mail.last_error) == ("failed", 2, "550 no such mailbox")


def test_a_change_that_is_rolled_back_owes_no_mail(okta_scope, scope):
    with pytest.raises(RuntimeError), unit_of_work(okta_scope):
        users.provision(okta_scope, UserDraft.from_form(given_name="Ann", email="ann@corp.example"))
        raise RuntimeError("the disk is full")

    assert newest_mails(scope).items == []


def test_a_failed_mail_can_be_tried_again_and_a_sent_one_cannot(owed, scope):
    outbox_list.cancel(scope, owed.id)
    with pytest.raises(NotAllowed, match="cancelled"):
        outbox_list.retry(scope, owed.id)


def test_a_mail_that_is_being_sent_is_not_sent_a_second_time_beside(owed, scope, clock):
    """A mail server may take a minute to answer; who presses *Try now* meanwhile made the person get it twice."""
    (sending,) = lease_of(owed)

    for retry in (lambda: outbox_list.retry(scope, owed.id), lambda: outbox_list.retry_many(scope, [owed.id])):
        retry()
        assert lease_of(owed) == []
    assert outbox.mark_sent(sending)


@on_both
def test_a_mail_that_is_being_sent_is_not_said_to_be_cancelled(owed, scope, clock):
    """It leaves all the same; *Cancel* answered "The mail was cancelled"."""
    (sending,) = lease_of(owed)

    with pytest.raises(NotAllowed, match="being sent at this moment"):
        outbox_list.cancel(scope, owed.id)
    assert outbox_list.cancel_many(scope, [owed.id]) == 0

    outbox.mark_failed(sending, "451 try later", retry_in=60)
    assert outbox_list.cancel_many(scope, [owed.id]) == 1


@on_both
def test_a_mail_that_left_while_its_person_was_deactivated_counts_as_sent(owed, scope, clock):
    (sending,) = lease_of(owed)
    users.update(scope, outbox_list.recipients(scope, [owed])[owed.user_seq].id, UserChanges(active=False))
    assert outbox_list.get(scope, owed.id).state == "cancelled"

    assert outbox.mark_sent(sending)

    assert outbox_list.get(scope, owed.id).state == "sent"


def test_a_mail_whose_worker_died_is_tried_once_its_lease_is_over(owed, scope, clock):
    lease_of(owed)
    clock.advance(seconds=61)

    outbox_list.retry(scope, owed.id)

    assert len(lease_of(owed)) == 1


def test_counts_name_what_waits_and_what_failed(owed, scope):
    assert outbox_list.waiting_count(scope) == {"waiting": 1, "failed": 0}
