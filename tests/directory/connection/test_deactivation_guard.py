"""A token that deactivates too many people at once: counted, told, or stopped until somebody decides."""

import threading

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.audit_log import AuditSearch, find
from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import deactivation_guard, scim_tokens
from scimapp.directory.errors import DeactivationsStopped, NotAllowed, NotInAccount
from scimapp.directory.outbox import outbox_list
from scimapp.directory.outbox.outbox_list import MailSearch
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.unit_of_work import unit_of_work

ALLOWED = deactivation_guard.ALWAYS_ALLOWED


@pytest.fixture
def people(make_user):
    """More people than may go at once."""
    return [make_user(state="invited") for _ in range(ALLOWED + 3)]


@pytest.fixture
def asks(scope):
    """The account wants to be asked."""
    accounts.change_options(scope, stop_deactivations=True)


@pytest.fixture
def run(okta_scope):
    """Deactivate one after the other by Okta; returns how many went."""

    def deactivate(people):
        done = 0
        for person in people:
            try:
                users.deactivate(okta_scope, person.id)
                done += 1
            except DeactivationsStopped:
                pass
        return done

    return deactivate


@pytest.mark.parametrize(
    ("active", "may_go"), [(0, 10), (15, 10), (50, 10), (54, 10), (55, 11), (1_433, 286), (100_000, 20_000)]
)
def test_a_fifth_may_go_and_ten_in_any_case(active, may_go):
    assert deactivation_guard.limit(active) == may_go


@pytest.mark.parametrize("done", [1, 10, 11, 12, 13, 14, 15, 16, 286, 20_001])
def test_the_fewest_people_of_whom_so_many_may_go(done):
    enough = deactivation_guard.fewest(done)

    assert deactivation_guard.limit(enough) >= done
    assert not enough or deactivation_guard.limit(enough - 1) < done


def test_of_a_larger_account_a_fifth_of_those_who_were_active_may_go(asks, make_user, run):
    people = [make_user() for _ in range(5 * (ALLOWED + 1) - 1)]  # and the owner

    assert run(people) == ALLOWED + 1


def test_over_the_limit_the_rest_keeps_its_access(asks, scope, people, run):
    assert run(people) == ALLOWED

    assert [users.get(scope, person.id).active for person in people] == [False] * ALLOWED + [True] * 3


def test_removing_counts_like_deactivating_and_the_same_person_once(asks, scope, people, okta_scope):
    for person in people[: ALLOWED - 1]:
        users.deactivate(okta_scope, person.id)
        users.remove(okta_scope, person.scim_id)
    users.remove(okta_scope, people[-1].scim_id)

    with pytest.raises(DeactivationsStopped):
        users.remove(okta_scope, people[-2].scim_id)
    assert users.get(scope, people[-2].id).scim_id


def test_people_who_were_inactive_before_count_when_they_are_removed(asks, make_user, okta_scope, clock):
    gone = [make_user(state="inactive") for _ in range(ALLOWED + 1)]
    clock.advance(minutes=11)
    for person in gone[:ALLOWED]:
        users.remove(okta_scope, person.scim_id)

    with pytest.raises(DeactivationsStopped):
        users.remove(okta_scope, gone[-1].scim_id)


def test_who_goes_in_one_transaction_is_counted_once(scope, people, okta_scope):
    with unit_of_work(okta_scope):
        for person in people:
            users.deactivate(okta_scope, person.id)

    (told,) = deactivation_guard.runs(scope)

    assert (told.done, told.people) == (len(people), len(people) + 1)  # and the owner


def test_the_window_moves_on(asks, people, run, clock):
    assert run(people[: ALLOWED - 1]) == ALLOWED - 1
    clock.advance(minutes=11)

    assert run(people[ALLOWED - 1 :]) == 4


def test_what_was_stopped_stays_stopped_until_somebody_decides(asks, scope, people, run, clock):
    run(people)
    clock.advance(hours=3)
    assert run(people[ALLOWED:]) == 0

    token_id = deactivation_guard.runs(scope)[0].token.id
    deactivation_guard.let_through(scope, token_id)

    assert run(people[ALLOWED:]) == 3
    assert deactivation_guard.runs(scope) == []


def test_who_may_decide_is_told_by_mail_once_a_token_is_stopped(asks, scope, account, people, make_user, run):
    decides = make_user(role="user_admin")

    run(people)
    run(people)
    told = outbox_list.find(scope, MailSearch(kind=deactivation_guard.MAIL)).items

    assert sorted(mail.user_seq for mail in told) == sorted([account.owner.seq, decides.seq])


