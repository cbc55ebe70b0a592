"""How many people have a value of a field is kept, not counted: every door that writes values keeps it."""

import contextlib
import random

import flask_migrate
import pytest
from sqlalchemy import func

from scimapp.database import db
from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import DirectoryError
from scimapp.directory.fields import custom_fields, field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from scimapp.directory.model import IndexedPath, IndexedValue, User
from scimapp.directory.people import users
from scimapp.directory.user_list.search import count_states
from tests.support import databases as made
from tests.support.people import MadeAccount

SITES = ("Hull", "Lyon", "Leeds")


def counted(scope):
    """What ``filled_counts`` tells, counted over the index of values."""
    people = func.count(IndexedValue.user_seq.distinct())
    rows = scope.select(IndexedPath, IndexedPath.path, people).join(
        IndexedValue, IndexedValue.path_number == IndexedPath.number
    )
    rows = rows.group_by(IndexedPath.path)
    return {
        path.removeprefix("custom."): number
        for path, number in db.session.execute(rows).tuples()
        if path.startswith("custom.")
    }


@pytest.fixture
def fields(make_field):
    make_field("Site", "dropdown", choices=list(SITES))
    make_field("badge", "integer")
    make_field("skills", "text", multi_valued=True)


def _values(chance):
    return {
        "Site": chance.choice((*SITES, None)),
        "badge": chance.choice((1, 2, None)),
        "skills": chance.choice((["Welding"], ["Welding", "Driving", "Filing"], [], None)),
    }


def _change(chance, scope, okta_scope, make_user):
    """One write by chance; a refused one changes nothing."""
    by = chance.choice((scope, okta_scope))
    person = chance.choice(list(db.session.scalars(scope.select(User).where(User.role == "member"))) or [None])
    step = (
        "add"
        if person is None
        else chance.choice((*["add"] * 6, "update", "update", "leave", "erase", "options", "archive"))
    )
    if step == "add":
        number = chance.randrange(40)
        make_user(
            state="invited", by=by, email=f"person{number}@acme.example", external_id=None, custom=_values(chance)
        )
    elif step == "update":
        users.update(by, person.id, UserChanges(custom=_values(chance)))
    elif step == "leave":
        users.remove(okta_scope, person.scim_id) if person.scim_id else users.deactivate(scope, person.id)
    elif step == "erase":
        users.deactivate(scope, person.id)
        erasure.erase(scope, person.id)
    elif step == "options":
        kept = [*chance.sample(SITES, 2)]
        gone = next(site for site in SITES if site not in kept)
        field_edits.edit(scope, "site", FieldChanges(choices=kept), {gone: kept[0]})
        field_edits.edit(scope, "site", FieldChanges(choices=list(SITES)))
    else:
        chance.choice((custom_fields.archive, custom_fields.restore))(scope, chance.choice(("site", "badge", "skills")))


# The writes are those of the directory on both databases.
@pytest.mark.parametrize("database, seed", [("sqlite", 0), ("sqlite", 2), ("postgres", 1)], indirect=["database"])
def test_kept_counts_are_the_counted_ones_after_any_writes(seed, scope, okta_scope, fields, make_user):
    chance, most = random.Random(seed), 0
    for number in range(60):
        with contextlib.suppress(DirectoryError):
            _change(chance, scope, okta_scope, make_user)

        kept = custom_fields.filled_counts(scope)
        assert kept == counted(scope), (seed, number)
        most = max(most, *kept.values(), 0)
    assert most >= 3, seed


def test_a_refused_change_moves_no_count(scope, fields, make_user):
    make_user(email="taken@acme.example", custom={"badge": 1})

    with pytest.raises(DirectoryError):
        make_user(email="taken@acme.example", custom={"badge": 2})

    assert custom_fields.filled_counts(scope) == {"badge": 1}


def test_the_counts_of_an_account_are_its_own(scope, fields, make_user, other_account):
    make_user(custom={"badge": 1})
    other_account.make_field("badge", "integer")

    assert custom_fields.filled_counts(other_account.scope) == {}


def test_a_field_with_the_longest_id_is_counted(scope, make_field, make_user):
    make_field("f" * 64, "integer")
    make_user(custom={"f" * 64: 1})

    assert custom_fields.filled_counts(scope) == {"f" * 64: 1}


def test_the_migration_counts_what_was_written_before_it(database, databases):
    own = made.build_app(databases.copy(database, "counts"), databases.folder)
    with own.app_context():
        account = MadeAccount(own)
        account.make_field("badge", "integer")
        account.make_field("skills", "text", multi_valued=True)
        account.make_user(state="invited", custom={"skills": ["Welding", "Driving"], "badge": 1})
        account.make_user(state="invited", custom={"skills": ["Filing"]})
        db.session.rollback()
        flask_migrate.downgrade(revision="0016")
        flask_migrate.upgrade()

        assert custom_fields.filled_counts(account.scope) == {"badge": 1, "skills": 2}
        assert count_states(account.scope).people == 3
    made.dispose(own)
