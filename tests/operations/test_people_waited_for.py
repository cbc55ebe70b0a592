"""What rewrites people of whom it knows by a value reads those it had to wait for as they are then."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from scimapp.database import db
from scimapp.directory.fields import custom_fields
from scimapp.directory.fields.custom_fields import FieldChanges
from scimapp.directory.people import erasure, users

from .test_undone_transactions import database_address, somebody_else

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture
def holder(make_user, make_field):
    """Somebody in Oslo whose manager is told by an address."""
    make_field("site", "dropdown", choices=("Oslo", "Rome")), make_field("note")
    manager = {"manager": {"value": "quilla@acme.example"}}
    return make_user(custom={"site": "Oslo", "note": "old"}, enterprise=manager | {"department": "old"})


def test_erasing_keeps_what_somebody_else_changed_of_those_who_named_the_person(app, scope, holder, make_user):
    gone = make_user(state="inactive", email="quilla@acme.example")

    while_changed(app, holder, lambda: erasure.erase(scope, gone.id), "enterprise", '"old"', '"new"')

    manager = {"value": users.get(scope, gone.id).user_name}
    assert users.document(scope, holder).enterprise == {"manager": manager, "department": "new"}


@pytest.mark.parametrize(
    "old, new, kept",
    [('"old"', '"new"', {"site": "Bergen", "note": "new"}), ('"site":"Oslo",', "", {"note": "old"})],
)
def test_moving_an_option_keeps_what_somebody_else_changed(app, scope, holder, old, new, kept):
    moved = FieldChanges(choices=["Bergen", "Rome"])

    while_changed(app, holder, lambda: custom_fields.edit(scope, "site", moved, {"Oslo": "Bergen"}), "custom", old, new)

    assert users.document(scope, holder).custom == kept


def while_changed(app, person, call, column, old, new):
    """Make ``call``, begun while somebody else has a person locked and then changes ``old`` to ``new`` in the document."""
    seq = person.seq
    db.session.close()

    def called():
        with app.app_context():
            call()

    with somebody_else(app) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT 1 FROM users WHERE seq = %s FOR NO KEY UPDATE", [seq])
        changed = f"UPDATE user_documents SET {column} = replace({column}, %s, %s) WHERE user_seq = %s"
        assert other.execute(changed, [old, new, seq]).rowcount == 1
        done = pool.submit(called)
        with psycopg.connect(database_address(app), autocommit=True) as looking:
            waits = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
            while not done.done() and looking.execute(waits, [other.info.backend_pid]).fetchone() is None:
                pass
        other.commit()
        done.result()
