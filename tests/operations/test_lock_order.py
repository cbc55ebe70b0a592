"""Groups are locked before the people in them, whichever of the two a call is about."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from scimapp.database import db
from tests.scim_api.bodies import create, group, person

from .test_undone_transactions import database_address, somebody_else

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


def test_whoever_removes_a_person_waits_for_a_group_before_the_person_is_locked(app, account, scim):
    one = create(scim, person())
    sales = scim.post("/Groups", group("Sales", one["id"])).json
    db.session.close()

    with somebody_else(app) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT 1 FROM groups WHERE id = %s FOR UPDATE", [sales["id"]])
        answer = pool.submit(lambda: scim.delete(f"/Users/{one['id']}"))
        with psycopg.connect(database_address(app), autocommit=True) as looking:
            waits = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
            while not answer.done() and looking.execute(waits, [other.info.backend_pid]).fetchone() is None:
                pass
        other.execute("SELECT 1 FROM users WHERE scim_id = %s FOR UPDATE NOWAIT", [one["id"]])
        other.rollback()

        assert answer.result().status_code == 204

    assert scim.get(f"/Groups/{sales['id']}").json["members"] == []
