"""Every command of ``flask``, found from the application: whom it acts for, what it may touch, and what the record says.

A shell on the server may everything but leave an account without an owner (docs/security.md). What a command changes of an
account goes through the doors that screens use and is recorded, with the command line as actor. A new command fails here
until it stands in a table.
"""

import click
import pytest
from sqlalchemy import select

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.batches import batches
from scimapp.directory.model import User
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.bodies import create, person
from tests.support import authenticator
from tests.support.csv_files import csv_file, previewed
from tests.trust.rows import fingerprint

PASSWORD = "a long walk over another hill"
ACCOUNT, OWNER = "{account}", "{owner}"  # stand for the Account ID and the address of its owner
# What changes an account: (its words, what is typed).
ACTS = {
    "accounts owner-reset": (("--account", ACCOUNT, "--email", "new@owner.example", "--password-stdin"), PASSWORD),
    "people reset-two-step": (("--account", ACCOUNT, "--email", OWNER), ""),
    "tokens generate": (("--account", ACCOUNT), ""),
    "fields add": (("--account", ACCOUNT, "--label", "Cost centre", "--type", "text"), ""),
    "demo seed": (("--account", ACCOUNT, "--people", "3", "--password-stdin"), PASSWORD),
}
# What makes one.
MAKES = {
    "accounts create": (
        ("--name", "New", "--owner-email", "o@new.example", "--owner-given-name", "O", "--owner-family-name", "N", "--password-stdin"),
        PASSWORD,
    ),
}  # fmt: skip
# What the server does by itself as well, and the tables of an account that it may change; people go on as they are.
KEEPS = {
    "outbox run": (("--once",), {"outbox_mails"}),
    "outbox prune": ((), {"outbox_mails", "one_time_links", "user_sessions"}),
    "invitations deliver": ((), {"outbox_mails"}),
    "batches prune": ((), {"batches", "batch_items"}),
    "log prune": ((), {"scim_calls", "scim_call_bodies", "scim_call_hours"}),
}
# What changes nothing of any account.
LOOKS = {
    "accounts list": (),
    "accounts setup-link": (),
    "backup create": ("{folder}/copy",),
    "db": ("current",),
}
# What acts as somebody else, or is about all that there is: the tests of it.
ELSEWHERE = {
    "batches run": "test_a_batch_goes_on_as_the_person_who_began_it (below)",
    "backup restore": "test_a_copy_put_back_serves_as_before_and_mails_nobody_twice (test_backup.py)",
}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def commands(app):
    """The names of all commands that are no groups, as they are typed."""

    def below(group, typed):
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            if isinstance(command, click.Group):
                yield from below(command, [*typed, name])
            else:
                yield " ".join([*typed, name])

    return set(below(app.cli, []))


@pytest.fixture
def busy(account, make_user, clock):
    """An account in which there is something to do for everybody who looks after it."""
    make_user(state="invited")
    previewed(account.scope, csv_file("E-mail,Given name,Family name", ("new@acme.example", "New", "Row")))
    scim = account.scim("generic")
    scim.delete(f"/Users/{create(scim, person())['id']}")
    account.screens()
    clock.advance(days=800)
    make_user(state="invited")
    return account


def run(flask, command, words, account, folder, typed="", **where):
    words = [word.format(account=account.id, owner=account.owner.email, folder=folder) for word in words]
    done = flask(*command.split(), *words, typed=typed, **where)
    assert done.code == 0, done.err
    return done


def roles(account_id):
    """``{id: (role, state)}`` of everybody."""
    query = select(User.id, User.role, User.state).where(User.account_id == account_id)
    found = {each.id: (each.role, each.state) for each in db.session.execute(query)}
    db.session.close()
    return found


def entries(account_id, after=0):
    query = select(AuditEntry).where(AuditEntry.account_id == account_id, AuditEntry.seq > after)
    found = list(db.session.scalars(query.order_by(AuditEntry.seq)))
    db.session.close()
    return found


