"""What is rewritten because of a value that it has is read as it is then, where it had to be waited for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.batches import batches
from scimapp.directory.calls import call_log, call_turns
from scimapp.directory.erasure import erasure
from scimapp.directory.fields import custom_fields, field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.people import users
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.call_log.kept_calls import logged

from .test_undone_transactions import await_somebody_behind, somebody_else

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

    while_changed(app, holder, lambda: field_edits.edit(scope, "site", moved, {"Oslo": "Bergen"}), "custom", old, new)

    assert users.document(scope, holder).custom == kept


def test_erasing_keeps_a_default_that_somebody_else_has_set(app, account, scope, make_user, make_field):
    gone = make_user(state="inactive", email="quilla@acme.example")
    make_field("mentor", "user", default_value="quilla@acme.example")
    default = "UPDATE custom_fields SET default_value = replace(default_value, 'quilla', 'bo') WHERE field_id = %s AND account_id = %s"

    while_done(
        app,
        lambda: erasure.erase(scope, gone.id),
        ("SELECT 1 FROM accounts WHERE id = %s FOR NO KEY UPDATE", [account.id]),
        (default, ["mentor", account.id]),
    )

    assert custom_fields.get(scope, "mentor").default_value == "bo@acme.example"


def test_erasing_leaves_out_of_a_record_whom_somebody_else_erased_at_once(app, scope, make_user, make_group):
    ann, bo = make_user(given_name="Ann", family_name="Lee"), make_user(given_name="Bo", family_name="Lee")
    team = make_group(members=[ann, bo])
    users.deactivate(scope, ann.id)
    blanked = "UPDATE audit_entries SET changes = replace(changes, 'Bo Lee', 'Erased person') WHERE changes LIKE %s"

    while_done(app, lambda: erasure.erase(scope, ann.id), (blanked, ["%Ann Lee%Bo Lee%"]))

    assert "Lee" not in str([entry.changes for entry, _ in audit_log.of_target(scope, team.id, 10)])


def test_erasing_waits_for_who_writes_what_was_called(app, account, scope, make_user):
    gone = make_user(state="inactive", email="quilla@acme.example")
    account.scim("okta").get("/Users")
    call = logged(account)[0]
    written = "UPDATE scim_calls SET path = '/Users?filter=userName eq \"quilla@acme.example\"' WHERE request_id = %s"
    turn = ("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [call_turns.TURN.format(account.id)])

    while_done(app, lambda: erasure.erase(scope, gone.id), turn, (written, [call.request_id]))

    assert logged(account)[0].path == "/Users"


def test_who_writes_what_was_called_waits_for_who_erases(app, account, make_user):
    gone = make_user(state="inactive", email="quilla@acme.example")
    account.scim("okta").get("/Users", filter='not (userName eq "quilla@acme.example")')
    turn = ("SELECT pg_advisory_xact_lock(hashtext(%s))", [call_turns.TURN.format(account.id)])
    erased = "INSERT INTO erasures (account_id, user_id, done_at) VALUES (%s, %s, now())"

    while_done(app, call_log.flush, turn, (erased, [account.id, gone.id]))

    assert logged(account)[0].path == "/Users"


def test_a_batch_names_nobody_whom_somebody_else_is_erasing(app, account, scope, make_user):
    gone, begun = make_user(state="inactive", given_name="Quilla"), []
    turn = ("SELECT pg_advisory_xact_lock(hashtext(%s))", [call_turns.TURN.format(account.id)])
    blanked = ("UPDATE users SET display_name = 'Erased person' WHERE seq = %s", [gone.seq])

    chosen = UserSearch(ids=(gone.id,))
    while_done(app, lambda: begun.append(batches.begin(scope, "deactivate", {}, chosen)), turn, blanked)

    assert [row.item.label for row in batches.find_items(scope, begun[0], "waiting").items] == ["Erased person"]


def while_changed(app, person, call, column, old, new):
    """Make ``call``, begun while somebody else has a person locked and then changes ``old`` to ``new`` in the document."""
    changed = f"UPDATE user_documents SET {column} = replace({column}, %s, %s) WHERE user_seq = %s"
    locked = "SELECT 1 FROM users WHERE seq = %s FOR NO KEY UPDATE"
    while_done(app, call, (locked, [person.seq]), (changed, [old, new, person.seq]))


def while_done(app, call, *statements):
    """Make ``call``, begun while somebody else has carried out ``statements`` and not yet committed them."""
    db.session.close()

    def called():
        with app.app_context():
            call()

    with somebody_else(app) as other, ThreadPoolExecutor(1) as pool:
        for statement, values in statements:
            assert other.execute(statement, values).rowcount == 1
        done = pool.submit(called)
        await_somebody_behind(app, other, done)
        other.commit()
        done.result()
