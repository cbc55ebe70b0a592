"""Groups are locked before the people in them, whichever of the two a call is about."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scimapp.database import db
from scimapp.directory.erasure import erasure
from tests.scim_api.bodies import create, group, person

from .test_undone_transactions import await_somebody_behind, somebody_else

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


def test_whoever_removes_a_person_waits_for_a_group_before_the_person_is_locked(app, scim):
    one = create(scim, person())

    answer = while_a_group_is_changed(app, scim, one, lambda: scim.delete(f"/Users/{one['id']}"))

    assert answer.status_code == 204


def test_whoever_erases_a_person_waits_for_a_group_before_the_person_is_locked(app, account, scim):
    one = create(scim, person(active=False))

    def erase():
        with app.app_context():
            return erasure.erase(account.scope, one["id"])

    assert while_a_group_is_changed(app, scim, one, erase).erased_at is not None


def while_a_group_is_changed(app, scim, one, leave):
    """What ``leave`` returns, begun while somebody else has the group of ``one`` locked and then locks ``one`` as well."""
    sales = create(scim, group("Sales", one["id"]), "/Groups")
    db.session.close()

    with somebody_else(app) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT 1 FROM groups WHERE id = %s FOR UPDATE", [sales["id"]])
        left = pool.submit(leave)
        await_somebody_behind(app, other, left)
        other.execute("SELECT 1 FROM users WHERE scim_id = %s FOR UPDATE NOWAIT", [one["id"]])
        other.rollback()

        result = left.result()
    assert scim.get(f"/Groups/{sales['id']}").json["members"] == []
    return result
