"""A clock that is set forward and back again revives nobody and turns no order of changes round."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func

from scimapp.database import db, is_waited_for, writing
from scimapp.directory import clock as moments
from scimapp.directory.changes import UserChanges
from scimapp.directory.links import invitations, one_time_links, password_resets
from scimapp.directory.model import ScimToken, UserSession
from scimapp.directory.people import users
from scimapp.directory.sign_in import throttle
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.directory.upkeep import retention
from scimapp.mail.delivery import deliver_due
from tests.scim_api.bodies import create, group, person

DAY = {"days": 1}


def modified(scim, path):
    return scim.get(path).json["meta"]["lastModified"]


def test_nothing_was_changed_before_it_was_changed(scim, clock):
    ann, bo = (create(scim, person(userName=f"{name}@corp.example")) for name in ("ann", "bo"))
    sales = create(scim, group("Sales", members=[{"value": ann["id"]}, {"value": bo["id"]}]), "/Groups")
    paths = f"/Users/{ann['id']}", f"/Groups/{sales['id']}"
    before = [modified(scim, path) for path in paths]

    clock.advance(days=-1)
    scim.patch(paths[0], replace={"title": "Clerk"})
    scim.patch(paths[1], replace={"displayName": "Sellers"})
    scim.patch(paths[1], {"op": "remove", "path": f'members[value eq "{ann["id"]}"]'})
    scim.delete(f"/Users/{bo['id']}")

    assert [modified(scim, path) for path in paths] == before
    assert scim.get(paths[1]).json["displayName"] == "Sellers"


@pytest.mark.parametrize("over", [{"minutes": 61}, {"hours": 13}])
def test_a_session_that_was_over_stays_over(page, clock, over):
    clock.advance(**over)
    assert page("/users").url.startswith("/sign-in")

    clock.advance(**{unit: -number for unit, number in over.items()})

    assert page("/users").url.startswith("/sign-in")


def test_a_session_of_tomorrow_is_none_today(account, clock):
    clock.advance(**DAY)
    page = account.screens()
    assert page("/users").url == "/users"

    clock.advance(days=-1)

    assert page("/users").url.startswith("/sign-in")


@pytest.mark.parametrize("hours", [10, 24 * 300])
def test_a_mail_that_was_owed_by_a_clock_that_ran_ahead_leaves_when_it_is_right(
    account, make_user, clock, app_with, smtp_sink, hours
):
    clock.advance(hours=hours)
    make_user(state="invited", email="ann@corp.example")
    clock.advance(hours=-hours)
    sending = app_with(mail_url=smtp_sink.url)
    deliver_due(sending)
    assert smtp_sink.messages == []

    retention.prune()
    deliver_due(sending)

    assert len(smtp_sink.to("ann@corp.example")) == 1


def test_pauses_that_a_clock_began_which_ran_ahead_are_over_when_it_is_right(app, account, make_user, clock):
    ann, bo = make_user(state="invited", email="ann@corp.example"), make_user(email="bo@corp.example")
    cy = users.update(account.scope, make_user().id, UserChanges(email="cy@corp.example"))
    clock.advance(days=300)
    for _ in range(20):
        throttle.count_try({"somebody": 10}, 15)
    invitations.renew(ann.email)
    for somebody in (bo, cy):
        password_resets.send_to(somebody.email_key)
    assert throttle.wait_until("somebody", 10, 15)
    ahead = _links(account, ann, bo, cy)

    clock.advance(days=-300)
    invitations.renew(ann.email)
    for somebody in (bo, cy):
        password_resets.send_to(somebody.email_key)

    assert not throttle.wait_until("somebody", 10, 15)
    assert throttle.failures("somebody", 15) == 0
    assert not set(ahead) & set(_links(account, ann, bo, cy))


def _links(account, invited, active, unconfirmed):
    newest = (
        invitations.latest(account.scope, invited),
        one_time_links.newest(account.scope, active, "password"),
        one_time_links.newest(account.scope, unconfirmed, "email"),
    )
    return [link.id for link in newest]


def test_a_token_that_had_ended_stays_ended(scim, page, clock):
    clock.advance(days=366)
    assert scim.get("/Users").status_code == 401

    clock.advance(days=-366)

    assert scim.get("/Users").status_code == 401
    assert "Ended" in page("/provisioning").text


def test_the_last_use_of_a_session_and_a_token_is_noted_again_when_the_clock_is_right(account, scim, page, clock):
    right = clock.now().replace(microsecond=0)
    page("/users")
    clock.advance(minutes=30)
    scim.get("/Users")
    page("/users")
    clock.advance(minutes=-30)

    scim.get("/Users")
    scim.get("/Users")
    page("/users")

    db.session.close()
    noted = [
        db.session.scalar(account.scope.select(model, func.max(column)))
        for model, column in ((ScimToken, ScimToken.last_used_at), (UserSession, UserSession.last_seen_at))
    ]
    assert all(right <= moment < right + timedelta(minutes=10) for moment in noted)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_waited_to_write_dates_the_change_when_the_wait_is_over(app, scope, clock):
    """Else somebody who asks for what was changed since would miss it: it would be dated before others' changes."""

    def change():
        with app.app_context(), unit_of_work(scope) as work:
            return work.now

    with ThreadPoolExecutor(1) as other:
        with writing():
            waiting = other.submit(change)
            while not is_waited_for():
                pass
            clock.advance(days=1)
        assert waiting.result() > moments.now() - timedelta(hours=1)
