"""Seats: who counts, who is refused, and that the last one is given once."""

import pytest

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.accounts import account_settings, seats
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.changes import UserDraft
from scimapp.directory.errors import NoFreeSeat, NoSeatToAccept
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from tests.support.at_once import at_once
from tests.support.mails import newest_mails
from tests.support.people import seen_by_scim

HASH = "a hash"


@pytest.fixture
def limit(scope):
    """``limit(2, over_seats="inactive")`` sets the seats of the account; its owner has one of them."""

    def set_to(number, over_seats="refuse"):
        account_settings.change_security(scope, seat_limit=number, over_seats=over_seats)

    return set_to


def draft(number=1):
    return UserDraft.from_form(given_name="Ann", email=f"ann{number}@corp.example")


def test_open_invitations_count_and_inactive_people_do_not(scope, make_user):
    make_user(state="invited")
    make_user(state="inactive")

    assert seats.in_use(scope) == 2


def test_without_a_limit_nobody_is_refused(scope, make_user):
    assert [make_user().active for _ in range(3)] == [True] * 3


def test_adding_and_activating_over_the_limit_are_refused(scope, make_user, limit):
    idle = make_user(state="inactive")
    limit(2)
    users.provision(scope, draft())

    for refused in (lambda: users.provision(scope, draft(2)), lambda: users.activate(scope, idle.id)):
        with pytest.raises(NoFreeSeat, match="All 2 seats are in use. Deactivate somebody or raise the limit."):
            refused()


def test_a_seat_that_was_taken_in_the_same_transaction_is_taken(scope, limit):
    limit(2)

    with pytest.raises(NoFreeSeat), unit_of_work(scope):
        users.provision(scope, draft(1))
        users.provision(scope, draft(2))

    assert seats.in_use(scope) == 1


def test_a_seat_is_free_again_after_a_deactivation(scope, make_user, limit):
    person = make_user()
    limit(2)
    users.deactivate(scope, person.id)

    assert users.provision(scope, draft()).active


def test_an_invitation_has_its_seat_already(scope, make_user, limit):
    invited = make_user(state="invited")
    limit(2)

    assert invitations.accept(invitations.link_token(invitations.latest(scope, invited)), HASH).state == "active"


def test_after_the_limit_was_lowered_nobody_accepts_and_the_link_keeps_working(scope, make_user, limit):
    invited, other = make_user(state="invited"), make_user()
    token = invitations.link_token(invitations.latest(scope, invited))
    limit(2)

    with pytest.raises(NoSeatToAccept, match="Acme has no free seat"):
        invitations.accept(token, HASH)
    assert [entry.event for entry in audit_log.find(scope, AuditSearch(target=invited.id)).items][0] == "no free seat"
    users.deactivate(scope, other.id)

    assert invitations.accept(token, HASH).state == "active"


def test_a_directory_over_the_limit_is_refused_in_plain_words(scim, limit):
    limit(1)

    refused = scim.post("/Users", {"userName": "ann@corp.example"})

    assert (refused.status_code, "scimType" in refused.json) == (403, False)
    assert refused.json["detail"] == "The only seat is in use. Deactivate somebody or raise the limit."


def test_a_directory_may_create_people_as_inactive_instead(scope, scim, limit):
    limit(1, "inactive")

    made = scim.post("/Users", {"userName": "ann@corp.example"})

    assert (made.status_code, made.json["active"]) == (201, False)
    address, row_id = f"/Users/{made.json['id']}", seen_by_scim(scope, made.json["id"]).id
    assert "no free seat" in [entry.event for entry in audit_log.find(scope, AuditSearch(target=row_id)).items]
    put = scim.put(address, {"userName": "ann@corp.example", "title": "Lead", "active": True})
    assert (put.status_code, put.json["title"], put.json["active"]) == (200, "Lead", False)
    limit(2, "inactive")
    assert scim.patch(address, replace={"active": True}).json["active"] is True


def test_a_directory_that_activates_over_the_limit_is_refused(scim, make_user, limit):
    idle = make_user(state="inactive")
    limit(1)

    assert scim.patch(f"/Users/{idle.scim_id}", replace={"active": True}).status_code == 403


def test_who_comes_back_needs_a_seat_too(scim, limit):
    made = scim.post("/Users", {"userName": "ann@corp.example", "externalId": "00u1"}).json
    scim.delete(f"/Users/{made['id']}")
    limit(1)

    assert scim.post("/Users", {"userName": "ann@corp.example", "externalId": "00u1"}).status_code == 403


def test_the_last_seat_is_given_once(app, scope, limit):
    limit(2)
    db.session.close()

    def adding(number):
        return lambda: users.provision(scope, draft(number))

    results = at_once(app, *[adding(number) for number in range(6)])

    assert sum(isinstance(result, NoFreeSeat) for result in results) == 5
    assert seats.in_use(scope) == 2


def told(scope):
    return [mail.to_address for mail in newest_mails(scope, per_page=100).items if mail.kind == "seats_full"]


def test_administrators_hear_once_a_day_of_those_the_directory_could_not_bring_in(
    scope, account, scim, make_user, limit, clock
):
    strong = make_user(role="super_admin", email="strong@corp.example")
    make_user(role="user_admin")
    limit(1)
    for number in (1, 1, 2):
        assert scim.post("/Users", {"userName": f"ann{number}@corp.example"}).status_code == 403

    assert sorted(told(scope)) == sorted([account.owner.email, strong.email])
    entries = [entry for entry in audit_log.find(scope, AuditSearch()).items if entry.event == "no free seat"]
    assert [(entry.target_id, entry.target_label) for entry in entries] == [(None, "ann1@corp.example")]
    clock.advance(hours=25)
    scim.post("/Users", {"userName": "ann3@corp.example"})
    assert len(told(scope)) == 4


def test_somebody_whom_the_directory_asks_for_again_and_again_is_recorded_once_a_day(
    scope, scim, make_user, limit, clock
):
    idle = make_user(state="inactive")
    address = f"/Users/{idle.scim_id}"
    for over_seats in ("inactive", "refuse"):
        limit(1, over_seats)
        for _ in range(2):
            scim.patch(address, replace={"active": True})

    assert missed(scope, idle) == 1
    clock.advance(hours=25)
    scim.patch(address, replace={"active": True})
    assert missed(scope, idle) == 2


def test_administrators_hear_of_an_invitation_that_finds_no_seat(scope, account, make_user, limit):
    invited, _ = make_user(state="invited"), make_user()
    token = invitations.link_token(invitations.latest(scope, invited))
    limit(2)
    for _ in range(2):
        with pytest.raises(NoSeatToAccept):
            invitations.accept(token, HASH)

    assert told(scope) == [account.owner.email]
    assert missed(scope, invited) == 1


def test_whoever_is_refused_on_a_screen_sees_it_there_and_nobody_is_mailed(scope, limit):
    limit(1)
    with pytest.raises(NoFreeSeat):
        users.provision(scope, draft())

    assert told(scope) == []


def missed(scope, person):
    return [entry.event for entry in audit_log.find(scope, AuditSearch(target=person.id)).items].count("no free seat")
