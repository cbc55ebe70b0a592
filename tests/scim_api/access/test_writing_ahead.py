"""On Postgres a change is begun in one trip with the look-up of its token, and behind it: an ended token begins nothing."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from scimapp.database import Overtaken, call_off, db, let_go_of_driver, writing
from scimapp.directory.connection import connection, live_tokens, scim_tokens
from scimapp.scim_api import front
from tests.scim_api.bodies import assert_error

from .kinds_of_change import KINDS, changes, is_added, stored

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)

OTHERS_END = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@pytest.fixture
def ann(scim, make_user):
    """Whom the token has changed so often that its use is noted and the statements are prepared."""
    ann = make_user()
    for number in range(4):
        assert scim.patch(f"/Users/{ann.scim_id}", replace={"title": f"Title {number}"}).status_code == 200
    return ann


@pytest.fixture
def token(ann, scope):
    return scim_tokens.list_tokens(scope)[0]


@pytest.fixture
def admissions(monkeypatch):
    """Grows with each token that is looked up first and alone."""
    counted, admit = [], front.admit
    monkeypatch.setattr(front, "admit", lambda *given: counted.append(1) or admit(*given))
    return counted


@pytest.fixture
def presumed(scim, ann):
    """The Presumed of a call that has only begun."""
    yield live_tokens.presume(scim.token, ann.account_id, writes=True)
    call_off()


def test_the_token_takes_no_wait_of_its_own(scim, ann, waits, admissions):
    assert scim.patch(f"/Users/{ann.scim_id}", replace={"title": "Baker"}).status_code == 200

    assert len(waits) == 2  # for the person, and COMMIT
    assert not admissions


def test_a_deactivation_waits_three_times(scim, ann, waits, admissions):
    for active in (False, True) * 2:  # so that its statements are prepared
        scim.patch(f"/Users/{ann.scim_id}", replace={"active": active})
    waits.clear()

    assert scim.patch(f"/Users/{ann.scim_id}", replace={"active": False}).json["active"] is False

    assert len(waits) == 3  # for the person and the guard, for what is open and the count, and COMMIT
    assert not admissions


def test_one_more_member_waits_three_times(scim, ann, make_user, waits, admissions):
    team = scim.post("/Groups", {"displayName": "Team"}).json["id"]
    for one in (make_user(), make_user(), make_user(), make_user(), ann):
        waits.clear()
        added = scim.patch(f"/Groups/{team}", add={"members": [{"value": one.scim_id}]})

    assert [member["value"] for member in added.json["members"]].count(ann.scim_id) == 1
    assert len(waits) == 3  # for the group and what is around it, for the row, and COMMIT
    assert not admissions


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["revoked", "paused"])
def test_a_token_that_has_ended_changes_nothing(scim, ann, token, scope, caplog, kind, ending):
    before = stored(ann)
    scim_tokens.revoke(scope, token.id) if ending == "revoked" else connection.pause(scope)

    for _ in range(2):
        assert_error(changes(scim, ann)[kind](), 401 if ending == "revoked" else 503)

    assert stored(ann) == before
    assert not is_added()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("kind", ["PUT", "PATCH", "DELETE", "Bulk"])
def test_a_token_that_was_revoked_waits_for_no_lock(scim, ann, token, scope, kind):
    """Nothing behind the look-up of the token is begun, so it holds no lock either."""
    scim_tokens.revoke(scope, token.id)
    with db.engine.begin() as other:
        other.execute(text("SET LOCAL lock_timeout = 1"))
        other.execute(text("SELECT 1 FROM users WHERE scim_id = :id FOR UPDATE"), {"id": ann.scim_id})

        assert_error(changes(scim, ann)[kind](), 401)


@pytest.mark.parametrize("kind", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_on_a_connection_that_broke_meanwhile_is_made_once(scim, ann, kind):
    _, version, _ = stored(ann)
    with db.engine.connect() as other:
        other.execute(OTHERS_END)

    answer = changes(scim, ann)[kind]()

    assert answer.status_code == {"POST": 201, "DELETE": 204}.get(kind, 200)
    if kind in ("PUT", "PATCH"):
        assert stored(ann)[:2] == ("Other", version + 1)


def test_a_token_that_became_another_is_looked_up_alone_and_the_change_made_once(scim, ann, make_field, admissions):
    _, version, _ = stored(ann)
    make_field("shoeSize")

    answer = scim.patch(f"/Users/{ann.scim_id}", replace={"title": "Other"})

    assert answer.status_code == 200
    assert stored(ann)[:2] == ("Other", version + 1)
    assert len(admissions) == 1


def test_a_use_that_another_process_noted_makes_it_no_other_token(scim, ann, token, admissions):
    with db.engine.begin() as other:
        other.execute(text("UPDATE scim_tokens SET last_used_at = last_used_at + interval '1 second'"))

    assert scim.patch(f"/Users/{ann.scim_id}", replace={"title": "Other"}).status_code == 200

    assert not admissions


def test_nothing_is_written_once_the_look_up_was_lost(presumed):
    """As when the connection breaks, or is given back, between the look-up and the change."""
    let_go_of_driver()

    with pytest.raises(Overtaken), writing():
        pytest.fail("a transaction was begun")
    assert not live_tokens.is_confirmed(presumed)
    call_off()
    with writing():
        pass  # as usual from here on


def test_a_transaction_that_is_undone_before_the_look_up_takes_it_along(presumed):
    with pytest.raises(ZeroDivisionError), writing():
        raise ZeroDivisionError

    with pytest.raises(Overtaken), writing():
        pytest.fail("a transaction was begun")
    assert not live_tokens.is_confirmed(presumed)


@pytest.mark.parametrize("end", [let_go_of_driver, call_off])
def test_who_uses_the_connection_next_is_not_refused(scim, presumed, end):
    with db.engine.begin() as other:
        other.execute(text("UPDATE scim_tokens SET state = 'revoked'"))
    end()

    assert live_tokens.authenticate(scim.token) is None


@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_database_that_is_away_leaves_nothing_ahead(scim, ann, monkeypatch, method):
    """The thread serves others next."""

    def away(*_given, **_named):
        raise OperationalError("SELECT", None, Exception("gone"), connection_invalidated=True)

    monkeypatch.setattr(front, "insist", away)
    assert_error(getattr(scim, method)(f"/Users/{ann.scim_id}"), 503)

    with writing():
        pass