def test_every_command_stands_in_a_table(app):
    listed = [*ACTS, *MAKES, *KEEPS, *LOOKS, *ELSEWHERE]

    assert len(set(listed)) == len(listed)
    assert commands(app) == set(listed)


@pytest.mark.parametrize("command", ACTS)
def test_what_changes_an_account_is_recorded_and_touches_no_role(
    flask, account, other_account, make_user, tmp_path, command
):
    make_user("super_admin"), make_user("user_admin"), make_user()
    authenticator.switch_on(account.owner)
    before, theirs = roles(account.id), fingerprint(other_account.id)
    newest = entries(account.id)[-1].seq

    run(flask, command, ACTS[command][0], account, tmp_path, ACTS[command][1] + "\n")

    recorded, after = entries(account.id, newest), roles(account.id)
    assert recorded
    made = after.keys() - before.keys()  # the people of a demonstration accept and change things themselves
    actors = {(entry.actor_kind, entry.actor_label) for entry in recorded if entry.actor_id not in made}
    demo = {("server", "Demo"), ("token", "Okta production")}  # its directory acts with a token of its own
    assert actors == (demo if command == "demo seed" else {("server", "Server command")})
    assert {each: after[each] for each in before} == before
    assert [role for role, state in after.values() if role == "owner" and state == "active"] == ["owner"]
    assert fingerprint(other_account.id) == theirs


@pytest.mark.parametrize("command", [name for name, (words, _) in ACTS.items() if ACCOUNT in words])
def test_an_account_that_is_not_there_is_refused_before_anything_is_done(flask, account, tmp_path, command):
    before = fingerprint(account.id)
    words = [word.replace(ACCOUNT, "AcNobody") for word in ACTS[command][0]]

    refused = flask(*command.split(), *words, typed=PASSWORD + "\n")

    assert (refused.code, refused.out) == (2, "")
    assert fingerprint(account.id) == before


@pytest.mark.parametrize("command", MAKES)
def test_a_new_account_begins_with_the_record_of_its_making(flask, account, tmp_path, command):
    before = fingerprint(account.id)

    made = run(flask, command, (*MAKES[command][0], "--json"), account, tmp_path, MAKES[command][1]).json

    assert {entry.actor_kind for entry in entries(made["account_id"])} == {"server"}
    assert roles(made["account_id"]) == {made["owner_id"]: ("owner", "active")}
    assert fingerprint(account.id) == before


@pytest.mark.parametrize("command", KEEPS)
def test_what_looks_after_the_server_leaves_people_alone(flask, busy, app_with, smtp_sink, tmp_path, command):
    words, may_change = KEEPS[command]
    before = fingerprint(busy.id)

    run(flask, command, words, busy, tmp_path, on=app_with(mail_url=smtp_sink.url))

    after = fingerprint(busy.id)
    changed = {table for table in before if before[table] != after[table]}
    assert changed
    assert changed <= may_change


@pytest.mark.parametrize("command", LOOKS)
def test_what_only_looks_changes_nothing(flask, account, tmp_path, command):
    before = fingerprint(account.id)

    run(flask, command, LOOKS[command], account, tmp_path)

    assert fingerprint(account.id) == before


def test_a_batch_goes_on_as_the_person_who_began_it(flask, account, make_user, clock):
    """Not as the command line: it ends where the role of that person ends now."""
    admin, people = make_user("user_admin"), [make_user(), make_user("super_admin")]
    batches.begin(person_scope(admin), "deactivate", {}, UserSearch(ids=tuple(each.id for each in people)))
    newest = entries(account.id)[-1].seq
    clock.advance(seconds=11)

    flask("batches", "run", "--once")

    assert [roles(account.id)[each.id] for each in people] == [("member", "inactive"), ("super_admin", "active")]
    assert {entry.actor_id for entry in entries(account.id, newest)} == {admin.id}
