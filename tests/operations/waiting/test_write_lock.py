"""On SQLite every transaction that writes takes the lock first, whichever door or worker it comes from (security C7).

The screens are knocked at in ``tests/trust/test_privilege_screens.py``, under the same watch.
"""

import pytest
from sqlalchemy import text

from scimapp.database import db, writing
from scimapp.directory.batches import batches
from scimapp.directory.calls import call_log, call_retention
from scimapp.directory.imports import import_retention
from scimapp.directory.upkeep import retention
from scimapp.directory.user_list.search import UserSearch
from scimapp.mail.delivery import deliver_due
from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import PATCH_OP, create, group, person
from tests.support.write_watch import PACKAGE, writes_without_the_lock

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_every_write_over_scim_and_beside_it_begins_with_the_lock(app, account, smtp_sink, app_with):
    scim = account.scim("entra")
    db.session.close()
    with writes_without_the_lock() as found:
        made, other = create(scim, person()), create(scim, person())
        team = create(scim, group("Sales", made["id"]), "/Groups")["id"]
        replaced = scim.put(f"/Users/{made['id']}", person(userName=made["userName"], title="x"))
        patch = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "active", "value": False}]}
        steps = [{"method": "PATCH", "path": f"/Users/{other['id']}", "data": patch}]
        answers = [
            replaced,
            scim.patch(f"/Groups/{team}", add={"members": [{"value": other["id"]}]}),
            scim.post("/Bulk", {"schemas": [BULK_REQUEST], "Operations": steps}),
            scim.delete(f"/Groups/{team}"),
            scim.delete(f"/Users/{made['id']}"),
            scim.with_token("nonsense").get("/Users"),
        ]
        batch = batches.begin(account.scope, "deactivate", {}, UserSearch())
        batches.finish_small(account.scope, batch)
        call_log.flush()
        deliver_due(app_with(mail_url=smtp_sink.url))
        for kept in (retention, call_retention, import_retention):
            kept.prune()

    assert [answer.status_code for answer in answers] == [200, 200, 200, 204, 204, 401]
    assert batches.get(account.scope, batch.id).state == "done"
    assert found == []


def test_a_write_without_the_lock_is_seen(app):
    careless = "def careless(): db.session.execute(text('UPDATE accounts SET name = name'))"
    names = {"db": db, "text": text}
    exec(compile(careless, PACKAGE + "/careless.py", "exec"), names)

    with writes_without_the_lock() as found:
        names["careless"]()
        db.session.rollback()
        with writing():
            names["careless"]()

    assert found == ["UPDATE accounts SET name = name"]