def test_nobody_is_written_to_about_a_run_that_nobody_stopped(scope, people, run):
    assert run(people) == len(people)

    assert outbox_list.find(scope, MailSearch(kind=deactivation_guard.MAIL)).items == []


def test_letting_through_ends_after_a_day(asks, scope, people, make_user, run, clock):
    run(people)
    deactivation_guard.let_through(scope, deactivation_guard.runs(scope)[0].token.id)
    clock.advance(hours=25)

    assert run([make_user(state="invited") for _ in range(ALLOWED + 1)]) == ALLOWED


def test_the_run_is_told_with_its_numbers(asks, scope, account, people, run, clock):
    run(people[:4])
    clock.advance(minutes=3)
    run(people[4:])

    told = deactivation_guard.runs(scope)[0]

    assert (told.blocks, told.done, told.people) == (True, ALLOWED, len(people) + 1)
    assert told.minutes == 4


def test_keeping_it_blocked_is_remembered_once(asks, scope, account, people, run):
    run(people)
    token_id = deactivation_guard.runs(scope)[0].token.id

    deactivation_guard.keep_blocking(scope, token_id)
    deactivation_guard.keep_blocking(scope, token_id)

    assert deactivation_guard.runs(scope)[0].kept_by == account.owner.display_name
    assert [entry.event for entry in find(scope, AuditSearch(what="token")).items].count("deactivations kept back") == 1
    assert run(people[ALLOWED:]) == 0


def test_an_account_that_does_not_want_to_be_asked_is_told(scope, people, run):
    assert run(people) == len(people)

    told = deactivation_guard.runs(scope)[0]

    assert (told.blocks, told.done, told.waiting) == (False, len(people), 0)
    events = [entry.event for entry in find(scope, AuditSearch(what="token")).items]
    assert events.count("deactivations over the limit") == 1


def test_a_run_that_goes_on_while_its_first_leave_the_window_is_one(scope, make_user, run, clock):
    for minutes in (5, 6, 0):
        run([make_user(state="invited") for _ in range(ALLOWED - 3)])
        clock.advance(minutes=minutes)

    told = deactivation_guard.runs(scope)[0]

    assert (told.done, told.people) == (2 * (ALLOWED - 3), 2 * (ALLOWED - 3) + 1)
    events = [entry.event for entry in find(scope, AuditSearch(what="token")).items]
    assert events.count("deactivations over the limit") == 1


def test_a_run_is_told_for_a_week(scope, people, run, clock):
    run(people)
    clock.advance(days=8)

    assert deactivation_guard.runs(scope) == []


def test_switching_it_off_lets_everything_through(asks, scope, people, run):
    run(people)

    accounts.change_options(scope, stop_deactivations=False)

    assert run(people[ALLOWED:]) == 3


def test_people_and_other_tokens_are_not_stopped(asks, scope, people, run, token_scope_for):
    run(people)

    users.deactivate(scope, people[-1].id)
    users.deactivate(token_scope_for("entra"), people[-2].id)

    assert not users.get(scope, people[-1].id).active


def test_other_changes_of_a_stopped_token_go_on(asks, scope, people, run, okta_scope):
    run(people)

    users.update(okta_scope, people[-1].id, UserChanges({"title": "Chef"}))

    assert users.get(scope, people[-1].id).title == "Chef"


def test_who_may_decide(asks, scope, people, run, make_user, other_account, okta_scope):
    run(people)
    token_id = deactivation_guard.runs(scope)[0].token.id

    for decide in (deactivation_guard.let_through, deactivation_guard.keep_blocking):
        with pytest.raises(NotInAccount):
            decide(other_account.scope, token_id)
        for by in (okta_scope, person_scope(make_user(role="member"))):
            with pytest.raises(NotAllowed):
                decide(by, token_id)
    deactivation_guard.let_through(person_scope(make_user(role="user_admin")), token_id)


def test_a_token_that_ended_asks_for_no_decision(asks, scope, people, run):
    run(people)

    scim_tokens.revoke(scope, deactivation_guard.runs(scope)[0].token.id)

    assert deactivation_guard.runs(scope) == []


def test_parallel_calls_do_not_pass_side_by_side(asks, app, scope, people, okta_scope):
    went, start = [], threading.Barrier(4)

    def deactivate(mine):
        with app.app_context():
            start.wait()
            for person in mine:
                try:
                    users.deactivate(okta_scope, person.id)
                    went.append(person.id)
                except DeactivationsStopped:
                    pass

    threads = [threading.Thread(target=deactivate, args=(people[number::4],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(went) == ALLOWED
